//! The idle sources, on real and on mock displays.
#![cfg(target_os = "linux")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_channel::Receiver;
use common::compositor::{Compositor, EXT_1, EXT_2, IdleRequest, KDE, Protocol, listen};
use common::login::Login;
use common::mutter::Mutter;
use common::{Needs, on_a_desktop, pass, soon};
use futures_lite::FutureExt as _;
use unhunch::schedule::Activity;
use unhunch::source::PresenceSource;
use unhunch::time::Clock;
use unhunch::watch::CurrentBus;
use unhunch::watch::idle::{CloseWatchRequest, IdleEvent, IdleFollower, IdleSettings, Thresholds};

const SCREEN: Needs = Needs {
    bus: false,
    screen: true,
};

const BUS: Needs = Needs {
    bus: true,
    screen: false,
};

const THRESHOLDS: Thresholds = Thresholds {
    still: Duration::from_millis(800),
    away: Duration::from_millis(3000),
};

/// The idle source under test, with its reports.
struct Source<'a> {
    close_watch: &'a CloseWatchRequest,
    system_bus: &'a CurrentBus,
    activities: Receiver<Activity>,
    words: Receiver<String>,
}

/// Runs `body` concurrently with the idle watch.
fn watched(body: impl AsyncFnOnce(&Source<'_>)) {
    watched_without(&[], body);
}

/// Like [`watched`], but never uses these sources.
fn watched_without(ignored: &[PresenceSource], body: impl AsyncFnOnce(&Source<'_>)) {
    async_io::block_on(async {
        let (sender, activities) = async_channel::unbounded();
        let (answer, words) = async_channel::unbounded();
        let session_bus = match std::env::var("DBUS_SESSION_BUS_ADDRESS") {
            Ok(address) if address.contains("tmp") => Some(common::login::connect(&address).await),
            _ => None,
        };
        let (close_watch, system_bus) = (CloseWatchRequest::default(), CurrentBus::default());
        let follow = IdleFollower {
            settings: IdleSettings {
                thresholds: THRESHOLDS,
                ignored: ignored.to_vec(),
            },
            session_bus,
            system_bus: &system_bus,
            close_watch: &close_watch,
            report: &move |event| {
                let _ = match event {
                    IdleEvent::Activity(activity) => sender.try_send(activity).is_ok(),
                    IdleEvent::Source(source) => answer.try_send(source.to_string()).is_ok(),
                };
            },
        };
        let source = Source {
            close_watch: &close_watch,
            system_bus: &system_bus,
            activities,
            words,
        };
        body(&source).or(follow.run()).await;
    });
}

impl Source<'_> {
    async fn next(&self) -> Activity {
        soon("word from the source", self.activities.recv())
            .await
            .expect("the source lives")
    }

    /// Waits for the next source, and returns its description. Every source starts with `Busy`.
    async fn answers(&self) -> String {
        let words = soon("a source", self.words.recv()).await;
        assert_eq!(self.next().await, Activity::Busy);
        words.expect("the look-out lives")
    }

    /// Checks that there is no report for this time.
    async fn is_silent(&self, milliseconds: u64) {
        pass(milliseconds).await;
        assert_eq!(self.activities.try_recv().ok(), None);
    }
}

/// Moves the pointer to a new place, which is real input.
fn touch() {
    static TOUCHES: AtomicU32 = AtomicU32::new(0);
    let touches = TOUCHES.fetch_add(1, Ordering::Relaxed);
    let place = (100 + touches % 20 * 20).to_string();
    xdotool(&["mousemove", &place, "100"]);
}

fn type_letter() {
    xdotool(&["key", "a"]);
}

fn xdotool(arguments: &[&str]) {
    let done = Command::new("xdotool").args(arguments).status();
    assert!(done.expect("xdotool is installed").success());
}

/// Moves the pointer back and forth by two pixels, several times a second, forever.
async fn jitter<T>() -> T {
    loop {
        for distance in ["2", "-2"] {
            xdotool(&["mousemove_relative", "--", distance, "0"]);
            pass(150).await;
        }
    }
}

/// The number of context switches of the source's thread.
fn wakings() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok())
        .filter(|status| status.starts_with("Name:\tidle\n"))
        .flat_map(|status| switches(&status))
        .sum()
}

fn switches(status: &str) -> Vec<u64> {
    status
        .lines()
        .filter(|line| line.contains("ctxt_switches"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse().ok())
        .collect()
}

#[test]
fn an_absence_is_reported_from_its_last_input_and_so_is_the_return() {
    let name = "an_absence_is_reported_from_its_last_input_and_so_is_the_return";
    on_a_desktop(name, SCREEN, || {
        touch();
        watched(async |source| {
            assert_eq!(source.answers().await, "x11");
            touch();
            let touched = Clock.now().elapsed;
            let Activity::Away { since } = source.next().await else {
                panic!("somebody is there")
            };
            let apart = since.abs_diff(touched);
            assert!(apart < THRESHOLDS.away / 4, "{apart:?} apart");
            touch();
            assert_eq!(source.next().await, Activity::Busy);
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn typing_causes_no_wakeups() {
    let name = "typing_causes_no_wakeups";
    on_a_desktop(name, SCREEN, || {
        type_letter();
        watched(async |source| {
            source.answers().await;
            pass(300).await;
            let before = wakings();
            for _ in 0..4 {
                type_letter();
                touch();
                xdotool(&["click", "1"]);
                pass(1000).await;
            }
            assert_eq!(wakings(), before, "pauses and input woke the source");
            assert_eq!(source.activities.try_recv().ok(), None);
        });
    });
}

#[test]
fn the_pointer_alone_is_presence_and_causes_few_wakeups() {
    let name = "the_pointer_alone_is_presence_and_causes_few_wakeups";
    on_a_desktop(name, SCREEN, || {
        touch();
        watched(async |source| {
            source.answers().await;
            let before = wakings();
            for _ in 0..80 {
                touch();
                xdotool(&["click", "1"]);
                pass(100).await;
            }
            // There are two or three readings in each interval of three seconds; each waits for the server a few times.
            let few = wakings() - before;
            assert!(few < 80, "{few} wake-ups for 160 inputs");
            assert_eq!(source.activities.try_recv().ok(), None);
        });
    });
}

#[test]
fn scrolling_with_a_pointer_at_rest_is_presence() {
    let name = "scrolling_with_a_pointer_at_rest_is_presence";
    on_a_desktop(name, SCREEN, || {
        touch();
        watched(async |source| {
            source.answers().await;
            for _ in 0..8 {
                xdotool(&["click", "5"]);
                source.is_silent(1200).await;
            }
            assert!(matches!(source.next().await, Activity::Away { .. }));
            xdotool(&["click", "5"]);
            assert_eq!(source.next().await, Activity::Busy);
        });
    });
}

#[test]
fn a_jittering_pointer_is_no_presence() {
    let name = "a_jittering_pointer_is_no_presence";
    on_a_desktop(name, SCREEN, || {
        type_letter();
        watched(async |source| {
            assert_eq!(source.answers().await, "x11");
            let start = Clock.now().elapsed;
            let next = source.next().or(jitter()).await;
            let Activity::Away { since } = next else {
                panic!("{next:?}")
            };
            let late = Clock.now().elapsed - start;
            assert!(since >= start.saturating_sub(THRESHOLDS.away / 4));
            assert!(late < THRESHOLDS.away * 2, "{late:?}");
            // It goes on, ends and begins again: nobody comes back by that.
            source.is_silent(4000).or(jitter()).await;
            pass(3500).await;
            let before = wakings();
            source.is_silent(4000).await;
            assert_eq!(wakings(), before, "nobody is there, and nothing moves");
            source.is_silent(2000).or(jitter()).await;
            // A pause in typing is waited for, and asked for: the answer is the same.
            source.close_watch.set_close_watch(true);
            assert!(matches!(source.next().await, Activity::Away { .. }));
            source.close_watch.set_close_watch(false);
            source.is_silent(1000).or(jitter()).await;
            type_letter();
            assert_eq!(source.next().await, Activity::Busy);
            let next = source.next().or(jitter()).await;
            assert!(matches!(next, Activity::Away { .. }), "{next:?}");
            xdotool(&["click", "1"]);
            assert_eq!(source.next().await, Activity::Busy);
            let next = source.next().or(jitter()).await;
            assert!(matches!(next, Activity::Away { .. }), "{next:?}");
            touch();
            assert_eq!(source.next().or(jitter()).await, Activity::Busy);
        });
    });
}

#[test]
fn pauses_in_typing_are_reported_on_request() {
    let name = "pauses_in_typing_are_reported_on_request";
    on_a_desktop(name, SCREEN, || {
        touch();
        watched(async |source| {
            source.answers().await;
            touch();
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Busy);
            assert_eq!(source.next().await, Activity::Still);
            touch();
            assert_eq!(source.next().await, Activity::Busy);
            source.close_watch.set_close_watch(false);
            source.is_silent(1200).await;
            // There has been no input for long, so the report comes at once.
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Still);
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn a_late_source_reports_an_absence_that_has_begun() {
    let name = "a_late_source_reports_an_absence_that_has_begun";
    on_a_desktop(name, SCREEN, || {
        touch();
        async_io::block_on(pass(3300));
        watched(async |source| {
            source.answers().await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn the_thread_ends_with_its_source() {
    let name = "the_thread_ends_with_its_source";
    on_a_desktop(name, SCREEN, || {
        watched(async |source| {
            source.answers().await;
            soon("the thread", async {
                while wakings() == 0 {
                    pass(20).await;
                }
            })
            .await;
        });
        async_io::block_on(soon("the end of the thread", async {
            while wakings() > 0 {
                pass(20).await;
            }
        }));
    });
}

#[test]
fn the_end_of_the_x_server_is_reported_and_the_user_counts_as_present() {
    let name = "the_end_of_the_x_server_is_reported_and_the_user_counts_as_present";
    on_a_desktop(name, SCREEN, || {
        touch();
        watched(async |source| {
            source.answers().await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
            common::end_screen();
            assert_eq!(source.next().await, Activity::Busy);
            let reason = soon("the reason", source.words.recv()).await;
            let reason = reason.expect("there is one");
            assert!(reason.starts_with("none: the X server"), "{reason}");
            // A request to a source that has ended must do no harm.
            source.close_watch.set_close_watch(true);
        });
    });
}

#[test]
fn a_display_with_an_impossible_name_is_named() {
    let name = "a_display_with_an_impossible_name_is_named";
    for display in [":99999", ":60000"] {
        let variables = [("DISPLAY", display.as_ref())];
        common::on_a_desktop_with(name, Needs::default(), &variables, || {
            watched(async |source| {
                let name = std::env::var("DISPLAY").unwrap();
                let reason = format!("DISPLAY is \"{name}\", which doesn’t name a display");
                assert_eq!(
                    source.answers().await,
                    format!("none: the X server can’t be reached: {reason}")
                );
            });
        });
        if common::is_inner() {
            return;
        }
    }
}

#[test]
fn without_a_display_there_is_no_source() {
    let name = "without_a_display_there_is_no_source";
    on_a_desktop(name, Needs::default(), || {
        watched(async |source| {
            assert_eq!(source.answers().await, "none: there is no screen");
            source.close_watch.set_close_watch(true);
            source.is_silent(300).await;
        });
    });
}

/// The socket of the compositor, according to the environment of the inner run.
fn wayland_socket() -> PathBuf {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").expect("it was set");
    Path::new(&folder).join("wayland-7")
}

/// Runs `body` with an environment that names a compositor, which the test may start.
fn on_wayland(name: &str, needs: Needs, body: impl FnOnce()) {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = [
        ("XDG_RUNTIME_DIR", folder.path().as_os_str()),
        ("WAYLAND_DISPLAY", "wayland-7".as_ref()),
    ];
    common::on_a_desktop_with(name, needs, &variables, body);
}

async fn next_request(compositor: &Compositor) -> IdleRequest {
    let request = soon(
        "what the compositor is asked for",
        compositor.requests.recv(),
    );
    request.await.expect("it lives")
}

/// Waits for a request for an idle event after this time, and returns its id; panics if the next request is another one.
async fn asked_for(compositor: &Compositor, after: Duration, input_only: bool) -> u32 {
    let IdleRequest::For {
        id,
        after: milliseconds,
        input_only: only,
    } = next_request(compositor).await
    else {
        panic!("nothing was given up yet")
    };
    let milliseconds = u64::from(milliseconds);
    assert_eq!(
        (Duration::from_millis(milliseconds), only),
        (after, input_only)
    );
    id
}

fn a_day_on_wayland(name: &str, protocols: &'static [Protocol], words: &str, input_only: bool) {
    on_wayland(name, Needs::default(), || {
        let listening = listen(&wayland_socket());
        watched(async |source| {
            let compositor = listening.client(protocols).await;
            let away = asked_for(&compositor, THRESHOLDS.away, input_only).await;
            assert_eq!(source.answers().await, words);
            assert_eq!(source.activities.try_recv().ok(), None, "nobody asked");
            let left = Clock.now().elapsed.saturating_sub(THRESHOLDS.away);
            compositor.idled(away);
            let Activity::Away { since } = source.next().await else {
                panic!("somebody is there")
            };
            assert!(since.abs_diff(left) < THRESHOLDS.away / 4);
            compositor.resumed(away);
            assert_eq!(source.next().await, Activity::Busy);
            // The schedule waits for a good moment.
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Busy);
            let still = asked_for(&compositor, THRESHOLDS.still, input_only).await;
            compositor.idled(still);
            assert_eq!(source.next().await, Activity::Still);
            compositor.idled(away);
            assert!(matches!(source.next().await, Activity::Away { .. }));
            compositor.resumed(still);
            compositor.resumed(away);
            assert_eq!(source.next().await, Activity::Busy);
            source.close_watch.set_close_watch(false);
            assert_eq!(
                next_request(&compositor).await,
                IdleRequest::NoMore { id: still }
            );
            // The compositor sent another event before it knew; that counts no more.
            source.is_silent(300).await;
        });
    });
}

/// hovancik/stretchly#1261, slgobinath/safeeyes#286, #391, rcaelers/workrave#94, #212, #679,
/// tom-james-watson/breaktimer-app#463, AllanChain/sane-break#22, #157: absence is noticed on Wayland, too.
#[test]
fn wayland_reports_absence_and_pauses() {
    let words = "wayland: ext_idle_notifier_v1 1";
    a_day_on_wayland("wayland_reports_absence_and_pauses", &[EXT_1], words, false);
}

#[test]
fn version_2_of_the_protocol_counts_only_input() {
    let words = "wayland: ext_idle_notifier_v1 2";
    let protocols = &[KDE, EXT_2];
    a_day_on_wayland(
        "version_2_of_the_protocol_counts_only_input",
        protocols,
        words,
        true,
    );
}

#[test]
fn older_kde_uses_its_own_protocol() {
    let words = "wayland: org_kde_kwin_idle 1";
    a_day_on_wayland("older_kde_uses_its_own_protocol", &[KDE], words, false);
}

#[test]
fn a_real_compositor_reports_absence_and_pauses() {
    let name = "a_real_compositor_reports_absence_and_pauses";
    common::sway::on_sway(name, Needs::default(), || {
        watched(async |source| {
            let words = source.answers().await;
            assert!(words.starts_with("wayland: "), "{words}");
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Busy);
            assert_eq!(source.next().await, Activity::Still);
            assert!(matches!(source.next().await, Activity::Away { .. }));
            common::sway::message(&["seat", "-", "cursor", "move", "9", "9"]);
            assert_eq!(source.next().await, Activity::Busy);
            source.close_watch.set_close_watch(false);
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn a_compositor_may_die_and_come_back() {
    on_wayland(
        "a_compositor_may_die_and_come_back",
        Needs::default(),
        || {
            let listening = listen(&wayland_socket());
            watched(async |source| {
                let compositor = listening.client(&[EXT_2]).await;
                let away = asked_for(&compositor, THRESHOLDS.away, true).await;
                source.answers().await;
                source.close_watch.set_close_watch(true);
                assert_eq!(source.next().await, Activity::Busy);
                compositor.idled(away);
                assert!(matches!(source.next().await, Activity::Away { .. }));
                compositor.die();
                let words = source.answers().await;
                assert!(
                    words.starts_with("none: the compositor can’t be reached"),
                    "{words}"
                );
                let listening = listen(&wayland_socket());
                let compositor = listening.client(&[EXT_1]).await;
                let away = asked_for(&compositor, THRESHOLDS.away, false).await;
                source.answers().await;
                // The request to watch for pauses outlives the compositor.
                asked_for(&compositor, THRESHOLDS.still, false).await;
                assert_eq!(source.next().await, Activity::Busy);
                compositor.idled(away);
                assert!(matches!(source.next().await, Activity::Away { .. }));
            });
        },
    );
}

#[test]
fn a_compositor_without_an_idle_protocol_is_no_source() {
    on_wayland(
        "a_compositor_without_an_idle_protocol_is_no_source",
        SCREEN,
        || {
            let listening = listen(&wayland_socket());
            watched(async |source| {
                let _compositor = listening.client(&[]).await;
                // The X server of a Wayland session does not see all input, so it must not be used.
                let words = "none: the compositor doesn’t report idle time";
                assert_eq!(source.answers().await, words);
            });
        },
    );
}

#[test]
fn behind_xwayland_the_compositor_is_asked() {
    let name = "behind_xwayland_the_compositor_is_asked";
    common::sway::on_xwayland(name, || {
        // This one has nothing to do with the X server, and never reports anything.
        let folder = std::env::var_os("XDG_RUNTIME_DIR").expect("it was set");
        listen(&Path::new(&folder).join("wayland-0")).everybody(&[EXT_2]);
        watched(async |source| {
            let words = source.answers().await;
            assert!(words.starts_with("wayland: "), "{words}");
            assert!(matches!(source.next().await, Activity::Away { .. }));
            common::sway::message(&["seat", "-", "cursor", "move", "9", "9"]);
            assert_eq!(source.next().await, Activity::Busy);
        });
    });
}

#[test]
fn behind_xwayland_the_program_finds_a_compositor_that_nothing_names() {
    let name = "behind_xwayland_the_program_finds_a_compositor_that_nothing_names";
    common::sway::on_xwayland(name, || {
        // The runtime folder of the program is another one.
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path();
        let folder = home.join(".config/unhunch");
        std::fs::create_dir_all(&folder).expect("a folder");
        let settings = "[presence]\naway = \"3 s\"\nstill = \"1 s\"\n";
        std::fs::write(folder.join("settings.toml"), settings).expect("a folder");
        let _program = common::at_home(home);
        async_io::block_on(async {
            let idle = |status: &serde_json::Value| {
                let idle = status["sources"]["idle"].as_str().unwrap_or_default();
                idle.starts_with("wayland: ")
            };
            common::until("the compositor", home, idle).await;
            common::until("an absence", home, |status| status["phase"] == "away").await;
            for _ in 0..20 {
                common::sway::message(&["seat", "-", "cursor", "move", "7", "3"]);
                pass(300).await;
            }
            assert_eq!(common::status(home)["phase"], "sitting");
        });
    });
}

#[test]
fn xwayland_without_its_compositor_is_no_source() {
    let name = "xwayland_without_its_compositor_is_no_source";
    common::sway::on_xwayland(name, || {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").expect("it was set");
        std::fs::remove_file(Path::new(&folder).join("wayland-1")).expect("it is there");
        watched(async |source| {
            let words = "none: the X server is XWayland, which only notices input for X programs";
            assert_eq!(source.answers().await, words);
            source.is_silent(4000).await;
        });
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path();
        let _program = common::at_home(home);
        async_io::block_on(common::until("the source", home, |status| {
            let idle = status["sources"]["idle"].as_str().unwrap_or_default();
            idle.contains("XWayland")
        }));
        let diagnosis = common::unhunch(home).arg("diagnose").output();
        let diagnosis = diagnosis.expect("the program is there").stdout;
        let diagnosis = String::from_utf8(diagnosis).expect("text");
        let answer = "! Is anyone using the computer?\n    none: the X server is XWayland, ";
        assert!(diagnosis.contains(answer), "{diagnosis}");
    });
}

#[test]
fn a_source_that_is_switched_off_is_not_used() {
    let name = "a_source_that_is_switched_off_is_not_used";
    on_a_desktop(name, SCREEN, || {
        watched_without(&[PresenceSource::X11], async |source| {
            let words = "none: switched off in the settings: x11";
            assert_eq!(source.answers().await, words);
            source.is_silent(4000).await;
        });
    });
}

#[test]
fn without_wayland_the_x_server_is_used() {
    let name = "without_wayland_the_x_server_is_used";
    on_wayland(name, SCREEN, || {
        listen(&wayland_socket()).everybody(&[EXT_2]);
        watched_without(&[PresenceSource::Wayland], async |source| {
            assert_eq!(source.answers().await, "x11");
        });
    });
}

#[test]
fn without_mutter_the_compositor_is_used() {
    let name = "without_mutter_the_compositor_is_used";
    on_wayland(name, BUS, || {
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a bus");
        let _mutter = async_io::block_on(Mutter::start(&address));
        listen(&wayland_socket()).everybody(&[EXT_2]);
        watched_without(&[PresenceSource::Mutter], async |source| {
            assert_eq!(source.answers().await, "wayland: ext_idle_notifier_v1 2");
        });
    });
}

#[test]
fn mutter_is_preferred_to_other_sources() {
    on_wayland("mutter_is_preferred_to_other_sources", BUS, || {
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a bus");
        let listening = listen(&wayland_socket());
        watched(async |source| {
            let compositor = listening.client(&[EXT_2]).await;
            source.answers().await;
            let mutter = Mutter::start(&address).await;
            assert_eq!(source.answers().await, "mutter");
            soon("the end of the one before", async {
                while compositor.requests.recv().await.is_ok() {}
            })
            .await;
            mutter.idle(3100).await;
            let left = Clock
                .now()
                .elapsed
                .saturating_sub(Duration::from_millis(3100));
            let Activity::Away { since } = source.next().await else {
                panic!("somebody is there")
            };
            assert!(since.abs_diff(left) < THRESHOLDS.away / 4);
            mutter.idle(0).await;
            assert_eq!(source.next().await, Activity::Busy);
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Busy);
            mutter.idle(900).await;
            assert_eq!(source.next().await, Activity::Still);
            mutter.idle(3100).await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
            mutter.idle(0).await;
            assert_eq!(source.next().await, Activity::Busy);
            source.close_watch.set_close_watch(false);
            soon("one watch alone", async {
                while mutter.watches() > 1 {
                    pass(20).await;
                }
            })
            .await;
            mutter.idle(900).await;
            source.is_silent(300).await;
            // There has been no input for long, so the report comes at once.
            source.close_watch.set_close_watch(true);
            assert_eq!(source.next().await, Activity::Busy);
            assert_eq!(source.next().await, Activity::Still);
            let listening = listen(&wayland_socket());
            drop(mutter);
            assert_eq!(source.next().await, Activity::Busy);
            let _compositor = listening.client(&[EXT_2]).await;
            let words = soon("another source", source.words.recv()).await;
            assert_eq!(words.as_deref(), Ok("wayland: ext_idle_notifier_v1 2"));
        });
    });
}

#[test]
fn mutter_reports_an_absence_that_has_begun() {
    on_a_desktop("mutter_reports_an_absence_that_has_begun", BUS, || {
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a bus");
        watched(async |source| {
            source.answers().await;
            let mutter = Mutter::start(&address).await;
            mutter.idle(10_000).await;
            assert_eq!(source.answers().await, "mutter");
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn logind_is_the_fallback_source() {
    let name = "logind_is_the_fallback_source";
    on_a_desktop(name, Needs::default(), || {
        watched(async |source| {
            assert_eq!(source.answers().await, "none: there is no screen");
            let Some(mut login) = Login::start().await else {
                return;
            };
            source
                .system_bus
                .set(Some(common::login::connect(&login.address).await));
            let words = source.answers().await;
            assert!(words.starts_with("logind: "), "{words}");
            let now = Clock.now();
            let since = now.elapsed - Duration::from_secs(300);
            let hint = (since - now.slept).as_micros() as u64;
            login.session_is("IdleSinceHintMonotonic", hint).await;
            login.session_is("IdleHint", true).await;
            let Activity::Away { since: reported } = source.next().await else {
                panic!("somebody is there")
            };
            assert!(
                reported.abs_diff(since) < Duration::from_secs(1),
                "{reported:?} {since:?}"
            );
            login.session_is("IdleHint", false).await;
            assert_eq!(source.next().await, Activity::Busy);
            login.session_is("IdleHint", true).await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
            login.kill();
            assert_eq!(source.next().await, Activity::Busy);
            let words = soon("another source", source.words.recv()).await;
            assert_eq!(
                words.as_deref(),
                Ok("none: there is no screen; logind is gone")
            );
            // This happens when a new version of logind is installed.
            login.come_back().await;
            let words = source.answers().await;
            assert!(words.starts_with("logind: "), "{words}");
            login.session_is("IdleHint", true).await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
        });
    });
}

#[test]
fn logind_may_learn_of_our_session_late() {
    let name = "logind_may_learn_of_our_session_late";
    on_a_desktop(name, Needs::default(), || {
        watched(async |source| {
            source.answers().await;
            let Some(login) = Login::start_empty().await else {
                return;
            };
            source
                .system_bus
                .set(Some(common::login::connect(&login.address).await));
            let words = source.answers().await;
            assert_eq!(
                words,
                "none: there is no screen; logind doesn’t know this session"
            );
            login.log_in().await;
            let words = source.answers().await;
            assert!(words.starts_with("logind: "), "{words}");
            login.session_is("IdleHint", true).await;
            assert!(matches!(source.next().await, Activity::Away { .. }));
            login.log_out().await;
            assert_eq!(source.next().await, Activity::Busy);
            let words = soon("another source", source.words.recv()).await;
            let words = words.expect("the look-out lives");
            assert!(
                words.ends_with("logind doesn’t know this session"),
                "{words}"
            );
        });
    });
}

/// Sends a signal to the X server of this test: `-STOP` or `-CONT`.
fn signal_screen(signal: &str) {
    let screen = common::screen_id();
    let sent = Command::new("kill").args([signal, &screen]).status();
    assert!(sent.expect("kill(1) is there").success());
}

#[test]
fn an_x_server_that_hangs_blocks_nothing() {
    on_a_desktop("an_x_server_that_hangs_blocks_nothing", SCREEN, || {
        touch();
        signal_screen("-STOP");
        watched(async |source| {
            assert_eq!(source.next().await, Activity::Busy);
            // Meanwhile everything else goes on; the X server is tried once more soon, and then the answer is "hangs".
            let ticks = async {
                loop {
                    pass(100).await;
                }
            };
            let words = source.words.recv().or(ticks);
            let words = soon("word of it", words).await.expect("the look-out lives");
            assert_eq!(words, "none: the X server doesn’t respond");
            soon("the end of the thread", async {
                while wakings() > 0 {
                    pass(20).await;
                }
            })
            .await;
            signal_screen("-CONT");
            soon("the screen", async {
                while source.words.recv().await.as_deref() != Ok("x11") {}
            })
            .await;
        });
    });
}

#[test]
fn an_x_server_may_die_and_come_back() {
    on_a_desktop("an_x_server_may_die_and_come_back", SCREEN, || {
        touch();
        watched(async |source| {
            assert_eq!(source.answers().await, "x11");
            common::end_screen();
            let words = soon("another source", source.words.recv()).await;
            let words = words.expect("the look-out lives");
            assert!(words.starts_with("none: the X server can’t"), "{words}");
            let display = std::env::var("DISPLAY").expect("a screen");
            let mut again = Command::new("Xvfb");
            let again = again.args([&display, "-nolisten", "tcp", "-noreset", "-ac"]);
            let _screen = common::Running::silently(again);
            let words = soon("the screen", source.words.recv()).await;
            assert_eq!(words.as_deref(), Ok("x11"));
            while source.activities.try_recv().is_ok() {}
            assert!(matches!(source.next().await, Activity::Away { .. }));
            touch();
            assert_eq!(source.next().await, Activity::Busy);
        });
    });
}

#[test]
fn a_stale_compositor_name_does_not_hide_the_x_server() {
    let name = "a_stale_compositor_name_does_not_hide_the_x_server";
    on_wayland(name, SCREEN, || {
        touch();
        // The socket still exists, but nobody listens.
        drop(listen(&wayland_socket()));
        watched(async |source| {
            assert_eq!(source.answers().await, "x11");
            // A compositor starts, and is preferred to the X server.
            let listening = listen(&wayland_socket());
            let compositor = listening.client(&[EXT_2]).await;
            asked_for(&compositor, THRESHOLDS.away, true).await;
            assert!(source.answers().await.starts_with("wayland: "));
        });
    });
}

#[test]
fn a_compositor_that_keeps_disconnecting_is_given_up() {
    let name = "a_compositor_that_keeps_disconnecting_is_given_up";
    on_wayland(name, Needs::default(), || {
        let listening = listen(&wayland_socket());
        let dropped = listening.drop_all(&[EXT_2]);
        watched(async |source| {
            source.answers().await;
            pass(9000).await;
            // The retries come after one, two and four seconds.
            let dropped = dropped.load(std::sync::atomic::Ordering::Acquire);
            assert!((3..=4).contains(&dropped), "{dropped} times");
            let mut words = Vec::new();
            while let Ok(word) = source.words.try_recv() {
                words.push(word);
            }
            let last = words.last().map(String::as_str);
            assert!(
                last.is_some_and(|last| last.starts_with("none: the compositor is gone")),
                "{words:?}"
            );
        });
    });
}

#[test]
fn the_program_goes_on_while_the_x_server_hangs() {
    on_a_desktop(
        "the_program_goes_on_while_the_x_server_hangs",
        SCREEN,
        || {
            let home = tempfile::tempdir().expect("a folder");
            let home = home.path();
            let folder = home.join(".config/unhunch");
            std::fs::create_dir_all(&folder).expect("a folder");
            let settings = |away: &str| {
                let settings = format!("[presence]\naway = \"{away}\"\n");
                std::fs::write(folder.join("settings.toml"), settings).expect("a folder");
            };
            settings("50 s");
            let program = common::at_home(home);
            async_io::block_on(async {
                let idle_is = async |words: &str| {
                    common::until(words, home, |status| status["sources"]["idle"] == words).await;
                };
                idle_is("x11").await;
                signal_screen("-STOP");
                // New settings restart the source.
                settings("40 s");
                pass(1500).await;
                assert_eq!(common::status(home)["phase"], "sitting", "it answers");
                idle_is("none: the X server doesn’t respond").await;
                signal_screen("-CONT");
                idle_is("x11").await;
                // The program can also start while the X server hangs.
                signal_screen("-STOP");
                drop(program);
                let _program = common::at_home(home);
                idle_is("none: the X server doesn’t respond").await;
            });
        },
    );
}
