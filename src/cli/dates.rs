//! Dates on the command line.

use jiff::civil::Date;
use jiff::{ToSpan as _, ZonedDateTime};

use super::arguments::Days;
use crate::history::Period;
use crate::lang::tr;
use crate::text::{clip, normalized};
use crate::time;

/// Parses `2026-03-02`, `today`, `yesterday`, or a number of days or weeks ago: `7d`, `2w`.
pub(super) fn date(text: &str, now: &ZonedDateTime) -> Result<Date, String> {
    let today = time::day(now);
    let date = match normalized(text).to_lowercase().as_str() {
        "today" => Some(today),
        "yesterday" => today.yesterday().ok(),
        text => ago(text, today).or_else(|| time::date(text)),
    };
    date.ok_or_else(|| {
        tr!(
            "`{text}` is not a date; write it like `2026-03-02`, `yesterday` or `7d`",
            text = clip(text)
        )
    })
}

fn ago(text: &str, today: Date) -> Option<Date> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    let days = match unit {
        'd' => number,
        'w' => number.checked_mul(7)?,
        _ => return None,
    };
    // The calendar does not have more days.
    let days = (0..=5_000_000).contains(&days).then_some(days)?;
    today.checked_sub(days.days()).ok()
}

impl Days {
    /// Returns the period. Without a first or last day, it is unlimited on that side.
    pub(super) fn period(&self, now: &ZonedDateTime) -> Result<Period, String> {
        let day = |text: &Option<String>, open: Date| match text {
            Some(text) => date(text, now),
            None => Ok(open),
        };
        let since = day(&self.since, Date::MIN)?;
        let until = day(&self.until, Date::MAX)?;
        if since > until {
            return Err(tr!(
                "{since} comes after {until}",
                since = since,
                until = until
            ));
        }
        Ok(Period { since, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> ZonedDateTime {
        "2026-03-02T09:00:00[Europe/Berlin]".parse().unwrap()
    }

    #[test]
    fn dates_have_several_formats() {
        for (text, day) in [
            ("2026-02-28", "2026-02-28"),
            (" today ", "2026-03-02"),
            ("Yesterday", "2026-03-01"),
            ("2026-2-8", "2026-02-08"),
            ("２０２６-02-28", "2026-02-28"),
            ("7\u{A0}d", "2026-02-23"),
            ("7d", "2026-02-23"),
            ("0d", "2026-03-02"),
            ("2w", "2026-02-16"),
        ] {
            assert_eq!(date(text, &now()).unwrap().to_string(), day, "{text}");
        }
    }

    #[test]
    fn today_is_the_day_that_everything_counts_on() {
        for now in [
            "2026-03-29T00:01:00[Europe/Berlin]",
            "2026-03-29T04:59:00[Europe/Berlin]",
            "2026-10-25T02:30:00+01:00[Europe/Berlin]",
            "2026-10-24T23:59:00[Europe/Berlin]",
        ] {
            let now: ZonedDateTime = now.parse().unwrap();
            assert_eq!(date("today", &now), Ok(time::day(&now)), "{now}");
        }
    }

    #[test]
    fn invalid_dates_are_reported() {
        for text in [
            "",
            "d",
            "-3d",
            "7",
            "7y",
            "2026-02-30",
            "tomorrow",
            "99999999999d",
            "4999999d",
            "日",
        ] {
            let message = date(text, &now()).unwrap_err();
            let expected = format!("`{text}` is not a date; ");
            assert!(message.starts_with(&expected), "{message}");
        }
    }

    #[test]
    fn days_have_an_order() {
        let period = |since: &str, until: &str| {
            let day = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let (since, until) = (day(since), day(until));
            Days { since, until }.period(&now())
        };
        assert!(period("", "").is_ok() && period("today", "today").is_ok());
        let message = period("today", "yesterday").unwrap_err();
        assert_eq!(message, "2026-03-02 comes after 2026-03-01");
    }
}
