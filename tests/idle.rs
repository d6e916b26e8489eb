//! Idleness on a real X server with real input.
#![cfg(target_os = "linux")]

mod common;

use std::process::Command;
use std::time::Duration;

use async_channel::Receiver;
use common::{Needs, on_a_desktop, pass, soon};
use unhunch::schedule::{Activity, Event};
use unhunch::time::Clock;
use unhunch::watch::Guard;
use unhunch::watch::idle::{Thresholds, choose};

const SCREEN: Needs = Needs {
    bus: false,
    screen: true,
};

const THRESHOLDS: Thresholds = Thresholds {
    still: Duration::from_millis(800),
    away: Duration::from_millis(3000),
};

/// The source, and what it tells.
struct Source {
    guard: Box<dyn Guard>,
    told: Receiver<Activity>,
    lost: Receiver<String>,
}

fn start() -> Source {
    let (lose, lost) = async_channel::unbounded();
    let (watcher, name) = choose(
        THRESHOLDS,
        Box::new(move |reason| {
            let _ = lose.try_send(format!("{reason:#}"));
        }),
    );
    assert_eq!(name, "x11");
    let (tell, told) = async_channel::unbounded();
    let guard = watcher.start(Box::new(move |event| {
        let Event::Activity(activity) = event else {
            panic!("{event:?}")
        };
        let _ = tell.try_send(activity);
    }));
    let guard = guard.expect("the system has a thread for it");
    Source { guard, told, lost }
}

impl Source {
    async fn next(&self) -> Activity {
        soon("word from the source", self.told.recv())
            .await
            .expect("the source lives")
    }

    /// Nothing comes for so many milliseconds.
    async fn is_silent(&self, milliseconds: u64) {
        pass(milliseconds).await;
        assert_eq!(self.told.try_recv().ok(), None);
    }
}

/// Real input: the pointer goes to another place.
fn touch() {
    for place in ["10", "20"] {
        let moved = Command::new("xdotool")
            .args(["mousemove", place, place])
            .status();
        assert!(moved.expect("xdotool is installed").success());
    }
}

/// How often the source's thread was awake.
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
fn an_absence_is_told_from_its_last_input_and_so_is_the_return() {
    on_a_desktop(
        "an_absence_is_told_from_its_last_input_and_so_is_the_return",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                let source = start();
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
        },
    );
}

#[test]
fn somebody_who_types_wakes_nobody_until_it_matters() {
    on_a_desktop(
        "somebody_who_types_wakes_nobody_until_it_matters",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                let source = start();
                pass(300).await;
                let before = wakings();
                for _ in 0..4 {
                    touch();
                    pass(1200).await;
                }
                assert_eq!(wakings(), before, "pauses and input woke the source");
                assert_eq!(source.told.try_recv().ok(), None);
            });
        },
    );
}

#[test]
fn a_pause_in_typing_is_told_while_somebody_asks_for_it() {
    on_a_desktop(
        "a_pause_in_typing_is_told_while_somebody_asks_for_it",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                let source = start();
                source.guard.attend(true);
                assert_eq!(source.next().await, Activity::Busy);
                assert_eq!(source.next().await, Activity::Still);
                touch();
                assert_eq!(source.next().await, Activity::Busy);
                source.guard.attend(false);
                source.is_silent(1200).await;
                // It has been still for long, and says so at once.
                source.guard.attend(true);
                assert_eq!(source.next().await, Activity::Still);
                assert!(matches!(source.next().await, Activity::Away { .. }));
            });
        },
    );
}

#[test]
fn a_source_that_comes_late_sees_the_absence_that_has_begun() {
    on_a_desktop(
        "a_source_that_comes_late_sees_the_absence_that_has_begun",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                pass(3300).await;
                let source = start();
                assert!(matches!(source.next().await, Activity::Away { .. }));
            });
        },
    );
}

#[test]
fn a_dropped_source_is_silent_and_its_thread_is_gone() {
    on_a_desktop(
        "a_dropped_source_is_silent_and_its_thread_is_gone",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                let Source { guard, told, lost } = start();
                drop(guard);
                assert!(soon("the end", told.recv()).await.is_err());
                soon("the end of the thread", async {
                    while wakings() > 0 {
                        pass(20).await;
                    }
                })
                .await;
                assert!(lost.recv().await.is_err(), "nothing was lost");
            });
        },
    );
}

#[test]
fn the_end_of_the_screen_is_told_and_leaves_the_person_there() {
    on_a_desktop(
        "the_end_of_the_screen_is_told_and_leaves_the_person_there",
        SCREEN,
        || {
            async_io::block_on(async {
                touch();
                let source = start();
                assert!(matches!(source.next().await, Activity::Away { .. }));
                common::end_screen();
                assert_eq!(source.next().await, Activity::Busy);
                let reason = soon("the reason", source.lost.recv()).await;
                let reason = reason.expect("there is one");
                assert!(reason.starts_with("the X server is gone"), "{reason}");
                assert!(soon("the end", source.told.recv()).await.is_err());
                // Asking a source that has ended does no harm.
                source.guard.attend(true);
            });
        },
    );
}

#[test]
fn without_a_screen_there_is_a_calm_dont_know() {
    on_a_desktop(
        "without_a_screen_there_is_a_calm_dont_know",
        Needs::default(),
        || {
            let (watcher, name) = choose(THRESHOLDS, Box::new(|_| panic!("nothing to lose")));
            assert_eq!(name, "none: there is no screen");
            let guard = watcher.start(Box::new(|event| panic!("{event:?}")));
            guard.expect("nothing to fail").attend(true);
        },
    );
}
