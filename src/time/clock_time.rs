//! Times of day and dates as people write them.

use jiff::ZonedDateTime;
use jiff::civil::{Date, Time};

use crate::lang::tr;
use crate::text::{clip, normalized};

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// The error for a text that is not a time of day. It contains the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}",
    tr!("\"{text}\" is not a time of day; write it like `15:30` or `tomorrow`", text = clip(.0))
)]
pub struct ParseTimeError(String);

/// The hour at which a pause until `tomorrow` ends: late enough for users who stay up past midnight.
const PAUSE_UNTIL_TOMORROW_ENDS: Time = jiff::civil::time(5, 0, 0, 0);

/// Returns the next time after `now` at which the clock shows a time of day (see [`minute_of_day`]). For `tomorrow` that
/// is 5:00.
///
/// # Errors
/// If the text is not a time of day.
pub fn next_time(text: &str, now: &ZonedDateTime) -> Result<ZonedDateTime, ParseTimeError> {
    let unreadable = || ParseTimeError(normalized(text));
    let time = if normalized(text).to_lowercase() == "tomorrow" {
        PAUSE_UNTIL_TOMORROW_ENDS
    } else {
        let minute = minute_of_day(text).ok_or_else(unreadable)?;
        // The end of a day is the beginning of the next.
        civil_time(minute % DAY).ok_or_else(unreadable)?
    };
    let on = |day: Date| {
        let time = day.to_datetime(time);
        time.to_zoned_datetime(now.time_zone().clone())
            .map_err(|_| unreadable())
    };
    let today = on(now.date())?;
    if today > *now {
        return Ok(today);
    }
    on(now.date().tomorrow().map_err(|_| unreadable())?)
}

/// Returns the time of day of a minute below 24 · 60.
fn civil_time(minute: u16) -> Option<Time> {
    Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()
}

/// Parses a time of day, and returns the minutes since midnight: `9:30`, `09.30`, `9h30`, `0930`, `9`, `9 pm`, `9:30 a.m.`,
/// `9 Uhr`, `noon` or `midnight`. `24:00` is the end of the day. `None` if it is no such time.
#[must_use]
pub fn minute_of_day(text: &str) -> Option<u16> {
    let text = normalized(text).to_lowercase();
    match text.as_str() {
        "noon" => return Some(DAY / 2),
        "midnight" => return Some(0),
        _ => {}
    }
    let text = text.trim_end_matches("uhr").trim_end();
    let compact = text.replace(". ", ".");
    let half = [("am", 0), ("a.m.", 0), ("pm", 12), ("p.m.", 12)]
        .into_iter()
        .find_map(|(word, hours)| Some((compact.strip_suffix(word)?.trim_end(), hours)));
    let (hour, minute) = hour_and_minute(half.map_or(text, |(time, _)| time))?;
    let hour = match half {
        Some((_, hours)) if (1..=12).contains(&hour) => hour % 12 + hours,
        Some(_) => return None,
        None => hour,
    };
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

/// Parses the hour and the minute, without checking that they are in range.
fn hour_and_minute(text: &str) -> Option<(u16, u16)> {
    if let Some((hour, rest)) = text.split_once([':', '.', 'h']) {
        let (hour, rest) = (hour.trim(), rest.trim());
        let minute = rest.strip_suffix(":00").unwrap_or(rest);
        let minute = if minute.is_empty() && text.ends_with('h') {
            "00"
        } else {
            minute
        };
        return Some((digits(hour, 1..=2)?, digits(minute, 2..=2)?));
    }
    if text.len() <= 2 {
        return Some((digits(text, 1..=2)?, 0));
    }
    // As in `930` and `0930`.
    let number = digits(text, 3..=4)?;
    Some((number / 100, number % 100))
}

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let valid = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

/// Parses a date with the year first: `2026-03-02`, `2026-3-2`. `None` if it is no such date.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let text = normalized(text);
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 1..=2)?;
    let day = digits(parts.next()?, 1..=2)?;
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    parts.next().is_none().then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_times_of_day_in_many_ways() {
        for (text, minutes) in [
            ("9:30", 570),
            ("09:30", 570),
            ("9.30", 570),
            ("21.00", 1260),
            ("9h30", 570),
            ("9 h 30", 570),
            ("21h", 1260),
            ("9", 540),
            ("930", 570),
            ("0930", 570),
            ("2100", 1260),
            ("21:00:00", 1260),
            ("9pm", 1260),
            ("9 PM", 1260),
            ("9:30 p.m.", 1290),
            ("9.30 p. m.", 1290),
            ("12am", 0),
            ("12:15 am", 15),
            ("12pm", 720),
            ("9 Uhr", 540),
            ("9:30 Uhr", 570),
            ("noon", 720),
            ("Midnight", 0),
            ("24:00", 1440),
            ("24", 1440),
            ("\u{A0}21\u{202F}h\u{202F}30", 1290),
            ("２１：３０", 1290),
            ("٢١:٣٠", 1290),
        ] {
            assert_eq!(minute_of_day(text), Some(minutes), "{text}");
        }
        for text in [
            "",
            ":",
            "h",
            "9:",
            "9.",
            "9:5",
            "9:0",
            "9:60",
            "25:00",
            "24:01",
            "2500",
            "13am",
            "0 pm",
            "+9",
            "-9:00",
            "9:00:30",
            "12345",
            "am",
            "uhr",
            "9:3o",
            "9\u{AD}:00",
        ] {
            assert_eq!(minute_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_time_is_the_next_one() {
        let now: ZonedDateTime = "2026-03-28T23:30:00[Europe/Berlin]".parse().unwrap();
        for (text, time) in [
            ("23:45", "2026-03-28T23:45:00+01:00[Europe/Berlin]"),
            ("11:45 pm", "2026-03-28T23:45:00+01:00[Europe/Berlin]"),
            ("23:30", "2026-03-29T23:30:00+02:00[Europe/Berlin]"),
            ("24:00", "2026-03-29T00:00:00+01:00[Europe/Berlin]"),
            ("midnight", "2026-03-29T00:00:00+01:00[Europe/Berlin]"),
            ("Tomorrow", "2026-03-29T05:00:00+02:00[Europe/Berlin]"),
            // This night has no 02:30; the clock shows it as 03:30.
            ("02:30", "2026-03-29T03:30:00+02:00[Europe/Berlin]"),
        ] {
            assert_eq!(next_time(text, &now).unwrap().to_string(), time, "{text}");
        }
        assert_eq!(
            next_time("25:00\u{200B}", &now).unwrap_err().to_string(),
            "\"25:00[U+200B ZERO WIDTH SPACE]\" is not a time of day; write it like `15:30` or `tomorrow`"
        );
    }

    #[test]
    fn a_date_has_its_year_first() {
        let day = Some(jiff::civil::date(2026, 3, 2));
        for text in ["2026-03-02", " 2026-3-2 ", "２０２６-03-02"] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in [
            "",
            "2026-02-30",
            "02-03-2026",
            "2026-3",
            "2026-3-2-1",
            "26-03-02",
            "2026-+3-2",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
