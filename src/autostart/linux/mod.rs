//! Autostart on Linux: a desktop entry according to the autostart specification of freedesktop.org. The user's entry overrides
//! one of the same name that is installed for all users.

mod applications;
mod entry;
mod portal;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use directories::BaseDirs;

use self::entry::{Entry, command, escaped, with_other_program};
use super::file::{read, save};
use super::{State, program};
use crate::lang::tr;
use crate::paths::is_flatpak;

pub(super) use self::applications::{join as join_applications, leave as leave_applications};

/// The file name of our desktop entries, whose base name is also the id of windows and notifications.
pub(super) const FILE: &str = "unhunch.desktop";

/// Compositors that don't read autostart entries themselves.
const WITHOUT_AUTOSTART: [&str; 9] = [
    "sway", "i3", "hyprland", "river", "labwc", "wayfire", "bspwm", "dwm", "awesome",
];

pub(super) fn state() -> anyhow::Result<State> {
    if is_flatpak() {
        return portal::state();
    }
    Session::find()?.state()
}

pub(super) fn repair() -> anyhow::Result<()> {
    // The portal's entry starts the program by its id, which stays.
    if is_flatpak() {
        return Ok(());
    }
    let session = Session::find()?;
    session.repair(&session.own_entry, Some("--at-login"))?;
    let (user_folder, _) = crate::paths::data_folders();
    user_folder.map_or(Ok(()), |user_folder| {
        session.repair(&applications::entry(&user_folder), None)
    })
}

pub(super) fn switch(on: bool) -> anyhow::Result<State> {
    if is_flatpak() {
        return portal::switch(on);
    }
    Session::find()?.switch(on)
}

/// The environment that determines what the desktop will do.
#[derive(Debug)]
struct Session {
    /// The path of the user's own entry.
    own_entry: PathBuf,
    /// The paths of entries for all users. The first existing one counts.
    shared: Vec<PathBuf>,
    program: String,
    /// The names in `XDG_CURRENT_DESKTOP`.
    desktops: Vec<String>,
    /// The folders in `PATH`.
    path: Vec<PathBuf>,
}

impl Session {
    fn find() -> anyhow::Result<Self> {
        let folders = BaseDirs::new()
            .context(tr("your home folder cannot be found; set HOME to its path"))?;
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        let shared = set("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
        let entry = |folder: &Path| folder.join("autostart").join(FILE);
        let desktops = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        Ok(Self {
            own_entry: entry(folders.config_dir()),
            shared: env::split_paths(&shared)
                .map(|folder| entry(&folder))
                .collect(),
            program: program()?,
            desktops: desktops
                .split(':')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            path: set("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect()),
        })
    }

    fn state(&self) -> anyhow::Result<State> {
        for file in std::iter::once(&self.own_entry).chain(&self.shared) {
            if let Some(text) = read(file)? {
                return Ok(self.evaluate(&Entry::read(&text), file));
            }
        }
        Ok(State::off(self.own_entry.display()))
    }

    fn switch(&self, on: bool) -> anyhow::Result<State> {
        if on {
            save(&self.own_entry, &self.entry())?;
        } else {
            self.remove()?;
        }
        let state = self.state()?;
        anyhow::ensure!(on || !state.starts, state.text());
        Ok(state)
    }

    /// Lets an entry of ours that names a missing program start this one instead. `flag` is added if its command has no arguments.
    fn repair(&self, file: &Path, flag: Option<&str>) -> anyhow::Result<()> {
        let Some(text) = read(file)? else {
            return Ok(());
        };
        let entry = Entry::read(&text);
        let missing = entry.program().filter(|named| {
            let is_ours = entry.has("Icon", "unhunch") || Path::new(named).ends_with("unhunch");
            is_ours && !entry.has("Hidden", "true") && self.resolve_program(named).is_none()
        });
        let Some(missing) = missing.filter(|_| self.resolve_program(&self.program).is_some())
        else {
            return Ok(());
        };
        save(
            file,
            &with_other_program(&text, &missing, &self.program, flag),
        )
    }

    /// Removes the user's entry. If an entry for all users exists, it is overridden by one with `Hidden=true`.
    fn remove(&self) -> anyhow::Result<()> {
        let file = self.own_entry.display();
        match fs::remove_file(&self.own_entry) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| tr!("{file} cannot be written", file = file));
            }
        }
        if self.state()?.starts {
            save(
                &self.own_entry,
                "[Desktop Entry]\nType=Application\nName=Unhunch\nHidden=true\n",
            )?;
        }
        Ok(())
    }

    fn entry(&self) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Unhunch\nComment={}\nExec={} --at-login\nTryExec={}\nIcon=unhunch\nTerminal=false\n\
             X-GNOME-Autostart-enabled=true\n",
            escaped(tr("Reminds you to stand up and stretch, from the tray")),
            command(&self.program),
            escaped(&self.program),
        )
    }

    /// Determines what the desktop will do with an entry.
    fn evaluate(&self, entry: &Entry, file: &Path) -> State {
        let off = State::off(file.display());
        if entry.has("Hidden", "true") {
            return off;
        }
        if let Some(why) = self.blocking_reason(entry, file) {
            return off.with_note(why);
        }
        let starts = State::starts(file.display());
        match self.surprise(entry, file) {
            Some(note) => starts.with_note(note),
            None => starts,
        }
    }

    /// Returns the reason why the desktop won't start the program of an entry, if any.
    fn blocking_reason(&self, entry: &Entry, file: &Path) -> Option<String> {
        let file = file.display();
        if entry.has("X-GNOME-Autostart-enabled", "false") {
            return Some(tr!(
                "Your desktop’s own settings turned it off ({file}).",
                file = file
            ));
        }
        if !self.desktops.is_empty() {
            let names_desktop = |names: &[&str]| {
                self.desktops
                    .iter()
                    .any(|name| names.contains(&name.as_str()))
            };
            let only = entry.list("OnlyShowIn");
            let never = entry.list("NotShowIn");
            if only.is_some_and(|names| !names_desktop(&names))
                || never.is_some_and(|names| names_desktop(&names))
            {
                return Some(tr!(
                    "It’s turned off for this desktop ({desktop}) in {file}.",
                    file = file,
                    desktop = self.desktops.join(", ")
                ));
            }
        }
        let program = entry.program().filter(|_| entry.has("Type", "Application"));
        let Some(program) = program else {
            return Some(tr!("{file} doesn’t name a program.", file = file));
        };
        let wanted = entry.get("TryExec").unwrap_or(&program);
        let missing = [wanted, program.as_str()]
            .into_iter()
            .find(|program| self.resolve_program(program).is_none())?;
        Some(tr!(
            "{file} names a program that doesn’t exist or can’t be run: {program}.",
            file = file,
            program = missing
        ))
    }

    /// Returns a hint on an entry that works but may surprise the user, if any.
    fn surprise(&self, entry: &Entry, file: &Path) -> Option<String> {
        if let Some(names) = entry.list("OnlyShowIn") {
            return Some(tr!(
                "Unhunch starts only on {desktops}.",
                desktops = names.join(", ")
            ));
        }
        let named = entry.program()?;
        if self.resolve_program(&named) != self.resolve_program(&self.program) {
            return Some(tr!(
                "{file} starts a different program: {program}.",
                file = file.display(),
                program = named
            ));
        }
        let bare = |name: &&String| WITHOUT_AUTOSTART.contains(&name.to_lowercase().as_str());
        let desktop = self.desktops.iter().find(bare)?;
        Some(tr!(
            "{desktop} doesn’t start such programs itself. If nothing else does, add {program} to its startup settings.",
            desktop = desktop,
            program = self.program
        ))
    }

    /// Returns the canonical path of an executable program.
    fn resolve_program(&self, program: &str) -> Option<PathBuf> {
        let path = if program.contains('/') {
            Some(PathBuf::from(program)).filter(|file| can_run(file))
        } else {
            self.path
                .iter()
                .map(|folder| folder.join(program))
                .find(|file| can_run(file))
        };
        path.and_then(|file| fs::canonicalize(file).ok())
    }
}

fn can_run(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    struct Home {
        folder: TempDir,
        session: Session,
    }

    /// Returns a GNOME session whose program is in a folder with special characters in its name.
    fn home() -> Home {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let program = at(r#"100% "my" $tools\bin/unhunch"#);
        write_file(&program, "#!/bin/sh\n");
        make_runnable(&program);
        let session = Session {
            own_entry: at("own/autostart").join(FILE),
            shared: vec![at("shared").join(FILE), at("last").join(FILE)],
            program: program.to_str().unwrap().to_owned(),
            desktops: vec!["GNOME".to_owned()],
            path: vec![at("bin")],
        };
        Home { folder, session }
    }

    fn write_file(file: &Path, text: &str) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn make_runnable(file: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    impl Home {
        /// Returns the state with this entry of the user: `starts` and the note.
        fn state_with(&self, lines: &str) -> (bool, String) {
            write_file(
                &self.session.own_entry,
                &format!("[Desktop Entry]\nType=Application\n{lines}\n"),
            );
            let state = self.session.state().unwrap();
            (state.starts, state.note.unwrap_or_default())
        }
    }

    #[test]
    fn it_is_switched_on_and_off_again() {
        let Home { folder, session } = home();
        assert_eq!(
            session.state().unwrap(),
            State::off(session.own_entry.display())
        );
        let on = State::starts(session.own_entry.display());
        assert_eq!(session.switch(true).unwrap(), on);
        assert_eq!(session.switch(true).unwrap(), on, "once more is the same");
        assert!(!session.switch(false).unwrap().starts);
        assert!(!session.own_entry.exists());
        assert!(!session.switch(false).unwrap().starts);
        drop(folder);
    }

    #[test]
    fn an_entry_of_the_system_is_overruled_by_an_own_one() {
        let Home { folder, session } = home();
        let entry = session.entry();
        write_file(&session.shared[1], &entry);
        let shared = State::starts(session.shared[1].display());
        assert_eq!(session.state().unwrap(), shared);
        assert!(!session.switch(false).unwrap().starts);
        assert!(
            fs::read_to_string(&session.own_entry)
                .unwrap()
                .contains("Hidden=true")
        );
        write_file(&session.shared[0], "[Desktop Entry]\nHidden=true\n");
        fs::remove_file(&session.own_entry).unwrap();
        assert!(!session.state().unwrap().starts, "the first one counts");
        assert_eq!(
            session.switch(true).unwrap(),
            State::starts(session.own_entry.display())
        );
        drop(folder);
    }

    #[test]
    fn blocking_reason_is_reported() {
        let home = home();
        let exec = format!("Exec={}", command(&home.session.program));
        let (starts, note) = home.state_with(&exec);
        assert!(starts && note.is_empty(), "{note}");
        for (lines, word) in [
            ("Hidden=true", ""),
            ("X-GNOME-Autostart-enabled=false", "turned it off"),
            (
                "OnlyShowIn=KDE;XFCE;",
                "turned off for this desktop (GNOME)",
            ),
            ("NotShowIn=GNOME;", "turned off for"),
            ("TryExec=/nowhere/unhunch", "can’t be run: /nowhere/unhunch"),
        ] {
            let (starts, note) = home.state_with(&format!("{exec}\n{lines}"));
            assert!(!starts, "{lines}");
            assert!(note.contains(word), "{lines}: {note}");
        }
        for (lines, word) in [
            ("Exec=/gone/unhunch", "can’t be run: /gone/unhunch"),
            ("Name=Unhunch", "doesn’t name a program"),
        ] {
            let (starts, note) = home.state_with(lines);
            assert!(!starts && note.contains(word), "{lines}: {note}");
        }
        let (starts, _) = home.state_with(&format!("{exec}\nOnlyShowIn=GNOME;\nNotShowIn=KDE;"));
        assert!(starts);
    }

    #[test]
    fn surprising_entry_has_a_note() {
        let mut home = home();
        let other = home.folder.path().join("bin/unhunch");
        write_file(&other, "");
        assert!(!home.state_with("Exec=unhunch").0, "nobody may run it");
        make_runnable(&other);
        let (starts, note) = home.state_with("Exec=unhunch");
        assert!(
            starts && note.contains("starts a different program: unhunch"),
            "{note}"
        );
        let exec = format!("Exec={}", command(&home.session.program));
        home.session.desktops = Vec::new();
        let (starts, note) = home.state_with(&format!("{exec}\nOnlyShowIn=KDE;"));
        assert!(starts && note.contains("only on KDE"), "{note}");
        home.session.desktops = vec!["Hyprland".to_owned()];
        let (starts, note) = home.state_with(&exec);
        assert!(
            starts && note.contains("Hyprland doesn’t start such programs itself"),
            "{note}"
        );
    }

    #[test]
    fn write_failure_is_reported() {
        let Home { folder, session } = home();
        write_file(&session.own_entry, "");
        fs::remove_file(&session.own_entry).unwrap();
        fs::remove_dir(session.own_entry.parent().unwrap()).unwrap();
        fs::write(session.own_entry.parent().unwrap(), "a file in its way").unwrap();
        assert!(session.switch(true).is_err());
        drop(folder);
    }
}
