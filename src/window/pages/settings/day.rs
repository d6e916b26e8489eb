//! The chart of a typical day with the current settings.

use slint::{ModelRc, VecModel};
use unhunch::lang::{tr, trn};
use unhunch::schedule::Reminder;
use unhunch::time::Span;

use super::preview::{self, Day};
use crate::ui::{self, SettingsState};

/// Shows the day on the page.
pub(super) fn show(page: &SettingsState<'_>, day: &Day) {
    let length = (day.to - day.from).max(1) as f32;
    let at = |second: u32| (second.saturating_sub(day.from)) as f32 / length;
    let part = |from: u32, to: u32, kind: ui::DayKind, text: String| ui::DayPart {
        from: at(from),
        to: at(to),
        kind,
        text: text.into(),
    };
    let parts = day.parts.iter().map(|simulated| {
        part(
            simulated.from,
            simulated.to,
            day_kind(simulated.kind),
            String::new(),
        )
    });
    page.set_day_parts(ModelRc::new(VecModel::from_iter(parts)));
    let marks = day.reminders.iter().map(|simulated| {
        let kind = match simulated.reminder {
            Reminder::Stretch => ui::DayKind::Stretch,
            Reminder::Stand => ui::DayKind::Away,
            Reminder::Posture => ui::DayKind::Quiet,
        };
        part(simulated.at, simulated.at, kind, String::new())
    });
    page.set_day_marks(ModelRc::new(VecModel::from_iter(marks)));
    let every = match length / 3600.0 {
        ..=6.0 => 1,
        ..=12.0 => 2,
        _ => 4,
    };
    let hours = (day.from.div_ceil(3600)..=day.to / 3600).filter(|hour| hour % every == 0);
    let hours = hours.map(|hour| {
        part(
            hour * 3600,
            hour * 3600,
            ui::DayKind::Sitting,
            format!("{hour}:00"),
        )
    });
    page.set_day_hours(ModelRc::new(VecModel::from_iter(hours)));
    page.set_day_keys(ModelRc::new(VecModel::from(day_keys(day))));
    let line = day_line(day);
    page.set_day_spoken(spoken(day, &line).into());
    page.set_day_line(line.into());
}

/// Returns the legend, limited to what occurs in the chart.
fn day_keys(day: &Day) -> Vec<ui::KeyLine> {
    let part = |kind| day.parts.iter().any(|part| part.kind == kind);
    let mark = |reminder| {
        day.reminders
            .iter()
            .any(|simulated| simulated.reminder == reminder)
    };
    let keys = [
        (
            part(preview::Kind::Sitting),
            ui::Sign::Sitting,
            tr("sitting time"),
        ),
        (
            part(preview::Kind::Stretching),
            ui::Sign::Strong,
            tr("stretching"),
        ),
        (part(preview::Kind::Away), ui::Sign::Away, tr("away")),
        (
            part(preview::Kind::Quiet),
            ui::Sign::Held,
            tr("on a call (reminders wait)"),
        ),
        (
            part(preview::Kind::Off),
            ui::Sign::Off,
            tr("outside your hours"),
        ),
        (
            mark(Reminder::Stand),
            ui::Sign::Walk,
            tr("reminder: short walk"),
        ),
        (
            mark(Reminder::Stretch),
            ui::Sign::Stretch,
            tr("reminder: stretch"),
        ),
        (
            mark(Reminder::Posture),
            ui::Sign::Posture,
            tr("posture check"),
        ),
    ];
    let keys = keys.into_iter().filter(|(is_seen, ..)| *is_seen);
    keys.map(|(_, sign, text)| ui::KeyLine {
        sign,
        text: text.into(),
    })
    .collect()
}

fn day_kind(kind: preview::Kind) -> ui::DayKind {
    match kind {
        preview::Kind::Sitting => ui::DayKind::Sitting,
        preview::Kind::Away => ui::DayKind::Away,
        preview::Kind::Stretching => ui::DayKind::Stretch,
        preview::Kind::Quiet => ui::DayKind::Quiet,
        preview::Kind::Off => ui::DayKind::Off,
    }
}

fn day_line(day: &Day) -> String {
    let Some(first) = day.reminders.first() else {
        return tr("No reminders on a day like this.").to_owned();
    };
    // Rounded up to whole minutes.
    let longest = Span::seconds(u64::from(day.longest().div_ceil(60) * 60));
    trn!(
        day.reminders.len() as u64,
        "{n} reminder, at {first}. Longest time between breaks: {longest}.",
        "{n} reminders, the first at {first}. Longest time between breaks: {longest}.",
        first = clock(first.at),
        longest = longest.localized()
    )
}

fn clock(second: u32) -> String {
    format!("{}:{:02}", second / 3600, second / 60 % 60)
}

/// Returns the description for a screen reader: the summary and the time of each reminder.
fn spoken(day: &Day, line: &str) -> String {
    let times = day
        .reminders
        .iter()
        .map(|simulated| format!("{} {}", clock(simulated.at), simulated.reminder.name()));
    let times: Vec<_> = times.collect();
    format!("{line} {}", times.join(", ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use unhunch::config::Settings;
    use unhunch::routine::Library;

    use super::*;

    #[test]
    fn the_day_is_told() {
        let day = Day::simulate(&Settings::shipped(), &Library::shipped());
        let line = day_line(&day);
        assert!(line.contains("reminders, the first at 9:30."), "{line}");
        assert!(spoken(&day, &line).contains("9:30 short walk, "));
    }
}
