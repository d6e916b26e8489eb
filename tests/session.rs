//! The state of the session, with python-dbusmock's logind on a private system bus, and mock screen savers on a session bus.
#![cfg(target_os = "linux")]

mod common;

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use async_channel::Receiver;
use common::login::{Login, OTHER_PATH, connect};
use common::saver::{saver, turns};
use common::{Needs, pass, soon};
use futures_lite::FutureExt as _;
use unhunch::schedule::{Activity, Session};
use unhunch::time::Clock;
use unhunch::watch::session::{SessionEvent, Watch};

/// Runs `body` concurrently with a watch, and hands it the reports of the watch.
async fn watched<F: Future<Output = ()>>(
    follow: impl AsyncFnOnce(Rc<Watch>),
    body: impl FnOnce(Receiver<SessionEvent>) -> F,
) {
    let (sender, events) = async_channel::unbounded();
    let watch = Rc::new(Watch::new(move |event| drop(sender.try_send(event))));
    let follow = async {
        follow(watch.clone()).await;
        std::future::pending().await
    };
    body(events).or(follow).await;
}

async fn on_logind(body: impl AsyncFnOnce(Login, Receiver<SessionEvent>)) {
    let Some(login) = Login::start().await else {
        return;
    };
    let bus = connect(&login.address).await;
    watched(
        async |watch| watch.follow_logind(&bus).await,
        async |events| body(login, events).await,
    )
    .await;
}

async fn next(events: &Receiver<SessionEvent>) -> SessionEvent {
    soon("news of the session", events.recv())
        .await
        .expect("it lives")
}

async fn session(events: &Receiver<SessionEvent>) -> Session {
    match next(events).await {
        SessionEvent::Session(session) => session,
        other @ (SessionEvent::Sleep(_) | SessionEvent::Source(_)) => panic!("{other:?}"),
    }
}

async fn source(events: &Receiver<SessionEvent>) -> String {
    match next(events).await {
        SessionEvent::Source(source) => source.to_string(),
        other @ (SessionEvent::Session(_) | SessionEvent::Sleep(_)) => panic!("{other:?}"),
    }
}

#[test]
fn locks_and_session_switches_are_reported() {
    async_io::block_on(on_logind(async |login, events| {
        assert_eq!(source(&events).await, "logind");
        login.session_is("LockedHint", true).await;
        assert_eq!(session(&events).await, Session::Locked);
        // Someone else logs in: our session is now both locked and in the background.
        login.session_is("Active", false).await;
        login.session_is("LockedHint", false).await;
        pass(300).await;
        assert!(events.is_empty(), "it is still behind");
        login.session_is("Active", true).await;
        assert_eq!(session(&events).await, Session::Unlocked);
        // An unrelated property causes no report.
        login.session_is("IdleHint", true).await;
        pass(300).await;
        assert!(events.is_empty());
    }));
}

#[test]
fn sleep_waits_until_the_lock_is_dropped() {
    async_io::block_on(on_logind(async |login, events| {
        source(&events).await;
        let locks = login.waits_for().await;
        let [(what, who, _, how)] = &locks[..] else {
            panic!("{locks:?}")
        };
        assert_eq!(
            (what.as_str(), who.as_str(), how.as_str()),
            ("sleep", "Unhunch", "delay")
        );
        login.sleeps(true).await;
        assert_eq!(session(&events).await, Session::Locked);
        let SessionEvent::Sleep(lock) = next(&events).await else {
            panic!("the lock comes with it")
        };
        pass(200).await;
        assert_eq!(
            login.waits_for().await.len(),
            1,
            "nothing is let go before it is time"
        );
        drop(lock);
        soon("the end of the lock", async {
            while !login.waits_for().await.is_empty() {
                pass(20).await;
            }
        })
        .await;
        login.sleeps(false).await;
        assert_eq!(session(&events).await, Session::Unlocked);
        assert_eq!(
            login.waits_for().await.len(),
            1,
            "the next sleep waits, too"
        );
    }));
}

#[test]
fn the_end_of_logind_unlocks_the_session_and_its_return_is_noticed() {
    async_io::block_on(on_logind(async |mut login, events| {
        source(&events).await;
        login.session_is("LockedHint", true).await;
        assert_eq!(session(&events).await, Session::Locked);
        login.kill();
        assert_eq!(session(&events).await, Session::Unlocked);
        let words = source(&events).await;
        assert!(words.starts_with("clock: "), "{words}");
        assert!(words.ends_with("(logind does not run)"), "{words}");
        login.come_back().await;
        soon("logind with our session", async {
            while source(&events).await != "logind" {}
        })
        .await;
        login.session_is("Active", false).await;
        assert_eq!(session(&events).await, Session::Locked);
    }));
}

#[test]
fn the_end_of_the_bus_is_reported() {
    async_io::block_on(on_logind(async |login, events| {
        source(&events).await;
        login.session_is("LockedHint", true).await;
        assert_eq!(session(&events).await, Session::Locked);
        drop(login);
        assert_eq!(session(&events).await, Session::Unlocked);
        soon("word of it", async {
            while !source(&events).await.ends_with("(the system bus is gone)") {}
        })
        .await;
    }));
}

#[test]
fn a_screen_saver_and_its_end_are_reported() {
    async_io::block_on(async {
        let Some((_daemon, address)) = common::bus() else {
            return;
        };
        let bus = connect(&address).await;
        watched(
            async |watch| watch.follow_savers(&bus).await,
            async |events| {
                let saver_service = saver(&address, false).await;
                // A screen saver that starts after the watch must be noticed, too.
                pass(200).await;
                turns(&saver_service, true).await;
                assert_eq!(session(&events).await, Session::Locked);
                turns(&saver_service, false).await;
                assert_eq!(session(&events).await, Session::Unlocked);
                turns(&saver_service, true).await;
                turns(&saver_service, true).await;
                assert_eq!(session(&events).await, Session::Locked);
                drop(saver_service);
                assert_eq!(
                    session(&events).await,
                    Session::Unlocked,
                    "it died over a locked screen"
                );
                pass(200).await;
                assert!(events.is_empty());
            },
        )
        .await;
    });
}

#[test]
fn a_screen_saver_that_runs_already_is_noticed() {
    async_io::block_on(async {
        let Some((_daemon, address)) = common::bus() else {
            return;
        };
        let saver_service = saver(&address, true).await;
        let bus = connect(&address).await;
        watched(
            async |watch| watch.follow_savers(&bus).await,
            async |events| {
                assert_eq!(session(&events).await, Session::Locked);
                turns(&saver_service, false).await;
                assert_eq!(session(&events).await, Session::Unlocked);
            },
        )
        .await;
    });
}

/// Checks that we follow the second session if the environment has this session id and logind knows these sessions.
fn the_other_session_is_ours(name: &str, id: &str, sessions: &[(&str, &str)]) {
    let variables = [("XDG_SESSION_ID", id.as_ref())];
    common::on_a_desktop_with(name, Needs::default(), &variables, || {
        async_io::block_on(async {
            let Some(login) = Login::start().await else {
                return;
            };
            login.also_has(sessions).await;
            let bus = connect(&login.address).await;
            watched(
                async |watch| watch.follow_logind(&bus).await,
                async |events| {
                    assert_eq!(source(&events).await, "logind");
                    login.session_is("LockedHint", true).await;
                    pass(200).await;
                    assert!(events.is_empty(), "that is the session of the screen");
                    login.other_session_is("LockedHint", true).await;
                    assert_eq!(session(&events).await, Session::Locked);
                },
            )
            .await;
        });
    });
}

#[test]
fn the_session_is_the_one_named_by_the_environment() {
    let name = "the_session_is_the_one_named_by_the_environment";
    the_other_session_is_ours(name, "c9", &[("c9", OTHER_PATH)]);
}

#[test]
fn a_stale_session_id_is_ignored() {
    let missing = "/org/freedesktop/login1/session/c3";
    let name = "a_stale_session_id_is_ignored";
    the_other_session_is_ours(name, "c3", &[("c3", missing), ("auto", OTHER_PATH)]);
}

#[test]
fn a_user_service_finds_the_session_without_an_id() {
    let name = "a_user_service_finds_the_session_without_an_id";
    the_other_session_is_ours(name, "", &[("auto", OTHER_PATH)]);
}

/// Runs `body` with a second session of the user, and with the reports about it.
fn with_second_session(
    body: impl AsyncFnOnce(&Login, Receiver<SessionEvent>, Receiver<Option<Activity>>),
) {
    async_io::block_on(async {
        let Some(login) = Login::start().await else {
            return;
        };
        login.also_has(&[]).await;
        login.other_session_is("Active", false).await;
        let bus = connect(&login.address).await;
        let (sender, events) = async_channel::unbounded();
        let (tell_elsewhere, elsewhere) = async_channel::unbounded();
        let watch = Watch::new(move |event| drop(sender.try_send(event))).with_other_sessions(
            move |activity| {
                let _ = tell_elsewhere.try_send(activity);
            },
        );
        let follow = async {
            watch.follow_logind(&bus).await;
            std::future::pending().await
        };
        let body = async {
            assert_eq!(source(&events).await, "logind");
            body(&login, events.clone(), elsewhere).await;
        };
        body.or(follow).await;
    });
}

/// Waits until this is reported about the other session.
async fn until_elsewhere(
    elsewhere: &Receiver<Option<Activity>>,
    expected: impl Fn(Option<Activity>) -> bool,
) {
    soon("the activity elsewhere", async {
        while !expected(elsewhere.recv().await.expect("it lives")) {}
    })
    .await;
}

fn is_busy(activity: Option<Activity>) -> bool {
    activity == Some(Activity::Busy)
}

#[test]
fn a_switch_to_another_session_of_the_user_is_no_absence() {
    with_second_session(async |login, events, elsewhere| {
        until_elsewhere(&elsewhere, |activity| activity.is_none()).await;
        login.other_session_is("Active", true).await;
        login.session_is("Active", false).await;
        until_elsewhere(&elsewhere, is_busy).await;
        // Our session may be locked when it is left.
        login.session_is("LockedHint", true).await;
        pass(300).await;
        assert!(events.is_empty(), "the user is there");
        login.other_session_is("LockedHint", true).await;
        assert_eq!(session(&events).await, Session::Locked);
        until_elsewhere(&elsewhere, |activity| activity.is_none()).await;
        login.other_session_is("LockedHint", false).await;
        assert_eq!(session(&events).await, Session::Unlocked);
        until_elsewhere(&elsewhere, is_busy).await;
        // Now somebody else is in the foreground.
        login.other_session_is("Active", false).await;
        assert_eq!(session(&events).await, Session::Locked);
        until_elsewhere(&elsewhere, |activity| activity.is_none()).await;
    });
}

#[test]
fn idleness_in_another_session_is_known_from_its_hint() {
    with_second_session(async |login, events, elsewhere| {
        login.other_session_is("Active", true).await;
        // Both are in use, as at two seats. Nothing is known about the other one until its desktop sets the hint.
        pass(300).await;
        while let Ok(activity) = elsewhere.try_recv() {
            assert_eq!(activity, None);
        }
        let since = Clock.now().elapsed - Duration::from_secs(300);
        let hint = (since - Clock.now().slept).as_micros() as u64;
        login.other_session_is("IdleSinceHintMonotonic", hint).await;
        login.other_session_is("IdleHint", true).await;
        until_elsewhere(&elsewhere, |activity| match activity {
            Some(Activity::Away { since: events }) => events.abs_diff(since).as_secs() < 1,
            _ => false,
        })
        .await;
        login.other_session_is("IdleHint", false).await;
        until_elsewhere(&elsewhere, is_busy).await;
        assert!(events.is_empty(), "our session is in the foreground, too");
    });
}

#[test]
fn the_day_is_saved_before_the_computer_sleeps() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    let name = "the_day_is_saved_before_the_computer_sleeps";
    common::on_a_desktop(name, needs, || {
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path();
        async_io::block_on(async {
            let Some(login) = Login::start().await else {
                return;
            };
            let mut program = common::unhunch(home);
            program.env("DBUS_SYSTEM_BUS_ADDRESS", &login.address);
            let mut program = common::Running::silently(&mut program);
            common::until("logind", home, |status| {
                status["sources"]["session"] == "logind"
            })
            .await;
            let day = || std::fs::read_to_string(home.join(".local/state/unhunch/day.json"));
            let before = day().expect("it is written at the beginning");
            login.sleeps(true).await;
            soon("the end of the lock", async {
                while !login.waits_for().await.is_empty() {}
            })
            .await;
            // From here on, the computer may lose power.
            program.kill();
            assert_ne!(day().expect("it stays"), before);
        });
    });
}
