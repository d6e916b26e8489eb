//! Shows the window with made-up data, and changes to its Slint markup as soon as a file is saved:
//!
//!     cargo run --no-default-features --example preview -- --page settings
//!
//! The arguments are those of `unhunch-window`, which is built with Slint's live preview and reads `src/window/ui/*.slint` while
//! it runs. A change to what Rust and the markup share needs a restart. So does a file that an editor replaces instead of
//! writing in place.
//!
//! This program takes the place of the tray program: it reports a user who is being asked, and gives the window ten weeks of
//! history and settings in a temporary folder. On Windows and macOS, the window shows your own history and settings.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::{env, fs};

use anyhow::{Context as _, ensure};
use serde_json::json;
use unhunch::config::Settings;
use unhunch::ipc::server::{self, ServerEvent};
use unhunch::ipc::{Call, Reply, WindowSettings, WindowView};
use unhunch::paths::Paths;
use unhunch::time::Clock;

#[path = "../../src/window/tests/invented.rs"]
mod invented;

fn main() -> anyhow::Result<()> {
    build_window()?;
    let folder = tempfile::tempdir()?;
    let paths = Paths::under(folder.path());
    write_history(&paths)?;
    let tray = server::start(&paths, |event| {
        if let ServerEvent::Request(caller, call) = event {
            caller.send(&if matches!(call, Call::Guide) {
                Reply::window(view())
            } else {
                Reply::done("")
            });
        }
    })?;
    ensure!(tray.is_some(), "another program listens on this socket");
    let status = run_window(&paths, folder.path())?;
    ensure!(status.success(), "the window failed: {status}");
    Ok(())
}

fn build_window() -> anyhow::Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--bin", "unhunch-window"])
        .args(["--features", "slint/live-preview"])
        .env("SLINT_LIVE_PREVIEW", "1")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    ensure!(status.success(), "the window can’t be built");
    Ok(())
}

/// Runs the window until it is closed.
fn run_window(paths: &Paths, folder: &Path) -> anyhow::Result<ExitStatus> {
    let examples = env::current_exe()?;
    let built = examples.parent().and_then(Path::parent);
    let window = built
        .context("this program isn’t in a target folder")?
        .join(format!("unhunch-window{}", env::consts::EXE_SUFFIX));
    Ok(Command::new(window)
        .arg("--socket")
        .arg(paths.socket())
        .args(env::args_os().skip(1))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .status()?)
}

/// A user who has been sitting for half an hour and is being asked.
fn view() -> WindowView {
    let status = json!({
        "phase": "asking",
        "sit_seconds": 1800,
        "why": "You have been sitting for 30 min.",
        "asking": { "reminder": "stretch", "routine": "desk", "short": false, "quiet": false },
    });
    WindowView {
        status: serde_json::from_value(status).ok(),
        settings: WindowSettings::new(&Settings::shipped(), true),
        ..WindowView::default()
    }
}

/// Writes the history of another device, where the window will look for it.
fn write_history(paths: &Paths) -> anyhow::Result<()> {
    let lines = invented::weeks(10, &Clock.now().wall)
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let folder = paths.data.join("unhunch/history/made-up");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("weeks.jsonl"), lines.join("\n") + "\n")?;
    Ok(())
}
