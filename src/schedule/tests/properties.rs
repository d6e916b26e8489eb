//! Invariants of the schedule, checked on random days.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::day::{AskedQuestion, Day};
use super::*;
use crate::time::MAX_SPAN;

/// A step of a random day. Times are in seconds.
#[derive(Clone, Debug)]
enum Step {
    Feed(Event),
    /// The user left; the last input was this long ago.
    Leave(u64),
    Pass(u64),
    Sleep(u64),
    Stop(u64),
    SetClock(i64),
    SetTo(&'static str),
    Travel(&'static str),
    PauseUntilClock(u64),
    /// The program restarts after a gap; before that, it was killed (`died`) or ended normally.
    Restart {
        gap: u64,
        died: bool,
    },
    /// The computer is a virtual machine that was suspended for this long.
    Suspend(u64),
}

/// Evenings before special nights: a skipped hour, a repeated hour, a new year, a leap day, and a time change of half an hour.
const EVENINGS: [&str; 5] = [
    "2026-03-28T21:00[Europe/Berlin]",
    "2026-10-24T21:00[Europe/Berlin]",
    "2026-12-31T21:00[America/St_Johns]",
    "2028-02-28T21:00[Asia/Tokyo]",
    "2026-04-04T21:00[Australia/Lord_Howe]",
];

const HOLDS: [Hold; 3] = [Hold::Call, Hold::DoNotDisturb, Hold::FullScreen];

fn hold() -> impl Strategy<Value = Hold> {
    prop::sample::select(HOLDS.to_vec())
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Start {
            routine: None,
            length: None
        }),
        Just(Command::Start {
            routine: Some("scapula-squeeze".to_owned()),
            length: None
        }),
        prop::option::of((1..3600u64).prop_map(seconds)).prop_map(Command::Snooze),
        Just(Command::Skip),
        (1..20_000u64).prop_map(|length| Command::Pause(Until::For(seconds(length)))),
        Just(Command::Resume),
        Just(Command::Stood),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let routine = "desk".to_owned();
    prop_oneof![
        Just(Report::Finished {
            routine: routine.clone(),
            seconds: 340,
            exercises: Vec::new(),
        }),
        (0..340u64).prop_map(move |seconds| Report::Ended {
            routine: routine.clone(),
            seconds,
            total: 340,
            exercises: Vec::new(),
        }),
        Just(Report::CheckIn {
            routine: "desk".to_owned(),
            feeling: Feeling::Same
        }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Wakeup),
        3 => Just(Event::Activity(Activity::Busy)),
        3 => Just(Event::Activity(Activity::Still)),
        1 => hold().prop_map(Event::Held),
        2 => hold().prop_map(Event::Released),
        1 => Just(Event::QuietChecked),
        2 => any::<bool>().prop_map(Event::Watching),
        1 => Just(Event::Session(Session::Locked)),
        2 => Just(Event::Session(Session::Unlocked)),
        3 => command().prop_map(Event::Command),
        1 => report().prop_map(Event::Guide),
        1 => Just(Event::Failed(Effect::OpenGuide { routine: "desk".to_owned(), length: None })),
        1 => random_rhythm().prop_map(|rhythm| Event::Settings(Box::new(rhythm))),
    ]
}

fn random_rhythm() -> impl Strategy<Value = Rhythm> {
    (
        60..7200u64,
        60..1200u64,
        1..600u64,
        1..600u64,
        any::<bool>(),
        1..6u8,
        working_hours(),
        prop_oneof![1..300u64, 1..7200u64],
    )
        .prop_map(
            |(sit, rest, grace, ask_for, posture_check, most, hours, hold_at_most)| Rhythm {
                hold_at_most: seconds(hold_at_most),
                at_most_per_hour: most,
                hours,
                sit: seconds(sit),
                rest: seconds(rest),
                grace: seconds(grace),
                ask_for: seconds(ask_for),
                posture_check,
                ..rhythm()
            },
        )
}

fn working_hours() -> impl Strategy<Value = Hours> {
    let range =
        prop::sample::select(&["9:00-12:30", "13:15-18:00", "22:00-6:00", "0:00-24:00"][..]);
    let ranges = prop::collection::vec(range.prop_map(|range| range.parse().unwrap()), 0..3);
    let day = ranges.prop_map(|mut ranges: Vec<Range>| {
        ranges.sort_unstable();
        ranges
    });
    prop_oneof![
        1 => Just(Hours::default()),
        2 => prop::array::uniform7(day).prop_map(|week| Hours {
            week,
            holidays: vec!["2026-03-03".parse().unwrap()],
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => event().prop_map(Step::Feed),
        2 => (0..400u64).prop_map(Step::Leave),
        6 => (0..7200u64).prop_map(Step::Pass),
        1 => (0..86_400u64).prop_map(Step::Sleep),
        1 => prop_oneof![0..7200u64, 0..200_000u64].prop_map(Step::Stop),
        1 => (-200_000..200_000i64).prop_map(Step::SetClock),
        1 => prop::sample::select(&[-86_400, 86_400][..]).prop_map(Step::SetClock),
        1 => prop::sample::select(&EVENINGS[..]).prop_map(Step::SetTo),
        1 => prop::sample::select(&["Asia/Tokyo", "America/St_Johns", "Europe/Berlin"][..]).prop_map(Step::Travel),
        1 => (1..100_000u64).prop_map(Step::PauseUntilClock),
        1 => (prop_oneof![0..10u64, 0..2000u64, 0..100_000u64], any::<bool>())
            .prop_map(|(gap, died)| Step::Restart { gap, died }),
        1 => (0..100_000u64).prop_map(Step::Suspend),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..60)
}

fn play(day: &mut Day, step: &Step) {
    match step {
        Step::Feed(event) => drop(day.handle(event.clone())),
        Step::Leave(ago) => {
            let since = day.elapsed().saturating_sub(seconds(*ago));
            day.handle(Event::Activity(Activity::Away { since }));
        }
        Step::Pass(time) => day.pass(seconds(*time)),
        Step::Sleep(time) => day.sleep(seconds(*time)),
        Step::Stop(time) => day.stop(seconds(*time)),
        Step::SetTo(wall) => day.set_to(wall),
        Step::SetClock(by) => day.set_clock(SignedDuration::from_secs(*by)),
        Step::Travel(zone) => day.travel(zone),
        Step::Restart { gap, died } => day.restart(seconds(*gap), *died),
        Step::Suspend(time) => day.suspend(seconds(*time)),
        Step::PauseUntilClock(ahead) => {
            let wall = day.now().wall_at(day.elapsed() + seconds(*ahead));
            day.handle(Event::Command(Command::Pause(Until::Clock(Box::new(wall)))));
        }
    }
}

fn is_clock(step: &Step) -> bool {
    matches!(
        step,
        Step::SetClock(_) | Step::SetTo(_) | Step::Travel(_) | Step::Suspend(_)
    )
}

/// Checks the invariants after each step.
fn check_steps(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut day = Day::begin(rhythm());
    let mut onlooker = HoldModel::default();
    for step in steps {
        let before = day.schedule.clone();
        let (questions_before, at, sit_before) =
            (day.asks().len(), day.elapsed(), day.status().sit);
        play(&mut day, step);
        wakes_in_the_future(&day)?;
        a_second_wakeup_changes_nothing(&mut day)?;
        asks_only_when_allowed(&day, &before, step, questions_before)?;
        onlooker.update_and_check(&day, step, questions_before)?;
        sit_time_is_honest(&day, &before, step, at, sit_before)?;
        if is_clock(step) {
            the_clock_moves_only_clock_times(&day, &before)?;
        }
        the_status_is_true(&day)?;
        stays_add_up(&day)?;
    }
    delays_do_not_overlap(&day)
}

/// The recorded stays: beginning, end, and the sit time at the end.
fn stays(day: &Day) -> Vec<(Duration, Duration, Duration)> {
    let stay = |span: &super::day::RecordedSpan| match span.outcome {
        Outcome::Sat {
            seconds: length,
            ago,
            total,
        } => {
            let until = span.at - seconds(ago);
            Some((until - seconds(length), until, seconds(total)))
        }
        Outcome::Held { .. }
        | Outcome::Asked { .. }
        | Outcome::Done { .. }
        | Outcome::Partly { .. }
        | Outcome::Exercise { .. }
        | Outcome::Snoozed { .. }
        | Outcome::Skipped { .. }
        | Outcome::Ignored { .. }
        | Outcome::Rested { .. }
        | Outcome::CheckIn { .. } => None,
    };
    day.spans.iter().filter_map(stay).collect()
}

/// The recorded stays are in order and do not overlap, and together with the current one they add up to the sit time,
/// which is recorded as one week at most.
fn stays_add_up(day: &Day) -> Result<(), TestCaseError> {
    let stays = stays(day);
    let mut before = (Duration::ZERO, Duration::ZERO);
    for &(since, until, total) in &stays {
        prop_assert!(since >= before.0, "two stays at the same time: {stays:?}");
        let length = until - since;
        prop_assert!(length > Duration::ZERO);
        prop_assert!(
            total == length || total == before.1 + length || total == MAX_SPAN,
            "{length:?} after {:?} are not {total:?}",
            before.1
        );
        before = (until, total);
    }
    let seat = &day.schedule.seat;
    let (sit, since) = seat.stay();
    prop_assert!(since.is_none_or(|since| since >= before.0));
    // A stay whose end is not final is not recorded yet.
    let unwritten = seat.empty_since().zip(seat.open_stay_start());
    let unwritten = unwritten.map_or(Duration::ZERO, |(left, came)| left - came);
    let recorded = sit - unwritten;
    prop_assert!(
        recorded == Duration::ZERO || recorded == before.1,
        "{recorded:?} of sitting are not what was written: {stays:?}"
    );
    Ok(())
}

/// The recorded delays of reminders do not overlap.
fn delays_do_not_overlap(day: &Day) -> Result<(), TestCaseError> {
    let mut last = Duration::ZERO;
    for span in &day.spans {
        let Outcome::Held {
            reasons,
            seconds: length,
            ago,
        } = &span.outcome
        else {
            continue;
        };
        let until = span.at - seconds(*ago);
        let since = until - seconds(*length);
        prop_assert!(!reasons.is_empty() && since >= last, "{:?}", day.spans);
        last = until;
    }
    Ok(())
}

fn wakes_in_the_future(day: &Day) -> Result<(), TestCaseError> {
    if let Some((wakeup, reason)) = day.schedule.next_wakeup() {
        prop_assert!(
            wakeup > day.elapsed(),
            "{reason} lies {:?} in the past",
            day.elapsed() - wakeup
        );
    }
    Ok(())
}

fn a_second_wakeup_changes_nothing(day: &mut Day) -> Result<(), TestCaseError> {
    day.handle(Event::Wakeup);
    let before = day.schedule.clone();
    prop_assert_eq!(day.handle(Event::Wakeup), vec![]);
    prop_assert_eq!(&before.stage, &day.schedule.stage);
    prop_assert_eq!(&before.seat, &day.schedule.seat);
    prop_assert_eq!(before.next_wakeup(), day.schedule.next_wakeup());
    Ok(())
}

/// `true` if the circumstances cannot have changed during the step.
fn only_time_passes(step: &Step) -> bool {
    matches!(step, Step::Pass(_) | Step::Stop(_)) || is_clock(step)
}

fn asks_only_when_allowed(
    day: &Day,
    before: &Schedule,
    step: &Step,
    questions_before: usize,
) -> Result<(), TestCaseError> {
    let after = &day.schedule;
    let new = &day.asks()[questions_before..];
    if only_time_passes(step) && before.seat.empty_since().is_some() {
        prop_assert!(new.is_empty(), "asked an empty chair");
    }
    if after.pause.is_some() && before.pause == after.pause {
        prop_assert!(new.is_empty(), "asked in a pause");
    }
    for question in new {
        prop_assert!(
            after.rhythm.hours.is_on(&question.wall),
            "asked outside the working hours"
        );
        prop_assert!(
            question.at >= after.settled.min(before.settled),
            "asked so soon after waking"
        );
    }
    let counting = before.stage == Stage::Counting && !before.rhythm.posture_check;
    if counting
        && matches!(step, Step::Pass(_))
        && let Some(first) = new.first()
    {
        asks_in_time(before, first.at)?;
    }
    Ok(())
}

/// An independent model of the holds: which ones are active, since when, and for how long they have held a question back.
#[derive(Default)]
struct HoldModel {
    holds: BTreeMap<Hold, Duration>,
    /// The question that waits or is on the screen, and the time at which that was first seen.
    waits: Option<(Reminder, Duration)>,
    kept_back: Option<Duration>,
    /// The latest time for the question, as last shown while it was held back.
    announced: Option<Duration>,
    /// The beginning of the earliest hold that has held the current question back.
    held_since: Option<Duration>,
}

impl HoldModel {
    fn update_and_check(
        &mut self,
        day: &Day,
        step: &Step,
        questions_before: usize,
    ) -> Result<(), TestCaseError> {
        let rhythm = &day.schedule.rhythm;
        if let Step::Feed(Event::Held(hold)) = step {
            self.holds.entry(hold.clone()).or_insert(day.elapsed());
        }
        if let Step::Feed(Event::Released(hold)) = step {
            self.holds.remove(hold);
        }
        if let Step::Feed(Event::Settings(_)) = step {
            self.reset();
            // The limit from before still applies, and it came from other settings.
            self.held_since = self.held_since.map(|_| Duration::ZERO);
        }
        if let Step::Restart { .. } = step {
            // After a restart, each hold is reported again.
            self.on_restart(day.elapsed());
        }
        let is_restart = matches!(step, Step::Restart { .. });
        if !is_restart {
            self.check_questions(&day.asks()[questions_before..], rhythm)?;
        }
        // An unanswered question comes once more, with a new latest time.
        if day.asks().len() > questions_before {
            self.announced = None;
        }
        // Several questions may have come during such a long step.
        if (only_time_passes(step) || is_restart) && day.asks().len() > questions_before {
            self.reset();
        }
        self.check_delay(day)
    }

    fn on_restart(&mut self, now: Duration) {
        let eldest = self.holds.values().copied().min();
        self.held_since = self.held_since.into_iter().chain(eldest).min();
        self.holds.clear();
        (self.kept_back, self.announced) = (None, None);
        self.waits = self.waits.map(|(reminder, _)| (reminder, now));
    }

    fn reset(&mut self) {
        (self.waits, self.kept_back, self.announced) = (None, None, None);
    }

    /// A question during a hold is quiet, and was held back for the maximum time.
    fn check_questions(
        &self,
        asks: &[AskedQuestion],
        rhythm: &Rhythm,
    ) -> Result<(), TestCaseError> {
        for question in asks {
            prop_assert_eq!(question.prompt.quiet, !self.holds.is_empty());
            if self.holds.is_empty() {
                continue;
            }
            let eldest = self.holds.values().copied().chain(self.held_since).min();
            prop_assert!(
                eldest.is_none_or(|since| question.at >= since + rhythm.hold_at_most),
                "asked while held"
            );
        }
        Ok(())
    }

    /// The delay of a question is limited, counted from when the user is present and could be asked.
    fn check_delay(&mut self, day: &Day) -> Result<(), TestCaseError> {
        let (status, now, rhythm) = (day.status(), day.elapsed(), &day.schedule.rhythm);
        let settles = now < day.schedule.settled || now < day.schedule.hour_is_full_until();
        let is_asking = status.phase == Phase::Asking;
        let waits = matches!(day.schedule.stage, Stage::Due { .. } | Stage::Asking { .. });
        if !waits {
            self.held_since = None;
        }
        if settles || !(is_asking || status.phase == Phase::Due) {
            // A question that waits during a pause has been held back since before it.
            self.reset();
            return Ok(());
        }
        let reminder = day.schedule.reminder();
        // A repeated question has its own waiting time.
        if is_asking || self.waits.is_none_or(|(about, _)| about != reminder) {
            self.reset();
        }
        if is_asking {
            return Ok(());
        }
        let (_, waits) = *self.waits.get_or_insert((reminder, now));
        let lasts = |since: &Duration| now < *since + rhythm.hold_at_most;
        if !self.holds.values().any(lasts) {
            return Ok(());
        }
        let eldest = self.holds.values().copied().min();
        self.held_since = self.held_since.into_iter().chain(eldest).min();
        let kept_back = *self.kept_back.get_or_insert(now);
        let end = (kept_back + rhythm.hold_at_most).max(waits + rhythm.grace);
        prop_assert!(now < end, "kept back for {:?}", now - kept_back);
        if rhythm.hours != Hours::default() {
            // The latest time may be when the working hours begin again.
            return Ok(());
        }
        let latest = status.next.map(|next| day.now().elapsed_at(&next.latest));
        let latest = latest.unwrap_or_default();
        prop_assert!(latest <= end, "told {:?} too late a time", latest - end);
        prop_assert!(
            self.announced.is_none_or(|announced| latest <= announced),
            "the time that was told has moved"
        );
        self.announced = Some(latest);
        Ok(())
    }
}

/// A question comes neither before the interval ends nor, if the user is present and free, later than that plus the grace period.
fn asks_in_time(before: &Schedule, at: Duration) -> Result<(), TestCaseError> {
    let due = before.seat.reaches(before.target()).unwrap_or_default();
    prop_assert!(at >= due, "asked {:?} too early", due - at);
    if before.is_free() && before.rhythm.hours == Hours::default() {
        let due = due.max(before.last.elapsed);
        let latest = (due + before.rhythm.grace)
            .max(before.settled)
            .max(before.hour_is_full_until());
        prop_assert!(at <= latest, "asked {:?} too late", at - latest);
    }
    Ok(())
}

fn sit_time_is_honest(
    day: &Day,
    before: &Schedule,
    step: &Step,
    at: Duration,
    sit_before: Duration,
) -> Result<(), TestCaseError> {
    let now_sat = day.status().sit;
    let passed = day.elapsed() - at;
    let unnoticed = match before.seat.empty_since() {
        // A user who watches a film had not left.
        Some(since) if matches!(step, Step::Feed(Event::Watching(true))) => at - since,
        Some(_) | None => Duration::ZERO,
    };
    prop_assert!(
        now_sat <= sit_before + passed + unnoticed,
        "sit time grew faster than time"
    );
    if matches!(step, Step::Sleep(slept) if *slept >= 1) {
        prop_assert!(now_sat <= sit_before, "sit time grew in sleep");
    }
    if only_time_passes(step) && before.seat.empty_since().is_some() {
        prop_assert!(now_sat <= sit_before, "sit time grew in an empty chair");
    }
    let rested = matches!(step, Step::Sleep(_) | Step::Feed(_) | Step::Restart { .. })
        || day.schedule.rested_from.is_some();
    let back_dated = matches!(step, Step::Leave(_));
    prop_assert!(
        now_sat >= sit_before || rested || back_dated,
        "sit time shrank without a rest"
    );
    Ok(())
}

fn the_clock_moves_only_clock_times(day: &Day, before: &Schedule) -> Result<(), TestCaseError> {
    let by_clock = matches!(
        before.pause,
        Some(Pause {
            until: Until::Clock(_),
            ..
        })
    );
    if !by_clock && before.rhythm.hours == Hours::default() {
        prop_assert_eq!(before.next_wakeup(), day.schedule.next_wakeup());
    }
    Ok(())
}

fn the_status_is_true(day: &Day) -> Result<(), TestCaseError> {
    let status = day.status();
    prop_assert!(!status.why.is_empty());
    if let Some(next) = &status.next {
        prop_assert!(next.at <= next.latest, "{} after {}", next.at, next.latest);
        let asking =
            status.phase == Phase::Asking || matches!(day.schedule.stage, Stage::Asking { .. });
        prop_assert!(
            asking || next.latest >= day.now().wall,
            "the latest time has passed"
        );
    }
    prop_assert_eq!(status.phase == Phase::Stretching, status.routine.is_some());
    Ok(())
}

/// After eight hours of sleep there is no question within a full interval, whatever happened before.
fn check_night(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut day = Day::begin(rhythm());
    for step in steps {
        play(&mut day, step);
    }
    day.sleep(hours(8));
    day.handle(Event::Activity(Activity::Busy));
    day.handle(Event::Session(Session::Unlocked));
    day.handle(Event::Command(Command::Resume));
    for reason in HOLDS {
        day.handle(Event::Released(reason));
    }
    day.handle(Event::Settings(Box::new(rhythm())));
    prop_assert_eq!(day.status().sit, Duration::ZERO);
    let questions_before = day.asks().len();
    day.pass(minutes(30) - seconds(1));
    prop_assert_eq!(
        day.asks().len(),
        questions_before,
        "asked within half an hour after a night"
    );
    Ok(())
}

fn check_determinism(steps: &[Step]) -> Result<(), TestCaseError> {
    let diary = |_: ()| {
        let mut day = Day::begin(rhythm());
        steps.iter().for_each(|step| play(&mut day, step));
        day.diary
    };
    prop_assert_eq!(diary(()), diary(()));
    Ok(())
}

/// Two questions are never closer than the shortest possible interval: a posture check, or an unanswered question that comes back.
fn check_question_spacing(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut day = Day::begin(rhythm());
    for step in steps {
        let questions_before = day.asks().len();
        play(&mut day, step);
        if matches!(step, Step::Pass(_) | Step::Stop(_)) {
            for pair in day.asks()[questions_before..].windows(2) {
                let gap = pair[1].at - pair[0].at;
                let rhythm = &day.schedule.rhythm;
                let least = rhythm.ask_again.min(rhythm.sit / 4);
                prop_assert!(gap >= least, "two questions within {gap:?}");
            }
        }
    }
    Ok(())
}

fn check_all(steps: &[Step]) -> Result<(), TestCaseError> {
    check_steps(steps)?;
    check_night(steps)?;
    check_determinism(steps)?;
    check_question_spacing(steps)?;
    check_hourly_limit(steps)
}

/// The maximum number of questions per hour is never exceeded, whatever the settings and commands.
fn check_hourly_limit(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut day = Day::begin(rhythm());
    for step in steps {
        let before = day.asks().len();
        play(&mut day, step);
        let most = usize::from(day.schedule.rhythm.at_most_per_hour);
        if day.asks().len() > before.max(most) {
            let last = &day.asks()[day.asks().len() - 1 - most..];
            let gap = last[most].at - last[0].at;
            prop_assert!(gap >= hours(1), "{} questions within {gap:?}", most + 1);
        }
    }
    Ok(())
}

// Regression tests: days that once broke an invariant.

/// A snooze and a call after the absence has become a rest.
#[test]
fn a_snooze_during_an_absence_asks_nothing() -> Result<(), TestCaseError> {
    check_all(&[
        Step::Leave(0),
        Step::Pass(300),
        Step::Feed(Event::Command(Command::Snooze(None))),
        Step::Feed(Event::Held(Hold::Call)),
    ])
}

/// A call holds a posture check back until the next reminder has fallen due, while the process is stopped.
#[test]
fn a_posture_check_that_was_kept_back_gives_way_to_the_next_reminder() -> Result<(), TestCaseError>
{
    let rhythm = Rhythm {
        sit: seconds(4885),
        rest: seconds(60),
        grace: seconds(482),
        ask_for: seconds(500),
        posture_check: true,
        ..rhythm()
    };
    check_all(&[
        Step::Feed(Event::Command(Command::Start {
            routine: None,
            length: None,
        })),
        Step::Feed(Event::Settings(Box::new(rhythm))),
        Step::Feed(Event::Command(Command::Skip)),
        Step::Leave(0),
        Step::Feed(Event::Held(Hold::Call)),
        Step::Feed(Event::Activity(Activity::Still)),
        Step::Stop(1439),
        Step::Pass(6261),
    ])
}

/// The user leaves a second before the call reaches its limit, which is noticed only afterwards.
#[test]
fn a_departure_just_before_the_hold_limit_is_one_delay() -> Result<(), TestCaseError> {
    check_all(&[
        Step::Feed(Event::Held(Hold::Call)),
        Step::Pass(3363),
        Step::Pass(3837),
        Step::Leave(1),
    ])
}

/// The end of a second hold, beside one at its limit, set the deadline of the question to a time in the past.
#[test]
fn the_end_of_a_second_hold_sets_no_past_deadline() -> Result<(), TestCaseError> {
    check_all(&[
        Step::Feed(Event::Held(Hold::Call)),
        Step::Pass(4301),
        Step::Feed(Event::Held(Hold::FullScreen)),
        Step::Pass(3739),
        Step::Feed(Event::Released(Hold::FullScreen)),
    ])
}

/// A user who sat for more than a week leaves a second before a restart.
#[test]
fn a_stay_of_more_than_a_week_is_written_as_a_week() -> Result<(), TestCaseError> {
    let steps = [
        Step::Stop(163_948),
        Step::Stop(178_185),
        Step::Stop(144_294),
        Step::Stop(118_374),
        Step::Leave(1),
        Step::Restart {
            gap: 0,
            died: false,
        },
    ];
    check_all(&steps)
}

/// The program was killed and restarted twice after a week without a rest.
#[test]
fn sitting_of_more_than_a_week_stays_a_week_after_restarts() -> Result<(), TestCaseError> {
    check_all(&[
        Step::Stop(135_118),
        Step::Stop(169_473),
        Step::Feed(Event::Command(Command::Start {
            routine: None,
            length: None,
        })),
        Step::Stop(150_996),
        Step::Stop(112_921),
        Step::Restart {
            gap: 36_293,
            died: true,
        },
        Step::Pass(1),
        Step::Restart {
            gap: 0,
            died: false,
        },
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_random_day_breaks_no_rule(steps in steps()) {
        check_steps(&steps)?;
    }

    #[test]
    fn a_night_is_always_a_rest(steps in steps()) {
        check_night(&steps)?;
    }

    #[test]
    fn the_same_events_give_the_same_effects(steps in steps()) {
        check_determinism(&steps)?;
    }

    #[test]
    fn questions_never_come_in_salvos(steps in steps()) {
        check_question_spacing(&steps)?;
    }

    #[test]
    fn no_hour_has_too_many_questions(steps in steps()) {
        check_hourly_limit(&steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000_000))]

    #[test]
    #[ignore = "long: cargo test --release --lib -- --ignored long"]
    fn long_run_of_random_days(steps in steps()) {
        check_all(&steps)?;
    }
}
