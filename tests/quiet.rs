//! The watch for reasons to hold a reminder back, such as calls and full-screen windows, on private buses: with real services
//! like dunst and xfconf, and with mocks.
#![cfg(target_os = "linux")]

mod common;

use std::future::Future;
use std::process::Command;
use std::time::Duration;

use async_channel::Receiver;
use common::switch::SwayncMock;
use common::{Needs, Running, on_a_desktop, pass, soon, with_bus};
use futures_lite::FutureExt;
use unhunch::schedule::Hold;
use unhunch::time::Clock;
use unhunch::watch::quiet::{QuietEvent, Switches, follow};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use zbus::fdo::DBusProxy;
use zbus::zvariant::Value;
use zbus::{Connection, interface};

const BUS: Needs = Needs {
    bus: true,
    screen: false,
};

const ALL: Switches = Switches {
    do_not_disturb: true,
    full_screen: false,
    microphone: false,
    camera: false,
    keep_awake: true,
};

/// The service of xfconf, which is usually started by D-Bus activation.
const XFCONFD: &str = "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd";

/// Runs `body` concurrently with a watch, and hands it the reports of the watch.
async fn looking<F: Future<Output = ()>>(
    bus: &Connection,
    switches: Switches,
    body: impl FnOnce(Receiver<QuietEvent>) -> F,
) {
    looking_on(bus, None, switches, body).await;
}

/// Like [`looking`], with a system bus if there is one.
async fn looking_on<F: Future<Output = ()>>(
    bus: &Connection,
    system: Option<&Connection>,
    switches: Switches,
    body: impl FnOnce(Receiver<QuietEvent>) -> F,
) {
    let (sender, events) = async_channel::unbounded();
    let look = follow(Some(bus), system, switches, move |event| {
        sender.try_send(event).expect("somebody hears");
    });
    body(events).or(look).await;
}

async fn next(events: &Receiver<QuietEvent>) -> QuietEvent {
    soon("news", events.recv()).await.expect("it looks")
}

fn held_event(why: &'static str) -> QuietEvent {
    QuietEvent::Held(Hold::from(why.to_owned()))
}

fn released(why: &'static str) -> QuietEvent {
    QuietEvent::Released(Hold::from(why.to_owned()))
}

fn looked(sources: &[&'static str]) -> QuietEvent {
    QuietEvent::Answered(sources.to_vec())
}

/// Waits until this bus name has an owner.
async fn is_there(bus: &Connection, name: &'static str) {
    let names = DBusProxy::new(bus).await.expect("a bus");
    let there = async {
        while !names
            .name_has_owner(name.try_into().expect("a name"))
            .await
            .expect("a bus")
        {
            pass(20).await;
        }
    };
    soon(name, there).await;
}

#[test]
fn without_services_the_first_report_comes_at_once() {
    on_a_desktop(
        "without_services_the_first_report_comes_at_once",
        BUS,
        || {
            with_bus(|bus| async move {
                looking(&bus, ALL, |events| async move {
                    assert_eq!(next(&events).await, looked(&[]));
                })
                .await;
            });
        },
    );
}

#[test]
fn paused_dunst_holds_reminders_until_it_resumes_or_ends() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    let name = "paused_dunst_holds_reminders_until_it_resumes_or_ends";
    on_a_desktop(name, needs, || {
        with_bus(|bus| async move {
            let mut dunst = Command::new("dunst");
            let mut dunst = Running::silently(dunst.args(["-conf", "/dev/null"]));
            is_there(&bus, "org.freedesktop.Notifications").await;
            let pause = |paused: bool| {
                let bus = bus.clone();
                async move {
                    let body = ("org.dunstproject.cmd0", "paused", Value::from(paused));
                    let name = "org.freedesktop.Notifications";
                    let set = Some("org.freedesktop.DBus.Properties");
                    let path = "/org/freedesktop/Notifications";
                    let done = bus.call_method(Some(name), path, set, "Set", &body).await;
                    done.expect("dunst can be paused");
                }
            };
            pause(true).await;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&["dunst"]));
                pause(false).await;
                assert_eq!(next(&events).await, released("do-not-disturb"));
                pause(true).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                dunst.kill();
                assert_eq!(next(&events).await, released("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&[]));
            })
            .await;
        });
    });
}

#[test]
fn do_not_disturb_of_xfconf_is_followed() {
    on_a_desktop("do_not_disturb_of_xfconf_is_followed", BUS, || {
        let home = tempfile::tempdir().expect("a folder");
        with_bus(|bus| async move {
            let mut xfconf = Command::new(XFCONFD);
            let _xfconf = Running::silently(xfconf.env("XDG_CONFIG_HOME", home.path()));
            is_there(&bus, "org.xfce.Xfconf").await;
            let set = |on: bool| {
                let bus = bus.clone();
                async move {
                    let body = ("xfce4-notifyd", "/do-not-disturb", Value::from(on));
                    let name = "org.xfce.Xfconf";
                    let path = "/org/xfce/Xfconf";
                    let call = bus.call_method(Some(name), path, Some(name), "SetProperty", &body);
                    call.await.expect("xfconf takes it");
                }
            };
            set(false).await;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, looked(&["xfce"]));
                set(true).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                set(false).await;
                assert_eq!(next(&events).await, released("do-not-disturb"));
            })
            .await;
        });
    });
}

/// The notification server of Xfce, which is usually started by D-Bus activation, too.
const XFCE4_NOTIFYD: &str = "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd";

#[test]
fn do_not_disturb_of_xfce4_notifyd_is_followed() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    let name = "do_not_disturb_of_xfce4_notifyd_is_followed";
    on_a_desktop(name, needs, || {
        let home = tempfile::tempdir().expect("a folder");
        with_bus(|bus| async move {
            let start = |program: &str| {
                let mut command = Command::new(program);
                command.env("XDG_CONFIG_HOME", home.path());
                let command = command.env("XDG_CACHE_HOME", home.path());
                common::silently_if_there(program, command.env("XDG_DATA_HOME", home.path()))
            };
            let Some(_xfconf) = start(XFCONFD) else {
                return;
            };
            is_there(&bus, "org.xfce.Xfconf").await;
            let Some(_notifyd) = start(XFCE4_NOTIFYD) else {
                return;
            };
            is_there(&bus, "org.freedesktop.Notifications").await;
            let set = async |on: &str| {
                let place = [
                    "--channel",
                    "xfce4-notifyd",
                    "--property",
                    "/do-not-disturb",
                ];
                let value = ["--create", "--type", "bool", "--set", on];
                run_program("xfconf-query", &[&place[..], &value[..]].concat()).await;
            };
            set("true").await;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&["xfce"]));
                set("false").await;
                assert_eq!(next(&events).await, released("do-not-disturb"));
                set("true").await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
            })
            .await;
        });
    });
}

/// Runs a program, which must end in time and succeed.
async fn run_program(program: &str, arguments: &[&str]) {
    let started = Command::new(program).args(arguments).spawn();
    let mut started = started.unwrap_or_else(|error| panic!("{program}: {error}"));
    let end = async {
        loop {
            match started.try_wait().expect("a child") {
                Some(status) => return status,
                None => pass(20).await,
            }
        }
    };
    assert!(soon(program, end).await.success());
}

#[test]
fn mako_is_followed_without_change_signals() {
    let name = "mako_is_followed_without_change_signals";
    common::sway::on_sway(name, BUS, || {
        with_bus(|bus| async move {
            let mut command = Command::new("mako");
            let command = command.args(["--config", "/dev/null"]);
            let Some(mut mako) = common::silently_if_there("mako", command) else {
                return;
            };
            is_there(&bus, "org.freedesktop.Notifications").await;
            run_program("makoctl", &["mode", "-s", "do-not-disturb"]).await;
            let names = &bus;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&["mako"]));
                run_program("makoctl", &["mode", "-s", "default"]).await;
                assert_eq!(next(&events).await, released("do-not-disturb"));
                run_program("makoctl", &["mode", "-a", "dnd"]).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                mako.kill();
                assert_eq!(next(&events).await, released("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&[]));
                let _again = Running::silently(&mut Command::new("mako"));
                is_there(names, "org.freedesktop.Notifications").await;
                assert_eq!(next(&events).await, looked(&["mako"]));
                run_program("makoctl", &["mode", "-a", "dnd"]).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
            })
            .await;
        });
    });
}

#[test]
fn sway_notification_center_is_followed() {
    let name = "sway_notification_center_is_followed";
    common::sway::on_sway(name, BUS, || {
        let home = tempfile::tempdir().expect("a folder");
        with_bus(|bus| async move {
            let mut command = Command::new("swaync");
            command.env("HOME", home.path());
            // The service that saves the switch (dconf) needs D-Bus activation, which this bus does not have.
            let command = command.env("GSETTINGS_BACKEND", "memory");
            let Some(mut swaync) = common::silently_if_there("swaync", command) else {
                return;
            };
            is_there(&bus, "org.erikreider.swaync.cc").await;
            is_there(&bus, "org.freedesktop.Notifications").await;
            run_program("swaync-client", &["--toggle-dnd"]).await;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&["swaync"]));
                run_program("swaync-client", &["--toggle-dnd"]).await;
                assert_eq!(next(&events).await, released("do-not-disturb"));
                run_program("swaync-client", &["--toggle-dnd"]).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                swaync.kill();
                assert_eq!(next(&events).await, released("do-not-disturb"));
            })
            .await;
        });
    });
}

/// A mock of the property that KDE's notification server adds to the standard.
struct Plasma {
    inhibited: bool,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Plasma {
    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }
}

struct Mako {
    modes: Vec<String>,
}

#[interface(name = "fr.emersion.Mako")]
impl Mako {
    fn list_modes(&self) -> Vec<String> {
        self.modes.clone()
    }

    #[zbus(property)]
    fn modes(&self) -> Vec<String> {
        self.modes.clone()
    }
}

struct Swaync {
    quiet: bool,
}

#[interface(name = "org.erikreider.swaync.cc")]
impl Swaync {
    fn get_dnd(&self) -> bool {
        self.quiet
    }
}

struct Power {
    inhibited: bool,
}

#[interface(name = "org.freedesktop.PowerManagement.Inhibit")]
impl Power {
    fn has_inhibit(&self) -> bool {
        self.inhibited
    }
}

struct Gnome {
    actions: u32,
}

#[interface(name = "org.gnome.SessionManager")]
impl Gnome {
    #[zbus(property)]
    fn inhibited_actions(&self) -> u32 {
        self.actions
    }
}

struct Logind {
    blocked: String,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    #[zbus(property)]
    fn block_inhibited(&self) -> String {
        self.blocked.clone()
    }
}

/// Serves an object on a separate connection, with zbus's own executor thread.
async fn serve<I: zbus::object_server::Interface>(
    name: &'static str,
    path: &'static str,
    service: I,
) -> Connection {
    zbus::connection::Builder::session()
        .expect("the environment names the bus")
        .serve_at(path, service)
        .expect("a path")
        .name(name)
        .expect("a name")
        .build()
        .await
        .expect("the bus lets it in")
}

/// Emits a signal without arguments.
async fn signal(service: &Connection, path: &str, interface: &str, member: &str) {
    let sent = service.emit_signal(None::<&str>, path, interface, member, &());
    sent.await.expect("a bus");
}

#[test]
fn each_notification_server_is_queried_by_its_own_interface() {
    on_a_desktop(
        "each_notification_server_is_queried_by_its_own_interface",
        BUS,
        || {
            with_bus(|bus| async move {
                let path = "/org/freedesktop/Notifications";
                let kde = Plasma { inhibited: false };
                let kde = serve("org.freedesktop.Notifications", path, kde).await;
                let mako = Mako { modes: Vec::new() };
                let server = kde.object_server();
                assert!(server.at("/fr/emersion/Mako", mako).await.expect("a path"));
                let place = "/org/erikreider/swaync/cc";
                let swaync = Swaync { quiet: true };
                let swaync = serve("org.erikreider.swaync.cc", place, swaync).await;
                looking(&bus, ALL, |events| async move {
                    assert_eq!(next(&events).await, held_event("do-not-disturb"));
                    assert_eq!(next(&events).await, looked(&["kde", "mako", "swaync"]));
                    let server = swaync.object_server();
                    let interface = server.interface::<_, Swaync>(place).await.expect("it");
                    interface.get_mut().await.quiet = false;
                    signal(&swaync, place, "org.erikreider.swaync.cc", "Subscribe").await;
                    assert_eq!(next(&events).await, released("do-not-disturb"));
                    let server = kde.object_server();
                    let interface = server.interface::<_, Plasma>(path).await.expect("it");
                    interface.get_mut().await.inhibited = true;
                    interface
                        .get()
                        .await
                        .inhibited_changed(interface.signal_emitter())
                        .await
                        .expect("a bus");
                    assert_eq!(next(&events).await, held_event("do-not-disturb"));
                    let mako = server.interface::<_, Mako>("/fr/emersion/Mako").await;
                    let mako = mako.expect("it");
                    mako.get_mut().await.modes = vec!["default".to_owned(), "dnd".to_owned()];
                    mako.get()
                        .await
                        .modes_changed(mako.signal_emitter())
                        .await
                        .expect("a bus");
                    pass(200).await;
                    // A reason that several sources give is reported once, and released with the last of them.
                    interface.get_mut().await.inhibited = false;
                    interface
                        .get()
                        .await
                        .inhibited_changed(interface.signal_emitter())
                        .await
                        .expect("a bus");
                    pass(200).await;
                    assert!(events.is_empty());
                    mako.get_mut().await.modes.clear();
                    mako.get()
                        .await
                        .modes_changed(mako.signal_emitter())
                        .await
                        .expect("a bus");
                    assert_eq!(next(&events).await, released("do-not-disturb"));
                })
                .await;
            });
        },
    );
}

#[test]
fn a_service_that_starts_later_is_queried_too() {
    on_a_desktop("a_service_that_starts_later_is_queried_too", BUS, || {
        with_bus(|bus| async move {
            let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a bus");
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, looked(&[]));
                for _ in 0..2 {
                    let switch = SwayncMock::start(&address, true).await;
                    assert_eq!(next(&events).await, held_event("do-not-disturb"));
                    assert_eq!(next(&events).await, looked(&["swaync"]));
                    switch.die().await;
                    assert_eq!(next(&events).await, released("do-not-disturb"));
                    assert_eq!(next(&events).await, looked(&[]));
                }
                let switch = SwayncMock::start(&address, false).await;
                assert_eq!(next(&events).await, looked(&["swaync"]));
                switch.set(true).await;
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
            })
            .await;
        });
    });
}

#[test]
fn a_film_is_detected_by_its_idle_inhibitor() {
    let name = "a_film_is_detected_by_its_idle_inhibitor";
    on_a_desktop(name, BUS, || {
        with_bus(|bus| async move {
            let gnome = Gnome { actions: 8 };
            let gnome = serve(
                "org.gnome.SessionManager",
                "/org/gnome/SessionManager",
                gnome,
            )
            .await;
            let place = "/org/freedesktop/PowerManagement/Inhibit";
            let power = Power { inhibited: true };
            let power = serve("org.freedesktop.PowerManagement", place, power).await;
            let logind = Logind {
                blocked: "shutdown:idle".to_owned(),
            };
            let logind = serve("org.freedesktop.login1", "/org/freedesktop/login1", logind).await;
            let film = Switches {
                do_not_disturb: false,
                ..ALL
            };
            // One bus serves as both session and system bus.
            looking_on(&bus, Some(&bus), film, |events| async move {
                assert_eq!(next(&events).await, held_event("keep-awake"));
                let all = ["gnome-session", "logind", "power-management"];
                assert_eq!(next(&events).await, looked(&all));
                drop(gnome);
                assert_eq!(next(&events).await, looked(&["logind", "power-management"]));
                let server = power.object_server();
                let object = server.interface::<_, Power>(place).await.expect("it");
                object.get_mut().await.inhibited = false;
                let interface = "org.freedesktop.PowerManagement.Inhibit";
                signal(&power, place, interface, "HasInhibitChanged").await;
                pass(200).await;
                assert!(events.is_empty(), "logind still says so");
                let server = logind.object_server();
                let interface = server
                    .interface::<_, Logind>("/org/freedesktop/login1")
                    .await;
                let interface = interface.expect("it");
                interface.get_mut().await.blocked = "shutdown".to_owned();
                interface
                    .get()
                    .await
                    .block_inhibited_changed(interface.signal_emitter())
                    .await
                    .expect("a bus");
                assert_eq!(next(&events).await, released("keep-awake"));
            })
            .await;
        });
    });
}

/// A mock of KDE's power manager, with the combined policies of all inhibitors as bits.
struct PolicyAgent {
    inhibited: u32,
}

#[interface(name = "org.kde.Solid.PowerManagement.PolicyAgent")]
impl PolicyAgent {
    fn has_inhibition(&self, types: u32) -> bool {
        self.inhibited & types != 0
    }
}

#[test]
fn on_kde_a_download_is_no_film() {
    on_a_desktop("on_kde_a_download_is_no_film", BUS, || {
        with_bus(|bus| async move {
            let place = "/org/freedesktop/PowerManagement/Inhibit";
            let power = Power { inhibited: true };
            let _power = serve("org.freedesktop.PowerManagement", place, power).await;
            let name = "org.kde.Solid.PowerManagement.PolicyAgent";
            let place = "/org/kde/Solid/PowerManagement/PolicyAgent";
            // Policy 1 prevents an interruption of the session, as a download requests it.
            let kde = serve(name, place, PolicyAgent { inhibited: 1 }).await;
            let film = Switches {
                do_not_disturb: false,
                ..ALL
            };
            looking(&bus, film, |events| async move {
                assert_eq!(next(&events).await, looked(&["kde-power"]));
                let set = async |policies: u32| {
                    let server = kde.object_server();
                    let interface = server.interface::<_, PolicyAgent>(place).await;
                    interface.expect("it").get_mut().await.inhibited = policies;
                    signal(&kde, place, name, "InhibitionsChanged").await;
                };
                // Policy 4 keeps the screen on, as a film requests it.
                set(1 | 4).await;
                assert_eq!(next(&events).await, held_event("keep-awake"));
                set(1).await;
                assert_eq!(next(&events).await, released("keep-awake"));
            })
            .await;
        });
    });
}

#[test]
fn full_screen_windows_are_followed_on_x11() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    let name = "full_screen_windows_are_followed_on_x11";
    // The name of a compositor that is gone must not hide the X server.
    let missing_display = [("WAYLAND_DISPLAY", "/nowhere/wayland-0".as_ref())];
    common::on_a_desktop_with(name, needs, &missing_display, || {
        with_bus(|bus| async move {
            let (server, screen) = x11rb::connect(None).expect("a screen");
            let server = &server;
            let root = server.setup().roots[screen].root;
            let window = || {
                let id = server.generate_id().expect("an id");
                let class = WindowClass::INPUT_OUTPUT;
                let more = CreateWindowAux::new();
                let made = server.create_window(0, id, root, 0, 0, 9, 9, 0, class, 0, &more);
                made.expect("a window");
                id
            };
            let set = |window: u32, name: &str, kind: AtomEnum, value: &[u32]| {
                let atom = atom(server, name);
                let replace = PropMode::REPLACE;
                let done = server.change_property32(replace, window, atom, kind, value);
                done.expect("it takes it").check().expect("it takes it");
            };
            let full = atom(server, "_NET_WM_STATE_FULLSCREEN");
            let state = |window, value: &[u32]| {
                set(window, "_NET_WM_STATE", AtomEnum::ATOM, value);
            };
            let activate = |window| set(root, "_NET_ACTIVE_WINDOW", AtomEnum::WINDOW, &[window]);
            let (small, large) = (window(), window());
            state(large, &[full]);
            activate(large);
            let switches = Switches {
                do_not_disturb: false,
                full_screen: true,
                microphone: false,
                camera: false,
                keep_awake: false,
            };
            looking(&bus, switches, |events| async move {
                assert_eq!(next(&events).await, held_event("full-screen"));
                assert_eq!(next(&events).await, looked(&["x11"]));
                activate(small);
                assert_eq!(next(&events).await, released("full-screen"));
                state(small, &[full]);
                assert_eq!(next(&events).await, held_event("full-screen"));
                state(small, &[]);
                assert_eq!(next(&events).await, released("full-screen"));
                activate(large);
                assert_eq!(next(&events).await, held_event("full-screen"));
                server.destroy_window(large).expect("it goes");
                activate(0);
                assert_eq!(next(&events).await, released("full-screen"));
            })
            .await;
        });
    });
}

#[test]
fn without_a_session_bus_the_other_sources_are_used() {
    let needs = Needs {
        bus: false,
        screen: true,
    };
    let name = "without_a_session_bus_the_other_sources_are_used";
    on_a_desktop(name, needs, || {
        async_io::block_on(async {
            let all = Switches {
                full_screen: true,
                microphone: true,
                camera: true,
                ..ALL
            };
            let (sender, events) = async_channel::unbounded();
            let look = follow(None, None, all, move |event| drop(sender.try_send(event)));
            let body = async {
                let QuietEvent::Answered(sources) = next(&events).await else {
                    panic!("nothing keeps us quiet")
                };
                assert!(sources.contains(&"x11"), "{sources:?}");
            };
            body.or(look).await;
        });
    });
}

#[test]
fn hanging_services_time_out_quickly() {
    let name = "hanging_services_time_out_quickly";
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("native");
    let server = format!("unix:{}", socket.display());
    let variables = [("PULSE_SERVER", server.as_ref())];
    common::on_a_desktop_with(name, BUS, &variables, || {
        with_bus(|bus| async move {
            let server = std::env::var("PULSE_SERVER").expect("it was set");
            let socket = server.replace("unix:", "");
            // This server accepts connections, but never answers.
            let _listens = std::os::unix::net::UnixListener::bind(socket).expect("a folder");
            let _hangs = serve(
                "org.freedesktop.PowerManagement",
                "/org/freedesktop/PowerManagement/Inhibit",
                Hanging,
            )
            .await;
            let all = Switches {
                full_screen: true,
                microphone: true,
                ..ALL
            };
            let start = Clock.now().elapsed;
            looking(&bus, all, |events| async move {
                assert_eq!(next(&events).await, looked(&[]));
                let waited = Clock.now().elapsed - start;
                assert!(waited < Duration::from_millis(900), "{waited:?}");
            })
            .await;
        });
    });
}

/// slgobinath/safeeyes#394, #568, #647, #713: full-screen windows on Wayland, as the compositor reports them.
#[test]
fn sway_reports_full_screen_windows() {
    let name = "sway_reports_full_screen_windows";
    common::sway::on_sway(name, BUS, || {
        with_bus(|bus| async move {
            let full = Switches {
                do_not_disturb: false,
                full_screen: true,
                keep_awake: false,
                ..ALL
            };
            let window = |name: &str| {
                let mut window = Command::new("foot");
                Running::silently(window.args(["--app-id", name, "sleep", "60"]))
            };
            let command = |window: &str, what: &str| {
                common::sway::message(&[&format!("[app_id={window}] {what}")]);
            };
            looking(&bus, full, |events| async move {
                assert_eq!(next(&events).await, looked(&["wlroots"]));
                let mut film = window("film");
                pass(1000).await;
                command("film", "fullscreen enable");
                assert_eq!(next(&events).await, held_event("full-screen"));
                command("film", "fullscreen disable");
                assert_eq!(next(&events).await, released("full-screen"));
                command("film", "fullscreen enable");
                assert_eq!(next(&events).await, held_event("full-screen"));
                let _letter = window("letter");
                pass(1000).await;
                // Now the letter is in front of the film.
                command("letter", "move to workspace 2, workspace 2, focus");
                assert_eq!(next(&events).await, released("full-screen"));
                command("film", "focus");
                assert_eq!(next(&events).await, held_event("full-screen"));
                film.kill();
                assert_eq!(next(&events).await, released("full-screen"));
                pass(200).await;
                assert!(events.is_empty());
            })
            .await;
        });
    });
}

#[test]
fn sway_reports_a_window_that_is_already_full_screen() {
    let name = "sway_reports_a_window_that_is_already_full_screen";
    common::sway::on_sway(name, BUS, || {
        let _film = Running::silently(Command::new("foot").args(["sleep", "60"]));
        async_io::block_on(pass(1000));
        common::sway::message(&["[app_id=foot] fullscreen enable"]);
        with_bus(|bus| async move {
            let all = Switches {
                full_screen: true,
                ..ALL
            };
            looking(&bus, all, |events| async move {
                assert_eq!(next(&events).await, held_event("full-screen"));
                assert_eq!(next(&events).await, looked(&["wlroots"]));
            })
            .await;
        });
    });
}

fn atom(server: &RustConnection, name: &str) -> u32 {
    let atom = server
        .intern_atom(false, name.as_bytes())
        .expect("a server");
    atom.reply().expect("an atom").atom
}

#[test]
fn recording_from_a_microphone_counts_as_a_call() {
    let name = "recording_from_a_microphone_counts_as_a_call";
    on_a_desktop(name, BUS, || {
        let room = tempfile::tempdir().expect("a folder");
        let Some(server) = std::env::var_os("PULSE_SERVER") else {
            let socket = room.path().join("native");
            let again = common::again(name)
                .env("PULSE_SERVER", format!("unix:{}", socket.display()))
                .env("HOME", room.path())
                .env("XDG_RUNTIME_DIR", room.path())
                .status();
            assert!(again.expect("this very test can be started").success());
            return;
        };
        let socket = server.into_string().expect("a path").replace("unix:", "");
        let script = room.path().join("script");
        let modules = format!(
            "load-module module-null-source\nload-module module-null-sink\nload-module module-native-protocol-unix auth-anonymous=1 socket={socket}\n"
        );
        std::fs::write(&script, modules).expect("a file");
        // The outer run owns the folder of the socket; this inner run has its own folder for the script.
        let start = || {
            let mut pulse = Command::new("pulseaudio");
            pulse.args(["-n", "--daemonize=no", "--exit-idle-time=-1"]);
            pulse.args(["--use-pid-file=no", "--disable-shm=yes"]);
            pulse.arg(format!("--file={}", script.display()));
            pulse.env_remove("PULSE_SERVER");
            Running::silently(&mut pulse)
        };
        let mut pulse = start();
        with_bus(|bus| async move {
            let path = std::path::Path::new(&socket);
            let there = async {
                while !path.exists() {
                    pass(20).await;
                }
            };
            soon("the sound server", there).await;
            let record = |source: &str| {
                Running::silently(Command::new("parec").arg(format!("--device={source}")))
            };
            let switches = Switches {
                do_not_disturb: false,
                microphone: true,
                keep_awake: false,
                ..ALL
            };
            looking(&bus, switches, |events| async move {
                assert_eq!(next(&events).await, looked(&["microphone"]));
                let monitor = record("null.monitor");
                pass(500).await;
                assert!(events.is_empty(), "what is played is no microphone");
                let call = record("source.null");
                assert_eq!(next(&events).await, held_event("call"));
                drop(call);
                assert_eq!(next(&events).await, released("call"));
                drop(monitor);
                let _call = record("source.null");
                assert_eq!(next(&events).await, held_event("call"));
                pulse.kill();
                assert_eq!(next(&events).await, released("call"));
                assert_eq!(next(&events).await, looked(&[]));
                std::fs::remove_file(path).expect("it fell and left it");
                let _pulse = start();
                assert_eq!(next(&events).await, looked(&["microphone"]));
                let _call = record("source.null");
                assert_eq!(next(&events).await, held_event("call"));
            })
            .await;
        });
    });
}

#[test]
fn gnome_is_queried_with_gsettings() {
    let name = "gnome_is_queried_with_gsettings";
    on_a_desktop(name, BUS, || {
        if std::env::var_os("XDG_CURRENT_DESKTOP").is_none_or(|name| name != "ubuntu:GNOME") {
            let folder = tempfile::tempdir().expect("a folder");
            let program = folder.path().join("gsettings");
            let script = "#!/bin/sh\nif [ $1 = get ]; then echo false; else sleep 0.5; echo 'show-banners: true'; exec sleep 60; fi\n";
            std::fs::write(&program, script).expect("a file");
            let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&program, executable).expect("a file");
            let path = std::env::var("PATH").expect("a path");
            let again = common::again(name)
                .env("PATH", format!("{}:{path}", folder.path().display()))
                .env("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
                .status();
            assert!(again.expect("this very test can be started").success());
            return;
        }
        with_bus(|bus| async move {
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, held_event("do-not-disturb"));
                assert_eq!(next(&events).await, looked(&["gnome"]));
                assert_eq!(next(&events).await, released("do-not-disturb"));
            })
            .await;
        });
    });
}

/// Settings that count the user as away after two seconds without input.
const HASTY: &str = "[rhythm]\nrest = \"4 s\"\n[presence]\naway = \"2 s\"\nstill = \"1 s\"\n";

#[test]
fn a_reminder_due_during_a_film_keeps_the_user_present() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    let name = "a_reminder_due_during_a_film_keeps_the_user_present";
    on_a_desktop(name, needs, || {
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path();
        let folder = home.join(".config/unhunch");
        std::fs::create_dir_all(&folder).expect("a folder");
        let settings = HASTY.replace("[rhythm]", "[rhythm]\nsit = \"8 s\"");
        std::fs::write(folder.join("settings.toml"), settings).expect("a folder");
        async_io::block_on(async {
            let place = "/org/freedesktop/PowerManagement/Inhibit";
            let film = Power { inhibited: true };
            let _film = serve("org.freedesktop.PowerManagement", place, film).await;
            let program = common::at_home(home);
            common::until("a film", home, |status| status["watching"] == true).await;
            assert!(!threads(program.id()).contains("full-screen"));
            // Now more sources are watched, and the reports of those that were watched before stay valid.
            common::until("the question", home, |status| {
                assert_ne!(status["phase"], "away", "{status}");
                status["phase"] == "asking"
            })
            .await;
            assert!(threads(program.id()).contains("full-screen"), "it looks");
            assert_eq!(common::status(home)["watching"], true);
        });
    });
}

#[test]
fn watching_a_film_counts_as_sitting() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    on_a_desktop("watching_a_film_counts_as_sitting", needs, || {
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path();
        let folder = home.join(".config/unhunch");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("settings.toml"), HASTY).expect("a folder");
        async_io::block_on(async {
            let place = "/org/freedesktop/PowerManagement/Inhibit";
            let film = Power { inhibited: true };
            let film = serve("org.freedesktop.PowerManagement", place, film).await;
            let set = async |on: bool| {
                let server = film.object_server();
                let object = server.interface::<_, Power>(place).await.expect("it");
                object.get_mut().await.inhibited = on;
                let interface = "org.freedesktop.PowerManagement.Inhibit";
                signal(&film, place, interface, "HasInhibitChanged").await;
            };
            let program = common::at_home(home);
            common::until("a film", home, |status| status["watching"] == true).await;
            // Only the sources for "keep awake" are watched: full screen and "do not disturb" say nothing about a film.
            assert!(!threads(program.id()).contains("full-screen"));
            pass(6000).await;
            let status = common::status(home);
            assert_eq!(status["phase"], "sitting", "{status}");
            assert!(status["sit_seconds"].as_u64() >= Some(6), "{status}");
            assert!(status["holds"] == serde_json::json!([]), "it holds nobody");
            set(false).await;
            common::until("the end", home, |status| status["phase"] == "away").await;
            // The next film begins before the absence is long enough to count as a rest.
            set(true).await;
            common::until("another", home, |status| status["watching"] == true).await;
            assert!(common::status(home)["sit_seconds"].as_u64() >= Some(8));
            set(false).await;
            common::until("a rest", home, |status| status["sit_seconds"] == 0).await;
            // After the rest, no source is watched any more.
            set(true).await;
            pass(1000).await;
            assert_eq!(common::status(home)["phase"], "away");
        });
    });
}

/// The names of all threads of a process, one per line.
fn threads(process: u32) -> String {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("it lives");
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .collect()
}

struct Hanging;

#[interface(name = "org.freedesktop.PowerManagement.Inhibit")]
impl Hanging {
    async fn has_inhibit(&self) -> bool {
        async_io::Timer::after(Duration::from_secs(60)).await;
        true
    }
}

#[test]
fn a_hanging_service_does_not_block_the_report() {
    on_a_desktop("a_hanging_service_does_not_block_the_report", BUS, || {
        with_bus(|bus| async move {
            let place = "/org/freedesktop/PowerManagement/Inhibit";
            let _hangs = serve("org.freedesktop.PowerManagement", place, Hanging).await;
            looking(&bus, ALL, |events| async move {
                assert_eq!(next(&events).await, looked(&[]));
            })
            .await;
        });
    });
}
