//! The timeline of a day: sitting, absences, stretching and held-back reminders.

use jiff::tz::TimeZone;
use jiff::{
    RoundMode, SignedDuration, Timestamp, ToSpan as _, Unit, ZonedDateTime, ZonedDateTimeRound,
};
use unhunch::history::stats::{Part, PartKind};
use unhunch::history::words;
use unhunch::lang::tr;
use unhunch::routine::Library;
use unhunch::schedule::Hold;

use super::{Chart, Table, Tick};

/// The minimum number of hours shown.
const MIN_HOURS: i64 = 4;

/// The kind of a piece, in painting order from bottom to top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Away,
    Sat,
    Held,
    Stretched,
}

/// A piece of the timeline, with positions from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) start: f64,
    pub(crate) length: f64,
    pub(crate) tip: String,
}

/// The timeline of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Strip {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) hours: Vec<Tick>,
}

/// Returns the timeline of the day's parts.
pub(crate) fn day(parts: &[Part], library: &Library, zone: &TimeZone) -> Chart<Strip> {
    let mut pieces = Vec::new();
    let mut rows = Vec::new();
    let hours = Hours::around(parts, zone);
    let clock = |at: Timestamp| {
        at.to_zoned_datetime(zone.clone())
            .strftime("%-H:%M")
            .to_string()
    };
    let mut in_order: Vec<&Part> = parts.iter().collect();
    in_order.sort_by_key(|part| part.since);
    for part in in_order {
        let (since, until) = (clock(part.since), clock(part.until));
        let activity = activity_text(&part.kind, library);
        rows.push(vec![
            since.clone(),
            until.clone(),
            activity.clone(),
            words::length(part.seconds()),
        ]);
        let Some(hours) = &hours else {
            continue;
        };
        let start = hours.place(part.since);
        pieces.push(Piece {
            kind: kind(&part.kind),
            start,
            length: hours.place(part.until) - start,
            tip: tr!(
                "{since} to {until}: {what}",
                since = since,
                until = until,
                what = activity
            ),
        });
    }
    // The topmost pieces come last.
    pieces.sort_by_key(|piece| piece.kind as u8);
    Chart {
        title: tr("The day"),
        about: about_day(parts),
        shape: Strip {
            pieces,
            hours: hours.map(|hours| hours.ticks()).unwrap_or_default(),
        },
        table: Table {
            head: vec![tr("From"), tr("Until"), tr("Activity"), tr("Duration")],
            rows,
        },
    }
}

fn about_day(parts: &[Part]) -> String {
    let sum = |kind_of: Kind| -> u64 {
        let matching = parts.iter().filter(|part| kind(&part.kind) == kind_of);
        matching.map(Part::seconds).sum()
    };
    let sitting = tr!(
        "Sitting: {length}.",
        length = words::minutes(sum(Kind::Sat))
    );
    let away = tr!("Away: {length}.", length = words::minutes(sum(Kind::Away)));
    let stretched = tr!(
        "Stretching: {length}.",
        length = words::minutes(sum(Kind::Stretched))
    );
    let mut sentences = vec![sitting, away, stretched];
    if sum(Kind::Held) > 0 {
        sentences.push(tr!(
            "Reminders were held back for {length}.",
            length = words::minutes(sum(Kind::Held))
        ));
    }
    sentences.join(" ")
}

fn kind(part_kind: &PartKind) -> Kind {
    match part_kind {
        PartKind::Away => Kind::Away,
        PartKind::Sat => Kind::Sat,
        PartKind::Held { .. } => Kind::Held,
        PartKind::Stretched { .. } => Kind::Stretched,
    }
}

/// Returns the text for the table and the tooltips.
fn activity_text(part_kind: &PartKind, library: &Library) -> String {
    match part_kind {
        PartKind::Away => tr("away").to_owned(),
        PartKind::Sat => tr("sitting time").to_owned(),
        PartKind::Held { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(Hold::label).collect();
            tr!(
                "reminder held back ({reasons})",
                reasons = reasons.join(", ")
            )
        }
        PartKind::Stretched { routine } => {
            tr!("stretching ({routine})", routine = library.name_of(routine))
        }
    }
}

/// The whole hours around the parts of a day.
struct Hours {
    begin: ZonedDateTime,
    seconds: f64,
}

impl Hours {
    fn around(parts: &[Part], zone: &TimeZone) -> Option<Self> {
        let local = |at: Timestamp| at.to_zoned_datetime(zone.clone());
        let round = |at: ZonedDateTime, mode| {
            at.round(ZonedDateTimeRound::new().smallest(Unit::Hour).mode(mode))
                .ok()
        };
        let first = parts.iter().map(|part| part.since).min()?;
        let last = parts.iter().map(|part| part.until).max()?;
        let begin = round(local(first), RoundMode::Floor)?;
        let end = round(local(last), RoundMode::Ceil)?;
        // With a single hour on the axis a minute would look long.
        let end = end.max(begin.saturating_add(MIN_HOURS.hours()));
        let seconds = begin.duration_until(&end).as_secs_f64();
        Some(Self { begin, seconds })
    }

    fn place(&self, at: Timestamp) -> f64 {
        let seconds = self.begin.timestamp().duration_until(at).as_secs_f64();
        (seconds / self.seconds).clamp(0.0, 1.0)
    }

    /// Returns at most six ticks at whole hours.
    fn ticks(&self) -> Vec<Tick> {
        let hours = (self.seconds / 3600.0).round() as i64;
        let steps = [1, 2, 3, 4, 6];
        let step = steps.into_iter().find(|step| hours / step < 6).unwrap_or(6);
        let ticks = (0..=hours).step_by(usize::try_from(step).unwrap_or(1));
        ticks
            .map(|hour| Tick {
                at: hour as f64 / hours.max(1) as f64,
                text: self
                    .begin
                    .saturating_add(SignedDuration::from_hours(hour))
                    .strftime("%-H:%M")
                    .to_string(),
            })
            .collect()
    }
}
