//! Questions and notices, with a mock notification server, with dunst, and without a server.
#![cfg(target_os = "linux")]

mod common;

use std::future::Future;
use std::process::Command;
use std::time::Duration;

use async_channel::Receiver;
use common::notifications::Server;
use common::{Needs, Running, on_a_desktop, pass, soon, with_bus};
use futures_lite::FutureExt;
use unhunch::notify::{Answer, Notifier, Question, QuestionEvent, QuestionText};
use unhunch::schedule::{Prompt, Reminder};

const BUS: Needs = Needs {
    bus: true,
    screen: false,
};

const ALL: [&str; 3] = ["actions", "body", "body-markup"];

fn question(reminder: Reminder) -> Question {
    let prompt = Prompt {
        reminder,
        routine: "desk".into(),
        short: false,
        quiet: false,
    };
    let words = QuestionText {
        title: "Time to stretch",
        body: "Roll your shoulders & <breathe>.",
    };
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    Question::new(&prompt, words, minutes(10), minutes(2))
}

/// The reports of the notifier.
struct Reports(Receiver<QuestionEvent>);

impl Reports {
    async fn next(&self) -> QuestionEvent {
        soon("word from the notifier", self.0.recv())
            .await
            .expect("the notifier lives")
    }

    async fn shown_by(&self) -> unhunch::notify::Server {
        match self.next().await {
            QuestionEvent::Shown(server) => server,
            other @ (QuestionEvent::ActivationToken(_)
            | QuestionEvent::Answered(_)
            | QuestionEvent::Failed(_)) => {
                panic!("{other:?}")
            }
        }
    }

    async fn answer(&self) -> Answer {
        match self.next().await {
            QuestionEvent::Answered(answer) => answer,
            other @ (QuestionEvent::ActivationToken(_)
            | QuestionEvent::Shown(_)
            | QuestionEvent::Failed(_)) => {
                panic!("{other:?}")
            }
        }
    }

    async fn failure(&self) -> String {
        match self.next().await {
            QuestionEvent::Failed(error) => format!("{error:#}"),
            other @ (QuestionEvent::ActivationToken(_)
            | QuestionEvent::Shown(_)
            | QuestionEvent::Answered(_)) => {
                panic!("{other:?}")
            }
        }
    }

    fn is_silent(&self) -> bool {
        self.0.is_empty()
    }
}

/// Runs `body` concurrently with a notifier, on one thread as in the program.
fn with_notifier<F: Future<Output = ()>>(body: impl FnOnce(Notifier, Reports) -> F) {
    with_bus(|bus| async move {
        let (sender, reports) = async_channel::unbounded();
        let (notifier, work) = Notifier::new(&bus, move |event| {
            let _ = sender.try_send(event);
        });
        let work = async {
            work.await;
            std::future::pending().await
        };
        body(notifier, Reports(reports)).or(work).await;
    });
}

/// Shows a question of this kind, and returns the id of its notification.
async fn show_and_get_id(
    notifier: &Notifier,
    reports: &Reports,
    server: &Server,
    reminder: Reminder,
) -> u32 {
    notifier.show_question(question(reminder));
    let card = server.card().await;
    reports.shown_by().await;
    card.id
}

/// Waits until all pending messages have arrived.
async fn settle() {
    pass(300).await;
}

/// Repeats the click until the notifier reacts: notify-rust starts listening some milliseconds after the question is shown.
/// That is early enough for a user, but not for a test on a busy machine.
async fn click(server: &Server, reports: &Reports, id: u32, key: &str) -> Answer {
    soon(key, async {
        while reports.is_silent() {
            server.click(id, key).await;
            settle().await;
        }
    })
    .await;
    reports.answer().await
}

/// Like [`click`], but the server closes the question.
async fn close(server: &Server, reports: &Reports, id: u32, reason: u32) -> Answer {
    soon("the end", async {
        while reports.is_silent() {
            server.close(id, reason).await;
            settle().await;
        }
    })
    .await;
    reports.answer().await
}

#[test]
fn every_button_and_a_click_on_the_text_give_their_answer() {
    on_a_desktop(
        "every_button_and_a_click_on_the_text_give_their_answer",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                let server = Server::start(&ALL).await;
                for (key, answer) in [
                    ("start", Answer::Start),
                    ("snooze", Answer::Snooze),
                    ("skip", Answer::Skip),
                    ("stood", Answer::Stood),
                    ("default", Answer::Open),
                ] {
                    let id = show_and_get_id(&notifier, &reports, &server, Reminder::Stand).await;
                    assert_eq!(click(&server, &reports, id, key).await, answer, "{key}");
                    // This server does not close the notification after a click, so the notifier has to do it.
                    assert_eq!(server.closed().await, id);
                }
                assert!(reports.is_silent());
            });
        },
    );
}

#[test]
fn the_activation_token_comes_before_an_answer_that_opens_the_window() {
    on_a_desktop(
        "the_activation_token_comes_before_an_answer_that_opens_the_window",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                let server = Server::start(&ALL).await;
                for (key, opens) in [("default", true), ("start", true), ("skip", false)] {
                    let id = show_and_get_id(&notifier, &reports, &server, Reminder::Stand).await;
                    // Tokens are kept while nobody looks for them, also those of many other notifications.
                    for other in 0..100 {
                        server.token(id + 1, &format!("other {other}")).await;
                    }
                    server.token(id, key).await;
                    settle().await;
                    soon(key, async {
                        while reports.is_silent() {
                            server.click(id, key).await;
                            settle().await;
                        }
                    })
                    .await;
                    if opens {
                        let token = reports.next().await;
                        assert!(
                            matches!(&token, QuestionEvent::ActivationToken(token) if token == key),
                            "{token:?}"
                        );
                    }
                    reports.answer().await;
                    assert_eq!(server.closed().await, id);
                }
            });
        },
    );
}

#[test]
fn a_question_has_its_actions_and_timeout() {
    on_a_desktop("a_question_has_its_actions_and_timeout", BUS, || {
        with_notifier(|notifier, reports| async move {
            let server = Server::start(&ALL).await;
            notifier.show_question(question(Reminder::Stretch));
            let card = server.card().await;
            let server = reports.shown_by().await;
            assert_eq!(server.name, "scripted 1");
            assert_eq!(card.replaces, 0);
            assert_eq!(card.title, "Time to stretch");
            assert_eq!(card.body, "Roll your shoulders &amp; &lt;breathe&gt;.");
            assert_eq!(
                card.actions,
                [
                    "default",
                    "Open Unhunch",
                    "start",
                    "Start stretch",
                    "snooze",
                    "Snooze 10 min",
                    "skip",
                    "Skip",
                ]
            );
            assert_eq!(card.timeout, 120_000);
            assert_eq!(card.hints["urgency"], 1_u8.into());
            let entry: &str = (&card.hints["desktop-entry"]).try_into().expect("a text");
            assert_eq!(entry, "unhunch");
            assert!(!card.hints.contains_key("transient"));
        });
    });
}

#[test]
fn a_quiet_question_is_of_low_urgency_and_makes_no_sound() {
    on_a_desktop(
        "a_quiet_question_is_of_low_urgency_and_makes_no_sound",
        BUS,
        || {
            with_notifier(|notifier, _told| async move {
                let server = Server::start(&ALL).await;
                let mut quiet = question(Reminder::Stretch);
                quiet.quiet = true;
                notifier.show_question(quiet);
                let card = server.card().await;
                assert_eq!(card.hints["urgency"], 0_u8.into());
                assert_eq!(card.hints["suppress-sound"], true.into());
            });
        },
    );
}

#[test]
fn without_actions_the_text_says_how_to_answer() {
    on_a_desktop("without_actions_the_text_says_how_to_answer", BUS, || {
        with_notifier(|notifier, reports| async move {
            let server = Server::start(&["body"]).await;
            notifier.show_question(question(Reminder::Stretch));
            let card = server.card().await;
            assert!(!reports.shown_by().await.actions);
            assert_eq!(
                card.body,
                "Roll your shoulders & ‹breathe›.\n\
                     Answer in the tray menu, or run “unhunch stretch”."
            );
            assert_eq!(card.actions, Vec::<String>::new());
        });
    });
}

#[test]
fn a_question_fails_if_gnome_would_not_show_it() {
    let name = "a_question_fails_if_gnome_would_not_show_it";
    on_a_desktop(name, BUS, || {
        const FAKE: &str = "UNHUNCH_FAKE_GSETTINGS";
        if std::env::var_os(FAKE).is_none() {
            let folder = tempfile::tempdir().expect("a folder");
            let program = folder.path().join("gsettings");
            std::fs::write(&program, "#!/bin/sh\necho \"${2%%:*} enable false\"\n")
                .expect("a file");
            let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&program, executable).expect("a file");
            let path = std::env::var("PATH").expect("a path");
            let again = common::again(name)
                .env("PATH", format!("{}:{path}", folder.path().display()))
                .env(FAKE, "")
                .status();
            assert!(again.expect("this very test can be started").success());
            return;
        }
        with_notifier(|notifier, reports| async move {
            let server = Server::of_gnome().await;
            notifier.show_question(question(Reminder::Stand));
            let why = reports.failure().await;
            assert_eq!(why, unhunch::source::Absence::SwitchedOff.to_string());
            settle().await;
            assert!(server.is_left_alone());
        });
    });
}

#[test]
fn a_new_question_replaces_the_old_one() {
    on_a_desktop("a_new_question_replaces_the_old_one", BUS, || {
        with_notifier(|notifier, reports| async move {
            let server = Server::start(&ALL).await;
            let first = show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
            settle().await;
            notifier.show_question(question(Reminder::Stand));
            assert_eq!(server.closed().await, first);
            let second = server.card().await.id;
            reports.shown_by().await;
            settle().await;
            server.click(first, "skip").await;
            let answer = click(&server, &reports, second, "snooze").await;
            assert_eq!(answer, Answer::Snooze);
        });
    });
}

#[test]
fn a_withdrawn_question_is_closed_without_an_answer() {
    on_a_desktop(
        "a_withdrawn_question_is_closed_without_an_answer",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                let server = Server::start(&ALL).await;
                let id = show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
                settle().await;
                notifier.withdraw();
                assert_eq!(server.closed().await, id);
                // Withdrawing is idempotent, and a question that is withdrawn at once is never shown.
                notifier.withdraw();
                notifier.show_question(question(Reminder::Stand));
                notifier.withdraw();
                settle().await;
                assert!(server.is_left_alone());
                assert!(reports.is_silent());
            });
        },
    );
}

#[test]
fn the_answer_depends_on_the_close_reason() {
    on_a_desktop("the_answer_depends_on_the_close_reason", BUS, || {
        with_notifier(|notifier, reports| async move {
            let server = Server::start(&ALL).await;
            for (reason, answer) in [
                (1, Answer::Gone),
                (2, Answer::Dismissed),
                (3, Answer::Gone),
                (4, Answer::Gone),
            ] {
                let id = show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
                let reports = close(&server, &reports, id, reason).await;
                assert_eq!(reports, answer, "reason {reason}");
                server.closed().await;
            }
        });
    });
}

#[test]
fn a_question_is_shown_again_after_the_server_died() {
    on_a_desktop(
        "a_question_is_shown_again_after_the_server_died",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                let server = Server::start(&ALL).await;
                show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
                settle().await;
                server.die().await;
                let failure = reports.failure().await;
                assert!(failure.starts_with("no notification server"), "{failure}");
                let server = Server::start(&ALL).await;
                let card = server.card().await;
                assert_eq!((card.title.as_str(), card.replaces), ("Time to stretch", 0));
                reports.shown_by().await;
                settle().await;
                assert!(server.is_left_alone(), "once");
                // The server closes its notifications and ends; the next one starts before the first retry.
                server.close(card.id, 4).await;
                server.die().await;
                let server = Server::start(&ALL).await;
                let id = server.card().await.id;
                reports.shown_by().await;
                let answer = click(&server, &reports, id, "start").await;
                assert_eq!(answer, Answer::Start);
            });
        },
    );
}

#[test]
fn a_question_waits_for_a_server_until_it_is_withdrawn() {
    on_a_desktop(
        "a_question_waits_for_a_server_until_it_is_withdrawn",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                notifier.show_question(question(Reminder::Stretch));
                reports.failure().await;
                let server = Server::start(&ALL).await;
                assert_eq!(server.card().await.title, "Time to stretch");
                reports.shown_by().await;
                settle().await;
                server.die().await;
                reports.failure().await;
                notifier.withdraw();
                let server = Server::start(&ALL).await;
                pass(2500).await;
                assert!(server.is_left_alone(), "it is over");
                assert!(reports.is_silent());
            });
        },
    );
}

#[test]
fn without_a_server_the_question_fails_and_nothing_else_does() {
    on_a_desktop(
        "without_a_server_the_question_fails_and_nothing_else_does",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                notifier.show_notice("Settings", "A slip");
                notifier.withdraw_notice();
                notifier.show_question(question(Reminder::Stretch));
                let failure = reports.failure().await;
                assert!(failure.starts_with("no notification server"), "{failure}");
                notifier.withdraw();
                settle().await;
                assert!(reports.is_silent());
            });
        },
    );
}

#[test]
fn a_notice_is_replaced_and_withdrawn_independently_of_the_question() {
    on_a_desktop(
        "a_notice_is_replaced_and_withdrawn_independently_of_the_question",
        BUS,
        || {
            with_notifier(|notifier, reports| async move {
                let server = Server::start(&ALL).await;
                notifier.show_notice("A mistake in the settings", "line 3: `sit < 1`");
                let notice = server.card().await;
                assert_eq!(notice.body, "line 3: “sit &lt; 1”");
                assert_eq!(notice.actions, Vec::<String>::new());
                let question =
                    show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
                assert_ne!(question, notice.id);
                notifier.show_notice("A mistake in the settings", "line 4: too long");
                let second = server.card().await;
                assert_eq!((second.id, second.replaces), (notice.id, notice.id));
                notifier.withdraw_notice();
                assert_eq!(server.closed().await, notice.id);
                let answer = click(&server, &reports, question, "start").await;
                assert_eq!(answer, Answer::Start);
            });
        },
    );
}

#[test]
fn notice_ids_of_a_dead_server_are_not_reused() {
    on_a_desktop("notice_ids_of_a_dead_server_are_not_reused", BUS, || {
        with_notifier(|notifier, _told| async move {
            let server = Server::start(&ALL).await;
            notifier.show_notice("A mistake in the settings", "line 3");
            server.card().await;
            settle().await;
            server.die().await;
            let server = Server::start(&ALL).await;
            notifier.withdraw_notice();
            settle().await;
            assert!(server.is_left_alone());
            notifier.show_notice("A mistake in the settings", "line 4");
            assert_eq!(server.card().await.replaces, 0);
        });
    });
}

#[test]
fn a_hundred_questions_leak_nothing() {
    on_a_desktop("a_hundred_questions_leak_nothing", BUS, || {
        with_notifier(|notifier, reports| async move {
            let server = Server::start(&ALL).await;
            let mut before = (0, 0);
            for round in 0..100 {
                let id = show_and_get_id(&notifier, &reports, &server, Reminder::Stretch).await;
                notifier.withdraw();
                assert_eq!(server.closed().await, id);
                if round == 9 {
                    settle().await;
                    before = (count("/proc/self/fd"), count("/proc/self/task"));
                }
            }
            settle().await;
            let after = (count("/proc/self/fd"), count("/proc/self/task"));
            assert_eq!(after, before, "descriptors and threads");
        });
    });
}

fn count(folder: &str) -> usize {
    std::fs::read_dir(folder).expect("Linux").count()
}

/// Starts dunst on the display and the bus of this test.
async fn dunst(bus: &zbus::Connection) -> Running {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/dunstrc");
    let dunst = Running::silently(Command::new("dunst").args(["-config", config]));
    let names = zbus::fdo::DBusProxy::new(bus).await.expect("a bus");
    let name = zbus::names::BusName::try_from("org.freedesktop.Notifications").expect("a name");
    soon("dunst", async {
        while !names.name_has_owner(name.clone()).await.expect("a bus") {
            pass(50).await;
        }
    })
    .await;
    dunst
}

const DESKTOP: Needs = Needs {
    bus: true,
    screen: true,
};

/// Clicks on dunst's notification with this mouse button.
fn press(button: &str) {
    let clicked = Command::new("xdotool")
        .args(["mousemove", "200", "40", "click", button])
        .status();
    assert!(clicked.expect("xdotool is installed").success());
}

#[test]
fn dunst_shows_the_question_and_reports_clicks() {
    on_a_desktop(
        "dunst_shows_the_question_and_reports_clicks",
        DESKTOP,
        || {
            with_notifier(|notifier, reports| async move {
                let bus = zbus::Connection::session().await.expect("a bus");
                let mut dunst = dunst(&bus).await;
                notifier.show_question(question(Reminder::Posture));
                assert!(reports.shown_by().await.name.starts_with("dunst"));
                settle().await;
                if let Some(file) = std::env::var_os("UNHUNCH_TEST_PICTURE") {
                    let shot = Command::new("import")
                        .args(["-window", "root"])
                        .arg(file)
                        .status();
                    assert!(shot.expect("ImageMagick is installed").success());
                }
                press("1");
                assert_eq!(reports.answer().await, Answer::Open);

                notifier.show_question(question(Reminder::Stretch));
                reports.shown_by().await;
                settle().await;
                press("3");
                assert_eq!(reports.answer().await, Answer::Dismissed);

                notifier.show_question(question(Reminder::Stand));
                reports.shown_by().await;
                settle().await;
                dunst.kill();
                reports.failure().await;
            });
        },
    );
}
