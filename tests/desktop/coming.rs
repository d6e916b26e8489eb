//! The window comes to the user, on whatever workspace, or the user is told that it doesn't.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::common::harness::{Desktop, pass, wait, wait_for};
use crate::common::notifications::Server;
use crate::common::{Needs, Running, in_home, program, screen, sway, until, with_bus};
use crate::{desktop_with_server, question};

/// Reads a property of a window, as `xprop` prints it.
fn property(desktop: &Desktop, window: &str, name: &str) -> String {
    let mut command = desktop.command("xprop");
    let output = command.args(["-id", window, name]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Switches to another workspace, which hides the window.
fn leave_workspace(desktop: &Desktop, workspace: &str) {
    desktop.input(&["set_desktop", workspace]);
    desktop.wait_for_no_window();
}

fn wait_until_active(desktop: &Desktop) -> String {
    wait("the window in front", || {
        let window = desktop.windows().pop()?;
        let active = desktop.input(&["getactivewindow"]);
        (active.trim() == window).then_some(window)
    })
}

#[test]
fn on_x11_the_window_comes_to_the_workspace_of_the_user() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.start();
    desktop.choose("Settings…");
    let window = wait_until_active(&desktop);
    leave_workspace(&desktop, "1");
    desktop.choose("Settings…");
    assert_eq!(wait_until_active(&desktop), window, "it is the same window");
    leave_workspace(&desktop, "2");
    assert!(desktop.unhunch(&[]).status.success());
    wait_until_active(&desktop);
    leave_workspace(&desktop, "0");
    desktop.run(&["stretch"]);
    wait_until_active(&desktop);
    // The routine goes on while the window is moved.
    pass(12.0);
    leave_workspace(&desktop, "1");
    desktop.run(&["stretch"]);
    wait_until_active(&desktop);
    pass(1.0);
    desktop.run(&["quit"]);
    desktop.wait_for_no_window();
    let partly = history_of(&desktop.home());
    assert_eq!(partly.len(), 1, "{partly:?}");
    assert!(partly[0]["seconds"].as_u64() >= Some(12), "{partly:?}");
}

/// The sessions in the history files of this home folder.
fn history_of(home: &Path) -> Vec<Value> {
    let mut command = in_home(program("unhunch"), home);
    let output = command.args(["history", "--json"]).output().unwrap();
    let entries: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let is_session = |entry: &Value| entry["kind"] == "partly" || entry["kind"] == "done";
    entries.into_iter().filter(is_session).collect()
}

#[test]
fn a_new_window_gets_the_activation_token_of_the_click() {
    let (desktop, server) = desktop_with_server();
    let check = |token: &str| {
        let window = desktop.wait_for_window();
        let id = property(&desktop, &window, "_NET_STARTUP_ID");
        assert!(id.contains(token), "{token}: {id}");
        desktop.close_window();
        wait("the end of the window process", || {
            desktop.window_process().is_none().then_some(())
        });
    };
    // From a notification.
    let card = question(&desktop, &server);
    // The program starts listening a moment after the question is shown.
    pass(0.5);
    async_io::block_on(async {
        server.token(card.id + 1, "another_TIME1").await;
        server.token(card.id, "notification_TIME1").await;
        server.click(card.id, "default").await;
    });
    check("notification_TIME1");
    // From the icon.
    let icon = desktop.icon().unwrap();
    let call = |method, arguments: &str| -> Option<()> {
        let (path, interface) = ("/StatusNotifierItem", "org.kde.StatusNotifierItem");
        desktop.call(&icon, path, interface, method, &(arguments,))
    };
    call("ProvideXdgActivationToken", "icon_TIME2").unwrap();
    desktop.choose("Settings…");
    check("icon_TIME2");
    // From a launcher.
    let mut launcher = desktop.command(program("unhunch"));
    launcher.env("DESKTOP_STARTUP_ID", "launcher_TIME3");
    assert!(launcher.status().unwrap().success());
    check("launcher_TIME3");
    // A token is good for one window.
    desktop.choose("Settings…");
    let window = desktop.wait_for_window();
    let id = property(&desktop, &window, "_NET_STARTUP_ID");
    assert!(!id.contains("TIME"), "{id}");
}

/// The window of the program in sway's tree.
fn window_in_sway() -> Option<Value> {
    find_in_sway("unhunch")
}

/// The window with this app id in sway's tree.
pub(crate) fn find_in_sway(app_id: &str) -> Option<Value> {
    fn find(node: &Value, app_id: &str) -> Option<Value> {
        if node["app_id"] == app_id {
            return Some(node.clone());
        }
        let children = ["nodes", "floating_nodes"].map(|name| node[name].as_array());
        let mut children = children.into_iter().flatten().flatten();
        children.find_map(|child| find(child, app_id))
    }
    find(&sway::query("get_tree"), app_id)
}

fn wait_until_seen_in_sway(seen: bool) {
    wait(&format!("visible = {seen} in sway"), || {
        let window = window_in_sway()?;
        (window["visible"] == seen).then_some(())
    });
}

/// A home folder in which the introduction and the safety page were read.
pub(crate) fn used_home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join(".local/state/unhunch");
    fs::create_dir_all(&state).unwrap();
    for file in ["welcomed", "safety-read", "in-applications", "no-tray-told"] {
        fs::write(state.join(file), "2026-03-02\n").unwrap();
    }
    home
}

/// A command in the sway session of this test.
pub(crate) fn in_sway(name: &str, home: &Path) -> Command {
    let mut command = in_home(program(name), home);
    let folder = std::env::var("XDG_RUNTIME_DIR").expect("sway's folder");
    command.env("WAYLAND_DISPLAY", folder + "/wayland-1");
    command.stdin(Stdio::null());
    command
}

#[test]
fn on_sway_the_window_comes_to_the_workspace_of_the_user() {
    let name = "coming::on_sway_the_window_comes_to_the_workspace_of_the_user";
    let needs = Needs {
        bus: true,
        ..Needs::default()
    };
    sway::on_sway(name, needs, || {
        let home = used_home();
        let _tray = Running::silently(&mut in_sway("unhunch", home.path()));
        let run = |arguments: &[&str]| {
            wait(&format!("{arguments:?}"), || {
                let mut command = in_sway("unhunch", home.path());
                let output = command.args(arguments).output().unwrap();
                output.status.success().then_some(())
            });
        };
        run(&["status"]);
        run(&[]);
        wait_until_seen_in_sway(true);
        sway::message(&["workspace", "2"]);
        wait_until_seen_in_sway(false);
        run(&[]);
        wait_until_seen_in_sway(true);
        sway::message(&["workspace", "3"]);
        wait_until_seen_in_sway(false);
        run(&["stretch"]);
        wait_until_seen_in_sway(true);
        // The routine goes on while the window opens once more.
        pass(12.0);
        sway::message(&["workspace", "4"]);
        wait_until_seen_in_sway(false);
        run(&["stretch"]);
        wait_until_seen_in_sway(true);
        pass(1.0);
        // A window that is seen stays as it is.
        let before = window_in_sway().unwrap()["id"].clone();
        run(&["stretch"]);
        pass(1.0);
        assert_eq!(window_in_sway().unwrap()["id"], before);
        run(&["quit"]);
        wait("no window", || window_in_sway().is_none().then_some(()));
        let partly = history_of(home.path());
        assert_eq!(partly.len(), 1, "{partly:?}");
        assert!(partly[0]["seconds"].as_u64() >= Some(12), "{partly:?}");
    });
}

#[test]
fn a_window_that_never_appears_is_reported_once_and_not_recorded() {
    let name = "coming::a_window_that_never_appears_is_reported_once_and_not_recorded";
    let needs = Needs {
        bus: true,
        ..Needs::default()
    };
    crate::common::on_a_desktop(name, needs, || {
        with_bus(async |_bus| {
            let server = Server::start(&["actions", "body"]).await;
            let home = used_home();
            let home = home.path();
            // A compositor that accepts connections, but hangs.
            let socket = home.join("wayland");
            let _compositor = UnixListener::bind(&socket).unwrap();
            let command = |arguments: &[&str]| {
                let mut command = in_home(program("unhunch"), home);
                command.args(arguments).env("WAYLAND_DISPLAY", &socket);
                command.stdin(Stdio::null());
                command
            };
            let _tray = Running::silently(&mut command(&[]));
            until("the program", home, |status| status["phase"] == "sitting").await;
            assert!(command(&["stretch"]).status().unwrap().success());
            until("a stretch", home, |status| status["phase"] == "stretching").await;
            let card = server.card().await;
            assert_eq!(card.title, "The window couldn’t be opened");
            until("no stretch", home, |status| status["phase"] == "sitting").await;
            pass(1.0);
            assert!(server.is_left_alone());
            assert_eq!(history_of(home), Vec::<Value>::new());
        });
    });
}

/// Starts the window without the program.
fn start_window(mut command: Command) -> Child {
    let command = command.stdin(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Checks that the window has ended with a sentence. Xlib, which notices at the same time, may say it first.
fn ends_with_a_sentence(mut window: Child) {
    let patience = Duration::from_secs(10);
    wait_for(patience, "the end of the window", || {
        window.try_wait().unwrap()
    });
    let output = window.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    let sentences = [
        "the display server has quit",
        "(explicit kill or server shutdown)",
    ];
    let is_explained = sentences.iter().any(|sentence| errors.contains(sentence));
    assert!(is_explained && !errors.contains("panic"), "{errors}");
    assert_eq!(output.status.code(), Some(1), "{errors}");
}

#[test]
fn the_end_of_the_x_server_ends_the_window_with_a_sentence() {
    // Ending and painting are a race, so a moving figure and several attempts.
    for _ in 0..3 {
        let (mut screen, display) = screen().unwrap();
        let home = used_home();
        let mut command = in_home(program("unhunch-window"), home.path());
        command.args(["--routine", "desk"]);
        command
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY");
        let window = start_window(command);
        wait("the window", || {
            let mut search = Command::new("xdotool");
            search.args(["search", "--onlyvisible", "--class", "unhunch"]);
            let windows = search.env("DISPLAY", &display).output().unwrap();
            windows.status.success().then_some(())
        });
        pass(0.5);
        screen.kill();
        ends_with_a_sentence(window);
    }
}

#[test]
fn the_end_of_the_compositor_ends_the_window_with_a_sentence() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let Some(mut sway) = sway::start(folder.path()) else {
            return;
        };
        let home = used_home();
        let mut command = in_home(program("unhunch-window"), home.path());
        command.args(["--routine", "desk"]);
        command
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("WAYLAND_DISPLAY", "wayland-1")
            .env_remove("DISPLAY");
        let window = start_window(command);
        pass(3.0);
        sway.kill();
        ends_with_a_sentence(window);
    }
}
