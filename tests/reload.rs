//! Changes to a settings file in the ways of editors and dotfile managers: each one is reported within a second.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use unhunch::config::load;
use unhunch::config::reload::{self, Guard};
use unhunch::paths::Paths;

/// The folders of a user, with a watcher.
struct WatchedFolders {
    home: tempfile::TempDir,
    paths: Paths,
    changes: Receiver<()>,
    _guard: Guard,
}

impl WatchedFolders {
    /// Starts the watcher after `before` has prepared the folders.
    fn after(before: impl FnOnce(&Path, &Paths)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        before(home.path(), &paths);
        let (sender, changes) = mpsc::channel();
        let callback = Box::new(move || sender.send(()).unwrap_or_default());
        let guard = reload::watch(&paths, callback).unwrap();
        Self {
            home,
            paths,
            changes,
            _guard: guard,
        }
    }

    /// Starts with a regular file in an existing folder.
    fn plain() -> Self {
        Self::after(|_, paths| {
            fs::create_dir_all(&paths.config).unwrap();
            fs::write(paths.settings(), sit(30)).unwrap();
        })
    }

    fn file(&self) -> PathBuf {
        self.paths.settings()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Waits up to a second for a report, then until no more reports follow, and returns `rhythm.sit` in minutes.
    fn minutes(&self) -> u64 {
        self.changes
            .recv_timeout(Duration::from_secs(1))
            .expect("the change is reported within a second");
        while self
            .changes
            .recv_timeout(Duration::from_millis(300))
            .is_ok()
        {}
        let reading = load::load(&self.paths, None, &["desk", "moment"]);
        assert_eq!(reading.problems, []);
        reading.settings.rhythm.sit.as_secs() / 60
    }

    fn is_told_nothing(&self) {
        let word = self.changes.recv_timeout(Duration::from_millis(800));
        assert!(word.is_err(), "nothing has changed");
    }
}

fn sit(minutes: u64) -> String {
    format!("[rhythm]\nsit = \"{minutes} min\"\n")
}

#[test]
fn truncated_and_written() {
    let life = WatchedFolders::plain();
    for minutes in [11, 12, 13] {
        fs::write(life.file(), sit(minutes)).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
}

#[test]
fn saved_by_rename() {
    let life = WatchedFolders::plain();
    for minutes in [11, 12, 13] {
        let new = life.paths.config.join(".settings.toml.new");
        fs::write(&new, sit(minutes)).unwrap();
        fs::rename(&new, life.file()).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
}

#[test]
fn saved_with_a_backup_of_the_old() {
    let life = WatchedFolders::plain();
    for minutes in [11, 12] {
        fs::rename(life.file(), life.paths.config.join("settings.toml~")).unwrap();
        fs::write(life.file(), sit(minutes)).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
}

#[test]
fn deleted_and_created_again() {
    let life = WatchedFolders::plain();
    for _ in 0..2 {
        fs::remove_file(life.file()).unwrap();
        assert_eq!(life.minutes(), 30);
        fs::write(life.file(), sit(12)).unwrap();
        assert_eq!(life.minutes(), 12);
    }
}

#[test]
fn its_folder_deleted_and_created_again() {
    let life = WatchedFolders::plain();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
    for minutes in [12, 13] {
        fs::remove_dir_all(&life.paths.config).unwrap();
        assert_eq!(life.minutes(), 30);
        fs::create_dir_all(&life.paths.config).unwrap();
        fs::write(life.file(), sit(minutes)).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
}

#[test]
fn its_folder_replaced_at_once() {
    let life = WatchedFolders::plain();
    for minutes in [12, 13] {
        fs::remove_dir_all(&life.paths.config).unwrap();
        fs::create_dir_all(&life.paths.config).unwrap();
        fs::write(life.file(), sit(minutes)).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
    fs::write(life.file(), sit(14)).unwrap();
    assert_eq!(life.minutes(), 14);
}

#[test]
fn its_folder_moved_away_and_back() {
    let life = WatchedFolders::plain();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
    fs::rename(&life.paths.config, life.at("aside")).unwrap();
    assert_eq!(life.minutes(), 30);
    fs::rename(life.at("aside"), &life.paths.config).unwrap();
    assert_eq!(life.minutes(), 11);
    fs::write(life.file(), sit(12)).unwrap();
    assert_eq!(life.minutes(), 12);
}

#[test]
fn created_where_no_folder_was() {
    let life = WatchedFolders::after(|_, _| {});
    fs::create_dir_all(&life.paths.config).unwrap();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
    fs::write(life.file(), sit(12)).unwrap();
    assert_eq!(life.minutes(), 12);
}

#[test]
fn created_several_levels_below_existing_folders() {
    let home = tempfile::tempdir().unwrap();
    let mut paths = Paths::under(home.path());
    paths.config = home.path().join("a/b/c/d");
    let (sender, changes) = mpsc::channel();
    let callback = Box::new(move || sender.send(()).unwrap_or_default());
    let guard = reload::watch(&paths, callback).unwrap();
    let life = WatchedFolders {
        home,
        paths,
        changes,
        _guard: guard,
    };
    fs::create_dir(life.at("a")).unwrap();
    assert_eq!(life.minutes(), 30);
    fs::create_dir_all(&life.paths.config).unwrap();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
}

#[test]
fn a_link_whose_target_is_written() {
    let life = WatchedFolders::after(|home, paths| {
        fs::create_dir_all(home.join("dotfiles")).unwrap();
        fs::create_dir_all(&paths.config).unwrap();
        fs::write(home.join("dotfiles/unhunch.toml"), sit(30)).unwrap();
        symlink("../dotfiles/unhunch.toml", paths.settings()).unwrap();
    });
    fs::write(life.at("dotfiles/unhunch.toml"), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
    fs::write(life.at("dotfiles/new"), sit(12)).unwrap();
    fs::rename(life.at("dotfiles/new"), life.at("dotfiles/unhunch.toml")).unwrap();
    assert_eq!(life.minutes(), 12);
    fs::remove_file(life.at("dotfiles/unhunch.toml")).unwrap();
    life.changes.recv_timeout(Duration::from_secs(1)).unwrap();
    fs::write(life.at("dotfiles/unhunch.toml"), sit(13)).unwrap();
    assert_eq!(life.minutes(), 13);
}

#[test]
fn a_link_that_is_swapped() {
    let life = WatchedFolders::after(|home, paths| {
        for (generation, minutes) in [("1", 30), ("2", 12), ("3", 13)] {
            fs::create_dir_all(home.join("store").join(generation)).unwrap();
            let file = home.join("store").join(generation).join("settings.toml");
            fs::write(file, sit(minutes)).unwrap();
        }
        fs::create_dir_all(&paths.config).unwrap();
        symlink(home.join("store/1/settings.toml"), paths.settings()).unwrap();
    });
    for (generation, minutes) in [("2", 12), ("3", 13)] {
        let target = life.at("store").join(generation).join("settings.toml");
        symlink(&target, life.at("config/new")).unwrap();
        fs::rename(life.at("config/new"), life.file()).unwrap();
        assert_eq!(life.minutes(), minutes);
        fs::write(&target, sit(minutes + 10)).unwrap();
        assert_eq!(life.minutes(), minutes + 10);
    }
    fs::write(life.at("store/1/settings.toml"), sit(1)).unwrap();
    life.is_told_nothing();
}

#[test]
fn a_folder_that_is_a_link_and_is_swapped() {
    let life = WatchedFolders::after(|home, paths| {
        for (folder, minutes) in [("work", 30), ("home", 12)] {
            fs::create_dir_all(home.join(folder)).unwrap();
            fs::write(home.join(folder).join("settings.toml"), sit(minutes)).unwrap();
        }
        symlink("work", &paths.config).unwrap();
    });
    symlink("home", life.at("new")).unwrap();
    fs::rename(life.at("new"), &life.paths.config).unwrap();
    assert_eq!(life.minutes(), 12);
    fs::write(life.at("home/settings.toml"), sit(13)).unwrap();
    assert_eq!(life.minutes(), 13);
}

#[test]
fn a_dangling_link_whose_target_is_created() {
    let life = WatchedFolders::after(|_, paths| {
        fs::create_dir_all(&paths.config).unwrap();
        symlink("../later/unhunch/settings.toml", paths.settings()).unwrap();
    });
    fs::create_dir_all(life.at("later/unhunch")).unwrap();
    fs::write(life.at("later/unhunch/settings.toml"), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
}

#[test]
fn a_circular_link_that_is_replaced() {
    let life = WatchedFolders::after(|_, paths| {
        fs::create_dir_all(&paths.config).unwrap();
        symlink("settings.toml", paths.settings()).unwrap();
    });
    fs::remove_file(life.file()).unwrap();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
}

#[test]
fn permission_revoked_and_restored() {
    use std::os::unix::fs::PermissionsExt;
    let life = WatchedFolders::plain();
    fs::set_permissions(life.file(), fs::Permissions::from_mode(0o000)).unwrap();
    life.changes.recv_timeout(Duration::from_secs(1)).unwrap();
    fs::set_permissions(life.file(), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(life.minutes(), 30);
}

#[test]
fn its_folder_permission_revoked_and_restored() {
    use std::os::unix::fs::PermissionsExt;
    let life = WatchedFolders::plain();
    for minutes in [11, 12] {
        let mode = |mode| {
            fs::set_permissions(&life.paths.config, fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o000);
        life.changes.recv_timeout(Duration::from_secs(1)).unwrap();
        mode(0o700);
        assert_eq!(life.minutes(), if minutes == 11 { 30 } else { 11 });
        fs::write(life.file(), sit(minutes)).unwrap();
        assert_eq!(life.minutes(), minutes);
    }
}

#[test]
fn user_exercises_and_routines_are_watched_too() {
    let life = WatchedFolders::plain();
    for file in [
        life.paths.routines(),
        life.paths.exercises().join("neck.toml"),
    ] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(life.minutes(), 30);
        fs::write(&file, "# more").unwrap();
        assert_eq!(life.minutes(), 30);
        fs::remove_file(&file).unwrap();
        assert_eq!(life.minutes(), 30);
    }
}

#[test]
fn other_files_in_the_folder_are_ignored() {
    let life = WatchedFolders::plain();
    fs::write(life.at("config/notes.txt"), "x").unwrap();
    fs::create_dir(life.at("config/more")).unwrap();
    fs::write(life.at("other"), "x").unwrap();
    fs::read(life.file()).unwrap();
    life.is_told_nothing();
}

#[test]
fn continuous_writes_are_reported() {
    use std::io::Write;
    let life = WatchedFolders::plain();
    let mut file = fs::File::create(life.file()).unwrap();
    let (sender, stop) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while stop.recv_timeout(Duration::from_millis(20))
                == Err(mpsc::RecvTimeoutError::Timeout)
            {
                writeln!(file, "# more").unwrap();
            }
        });
        let heard = life.changes.recv_timeout(Duration::from_secs(1));
        drop(sender);
        assert!(heard.is_ok());
    });
}

#[test]
fn nothing_is_reported_after_the_guard_is_dropped() {
    let WatchedFolders {
        home: _home,
        paths,
        changes,
        _guard: guard,
    } = WatchedFolders::plain();
    drop(guard);
    // The thread ends, and drops its end of the channel.
    let end = changes.recv_timeout(Duration::from_secs(5));
    assert_eq!(end, Err(mpsc::RecvTimeoutError::Disconnected));
    fs::write(paths.settings(), sit(11)).unwrap();
}

/// The watcher threads sleep until something happens, so their numbers of context switches do not change.
#[test]
#[cfg(target_os = "linux")]
fn watchers_sleep_while_nothing_happens() {
    fn switches() -> Vec<(String, String)> {
        let tasks = fs::read_dir("/proc/self/task").unwrap();
        let mut seen: Vec<_> = tasks
            .filter_map(|task| {
                let task = task.ok()?.path();
                let name = fs::read_to_string(task.join("comm")).ok()?;
                let status = fs::read_to_string(task.join("status")).ok()?;
                let count = status.lines().filter(|line| line.contains("ctxt"));
                let count: Vec<_> = count.collect();
                Some((format!("{}{name}", task.display()), count.join(" ")))
            })
            .filter(|(name, _)| name.contains("settings") || name.contains("notify"))
            .collect();
        seen.sort();
        seen
    }
    // Runs in a separate process, without the threads of other tests.
    if std::env::var_os("UNHUNCH_ALONE").is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "watchers_sleep_while_nothing_happens"])
            .env("UNHUNCH_ALONE", "1")
            .output()
            .unwrap();
        assert!(alone.status.success(), "{alone:?}");
        return;
    }
    let life = WatchedFolders::plain();
    fs::write(life.file(), sit(11)).unwrap();
    assert_eq!(life.minutes(), 11);
    // The file was read just now, which wakes the watcher.
    life.is_told_nothing();
    let before = switches();
    assert_eq!(before.len(), 2, "ours and notify's: {before:?}");
    let quiet = life.changes.recv_timeout(Duration::from_secs(3));
    assert!(quiet.is_err());
    assert_eq!(switches(), before);
}
