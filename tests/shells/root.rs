//! A root file system with the packages of a desktop, as an overlay of the machine's root in separate namespaces.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::common::{Running, program};

/// The user id of the desktop's user inside the root.
const DESK: u32 = 4242;

/// Allows one root at a time, because an overlay folder can be mounted only once.
static ALONE: Mutex<()> = Mutex::new(());

/// The mounted root. All processes inside end when this is dropped.
pub(crate) struct Root {
    root: PathBuf,
    /// The process id of the first process inside, through which others enter the namespaces.
    first: u32,
    // The following fields are dropped in this order.
    _keeper: Running,
    shared: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Root {
    /// Mounts the root called `name`, and installs missing packages there. The error is the reason why that is not possible.
    pub(crate) fn open(name: &str, packages: &[&str]) -> Result<Self, String> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        if !rustix::process::getuid().is_root() {
            return Err("only root may mount an overlay".to_owned());
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("shells")
            .join(name);
        let shared = tempfile::tempdir().map_err(|error| error.to_string())?;
        for name in ["home", "run", "bin", "log"] {
            let made = shared.path().join(name);
            fs::create_dir(&made).expect("a new folder");
            fs::set_permissions(&made, fs::Permissions::from_mode(0o700)).expect("it is ours");
        }
        for name in ["unhunch", "unhunch-window"] {
            fs::copy(program(name), shared.path().join("bin").join(name))
                .map_err(|error| format!("{name} wasn't built: {error}"))?;
        }
        give_away(shared.path());

        let log = shared.path().join("log/root");
        let mut keeper = Command::new("unshare")
            .args(["--mount", "--pid", "--fork", "--kill-child"])
            .args(["--propagation", "private"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shells/root"))
            .arg(&folder)
            .arg(shared.path())
            .args(packages)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).expect("a new file"))
            .spawn()
            .map_err(|error| format!("unshare: {error}"))?;
        let mut line = String::new();
        let mut out = BufReader::new(keeper.stdout.take().expect("a pipe"));
        let keeper = Running::new(keeper);
        while !line.ends_with("ready\n") {
            line.clear();
            if !matches!(out.read_line(&mut line), Ok(1..)) {
                let log = fs::read_to_string(&log).unwrap_or_default();
                let last = log.lines().last().unwrap_or("no reason given");
                return Err(format!("the packages of {name} can't be used: {last}"));
            }
        }
        Ok(Self {
            root: folder.join("root"),
            first: child_of(keeper.id()).expect("it waits inside"),
            _keeper: keeper,
            shared,
            _alone: alone,
        })
    }

    /// A path in the folder that is shared between inside and outside.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.shared.path().join(name)
    }

    /// Writes a file that belongs to the desktop's user.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        give_away(self.shared.path());
    }

    /// A command that runs inside as the desktop's user.
    pub(crate) fn command(&self, variables: &[(String, String)], program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--target={}", self.first))
            .args(["--mount", "--pid", "chroot"])
            .arg(format!("--userspec={DESK}:{DESK}"))
            .arg(&self.root)
            .args(["env", "-i", "-C"])
            .arg(self.path("home"))
            .args(
                variables
                    .iter()
                    .map(|(name, value)| format!("{name}={value}")),
            )
            .arg(program)
            .stdin(Stdio::null());
        command
    }

    /// Starts a program inside, with its output in a file of the shared folder.
    pub(crate) fn start(&self, log: &str, mut command: Command) -> InsideProcess {
        let log = fs::File::create(self.path("log").join(log)).expect("a new file");
        let command = command.stdout(log.try_clone().expect("a file")).stderr(log);
        InsideProcess(command.spawn().expect("nsenter is there"))
    }
}

impl Drop for Root {
    /// Saves the logs of all programs, for the investigation of failures.
    fn drop(&mut self) {
        let logs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shell-logs");
        let _ = fs::create_dir_all(&logs);
        for entry in fs::read_dir(self.path("log"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let _ = fs::copy(entry.path(), logs.join(entry.file_name()));
        }
    }
}

/// A program that runs inside. Its parent is nsenter(1), which waits for it.
pub(crate) struct InsideProcess(Child);

impl InsideProcess {
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("a child of ours").is_some()
    }

    /// Kills the program, and reaps nsenter.
    pub(crate) fn kill(&mut self) {
        if let Some(program) = child_of(self.0.id()) {
            let _ = Command::new("kill")
                .args(["-KILL", &program.to_string()])
                .status();
        }
        let _ = self.0.wait();
    }
}

impl Drop for InsideProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

fn child_of(parent: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// Makes the desktop's user the owner of the folder and everything in it.
fn give_away(path: &Path) {
    let _ = chown(path, Some(DESK), Some(DESK));
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            give_away(&entry.path());
        }
    }
}

/// Prints the reason why a test is skipped, directly to stderr because the test harness captures the output of a passing test.
pub(crate) fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}
