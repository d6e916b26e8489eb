//! Benchmarks of the pure parts, run by `cargo bench`.

use std::time::Duration;

use divan::{Bencher, black_box};
use unhunch::figure::paint::Painter;
use unhunch::figure::{Stance, Theme};
use unhunch::routine::Library;
use unhunch::schedule::{Activity, Event, Hours, Reminder, Rhythm, Schedule};
use unhunch::simulate::{Config, Script, play};
use unhunch::time::Moment;

fn main() {
    divan::main();
}

fn rhythm() -> Rhythm {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    Rhythm {
        sit: minutes(30),
        rest: minutes(5),
        snooze: minutes(10),
        grace: minutes(2),
        ask_for: minutes(2),
        ask_again: minutes(10),
        hold_at_most: minutes(120),
        settle: minutes(1),
        at_most_per_hour: 4,
        reminders: vec![Reminder::Stand, Reminder::Stretch],
        posture_check: false,
        routine: "desk".to_owned(),
        length: None,
        short_routine: "moment".to_owned(),
        hours: Hours::default(),
    }
}

fn moment(seconds: u64) -> Moment {
    let elapsed = Duration::from_secs(seconds);
    let wall: jiff::ZonedDateTime = "2026-03-02T09:00:00[UTC]".parse().expect("a time");
    Moment {
        elapsed,
        slept: Duration::ZERO,
        wall,
    }
}

/// One event of the kind that comes all day.
#[divan::bench]
fn schedule_handle(bencher: Bencher<'_, '_>) {
    let now = moment(1000);
    let schedule = Schedule::new(rhythm(), &moment(0));
    bencher
        .with_inputs(|| schedule.clone())
        .bench_refs(|schedule| {
            black_box(schedule.handle(Event::Activity(Activity::Still), &now));
        });
}

/// Parses and simulates a script with a year of busy days.
#[divan::bench]
fn simulated_year(bencher: Bencher<'_, '_>) {
    let day = |n: u32| {
        format!(
            "day {n} 09:00 active\n10:20 idle\n10:40 active\n12:00 lock\n13:00 unlock\n15:00 still\n17:00 sleep\n"
        )
    };
    let text: String = (1..=365).map(day).collect();
    bencher.bench_local(|| {
        let script = Script::read(&text, &[]).expect("it is in order");
        let setting = Config {
            rhythm: rhythm(),
            names: unhunch::schedule::RoutineNames::default(),
            still: Duration::from_secs(3),
            away: Duration::from_secs(60),
            routines: &[],
        };
        play(&script, setting, &mut std::io::sink()).expect("a sink takes everything");
    });
}

const POSES: [(&str, &str); 2] = [
    ("thoracic-extension", "arch"),
    ("scapula-squeeze", "squeeze"),
];

/// Computes the joints and shapes of a frame of 640 px, without painting.
#[divan::bench(args = POSES)]
fn pose_and_shapes(bencher: Bencher<'_, '_>, (id, pose): (&str, &str)) {
    let library = Library::shipped();
    let exercise = library.exercise(id).expect("it is shipped");
    let stance = Stance {
        progress: 0.4,
        to: pose,
        ..Stance::still("start")
    };
    bencher.bench(|| {
        black_box(
            exercise
                .figure
                .drawing()
                .unwrap()
                .shapes(&stance, 640.0, Theme::Light),
        )
    });
}

/// Computes and paints a frame of 640 px.
#[divan::bench(args = POSES)]
fn painted_frame(bencher: Bencher<'_, '_>, (id, pose): (&str, &str)) {
    let library = Library::shipped();
    let exercise = library.exercise(id).expect("it is shipped");
    let stance = Stance {
        progress: 0.4,
        to: pose,
        ..Stance::still("start")
    };
    let mut painter = Painter::new();
    let mut pixels = vec![0; 640 * 640 * 4];
    bencher.bench_local(|| {
        let shapes = exercise
            .figure
            .drawing()
            .unwrap()
            .shapes(&stance, 640.0, Theme::Light);
        painter.paint(&shapes, 640, 640, &mut pixels);
    });
}
