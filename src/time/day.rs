//! The day that a time belongs to. Everything that is counted per day asks here: the daily goal, doses, statistics, the
//! history, and dates on the command line.

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Returns the day that a time belongs to. A day begins at midnight in the time zone of the time.
#[must_use]
pub fn day(time: &ZonedDateTime) -> Date {
    time.date()
}

/// Returns the first moment of a day: midnight, or the end of the gap if the clocks skip midnight. `None` beyond the calendar.
#[must_use]
pub fn day_begins(day: Date, zone: &TimeZone) -> Option<ZonedDateTime> {
    day.to_zoned_datetime(zone.clone()).ok()
}

/// Returns the first moment of the day after the one that a time belongs to. `None` beyond the calendar.
#[must_use]
pub fn next_day_begins(time: &ZonedDateTime) -> Option<ZonedDateTime> {
    day_begins(day(time).tomorrow().ok()?, time.time_zone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_first_moment() {
        for (time, begins, next) in [
            (
                "2026-03-29T12:00[Europe/Berlin]",
                "2026-03-29T00:00:00+01:00",
                "2026-03-30T00:00:00+02:00",
            ),
            (
                "2026-10-25T02:30:00+01:00[Europe/Berlin]",
                "2026-10-25T00:00:00+02:00",
                "2026-10-26T00:00:00+01:00",
            ),
            // The clocks go from 0:00 to 1:00 here.
            (
                "2026-04-24T05:00[Africa/Cairo]",
                "2026-04-24T01:00:00+03:00",
                "2026-04-25T00:00:00+03:00",
            ),
            // The clocks go back from 1:00 to 0:00 here.
            (
                "2026-10-25T00:30:00-01:00[Atlantic/Azores]",
                "2026-10-25T00:00:00+00:00",
                "2026-10-26T00:00:00-01:00",
            ),
        ] {
            let time: ZonedDateTime = time.parse().unwrap();
            let text = |begins: Option<ZonedDateTime>| {
                begins.unwrap().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            };
            let first = day_begins(day(&time), time.time_zone());
            assert_eq!(text(first.clone()), begins, "{time}");
            assert_eq!(text(next_day_begins(&time)), next, "{time}");
            assert_eq!(day(&first.unwrap()), day(&time), "{time}");
        }
    }
}
