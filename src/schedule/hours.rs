//! The wall-clock times at which reminders may come: working hours for each weekday, and holidays.
//!
//! Ranges are stored as local times and converted to instants on demand, in the current time zone. So 9:00 remains
//! 9:00 when daylight saving time begins or ends, and in another time zone.

use std::str::FromStr;
use std::{fmt, iter};

use jiff::ZonedDateTime;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::time::{date, minute_of_day};

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// The number of days in which the next working day is searched: ten years.
const AHEAD: usize = 3660;

/// The number of days in which the end of adjoining ranges is searched: a week and a day.
const WITHOUT_GAP: usize = 9;

/// Working hours. By default they are unlimited: reminders may come at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// The ranges of each day from Monday on, in ascending order. If all are empty, every day counts as a whole.
    pub week: [Vec<Range>; 7],
    /// The days on which no range begins.
    pub holidays: Vec<Holidays>,
}

/// A range of times of day. It extends past midnight if its end is earlier in the day than its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// The minute of the day at which it begins.
    from: u16,
    /// The minute at which it ends, counted from the midnight before it begins.
    to: u16,
}

/// One holiday, or several consecutive ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holidays {
    first: Date,
    last: Date,
}

/// The error of parsing a [`Range`] or [`Holidays`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// The syntax is wrong.
    Unreadable,
    /// The range ends at the time at which it begins.
    Empty,
    /// The last day is before the first.
    Backwards,
}

impl Hours {
    /// Returns `true` if reminders may come at this time.
    #[must_use]
    pub fn is_on(&self, now: &ZonedDateTime) -> bool {
        self.is_always()
            || self
                .spans(now, 2)
                .any(|(from, to)| from <= *now && *now < to)
    }

    /// Returns the time at which [`is_on`](Self::is_on) changes next; `None` if that is never, or not within ten years.
    #[must_use]
    pub fn change(&self, now: &ZonedDateTime) -> Option<ZonedDateTime> {
        if self.is_always() {
            None
        } else if self.is_on(now) {
            Some(self.end(now))
        } else {
            self.begin(now)
        }
    }

    /// Returns the first time from `time` on at which reminders may come; `time` itself if there is none within ten years.
    #[must_use]
    pub fn open_from(&self, time: ZonedDateTime) -> ZonedDateTime {
        if self.is_on(&time) {
            return time;
        }
        self.begin(&time).unwrap_or(time)
    }

    fn is_always(&self) -> bool {
        self.holidays.is_empty() && self.week.iter().all(Vec::is_empty)
    }

    fn begin(&self, now: &ZonedDateTime) -> Option<ZonedDateTime> {
        self.spans(now, AHEAD)
            .map(|(from, _)| from)
            .find(|from| from > now)
    }

    /// Merges ranges that touch or overlap, as those of two days may.
    fn end(&self, now: &ZonedDateTime) -> ZonedDateTime {
        let mut end = now.clone();
        for (from, to) in self.spans(now, WITHOUT_GAP) {
            if from <= end && to > end {
                end = to;
            }
        }
        end
    }

    /// Iterates over the ranges of `days` days as instants, in order, starting with yesterday, whose ranges may extend into today.
    fn spans(
        &self,
        now: &ZonedDateTime,
        days: usize,
    ) -> impl Iterator<Item = (ZonedDateTime, ZonedDateTime)> {
        let zone = now.time_zone().clone();
        let yesterday = now.date().yesterday().unwrap_or(now.date());
        iter::successors(Some(yesterday), |day| day.tomorrow().ok())
            .take(days)
            .flat_map(|day| self.ranges_on(day).iter().map(move |range| (day, range)))
            .filter_map(move |(day, range)| {
                Some((
                    instant(day, range.from, &zone)?,
                    instant(day, range.to, &zone)?,
                ))
            })
    }

    fn ranges_on(&self, day: Date) -> &[Range] {
        const WHOLE: &[Range] = &[Range { from: 0, to: DAY }];
        let ranges = &self.week[day.weekday().to_monday_zero_offset() as usize];
        if self
            .holidays
            .iter()
            .any(|holidays| holidays.first <= day && day <= holidays.last)
        {
            &[]
        } else if self.week.iter().all(Vec::is_empty) {
            WHOLE
        } else {
            ranges
        }
    }
}

/// The instant of a local time, in minutes from the midnight at which the day begins. A time skipped by daylight
/// saving is shifted forward by the gap, and the first of two equal times is used.
fn instant(day: Date, minute: u16, zone: &TimeZone) -> Option<ZonedDateTime> {
    let day = (0..minute / DAY).try_fold(day, |day, _| day.tomorrow().ok())?;
    let (hour, minute) = (minute % DAY / 60, minute % 60);
    let time = Time::new(hour as i8, minute as i8, 0, 0).ok()?;
    day.to_datetime(time).to_zoned_datetime(zone.clone()).ok()
}

impl Range {
    /// Returns `true` if a time of day belongs to both ranges.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

impl FromStr for Range {
    type Err = HoursError;

    /// Parses `9:00-12:30`, `22:00-6:00` or `0:00-24:00`, with times as in [`minute_of_day`].
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (from, to) = text.split_once('-').ok_or(HoursError::Unreadable)?;
        // A day that begins at 24:00 may mean either midnight.
        let from = minute_of_day(from).filter(|from| *from < DAY);
        let (from, to) = from.zip(minute_of_day(to)).ok_or(HoursError::Unreadable)?;
        let to = if to < from { to + DAY } else { to };
        if from == to {
            return Err(HoursError::Empty);
        }
        Ok(Self { from, to })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = if self.to > DAY {
            self.to - DAY
        } else {
            self.to
        };
        let (hour, minute) = (self.from / 60, self.from % 60);
        write!(f, "{hour}:{minute:02}-{}:{:02}", to / 60, to % 60)
    }
}

impl FromStr for Holidays {
    type Err = HoursError;

    /// Parses `2026-12-25` or `2026-12-24..2027-01-02`.
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let date = |text: &str| date(text).ok_or(HoursError::Unreadable);
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (date(first)?, date(last)?);
        if last < first {
            return Err(HoursError::Backwards);
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for Holidays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        if self.last != self.first {
            write!(f, "..{}", self.last)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(days: [&[&str]; 7], holidays: &[&str]) -> Hours {
        Hours {
            week: days.map(|day| day.iter().map(|range| range.parse().unwrap()).collect()),
            holidays: holidays.iter().map(|days| days.parse().unwrap()).collect(),
        }
    }

    fn every_day(ranges: &[&str]) -> Hours {
        week([ranges; 7], &[])
    }

    fn at(text: &str) -> ZonedDateTime {
        format!("{text}[Europe/Berlin]").parse().unwrap()
    }

    /// Describes whether reminders may come, and until when.
    fn state_and_change(hours: &Hours, now: &str) -> String {
        let now = at(now);
        let word = if hours.is_on(&now) { "on" } else { "off" };
        let change = hours.change(&now);
        change.map_or_else(
            || word.to_owned(),
            |change| format!("{word} until {}", change.strftime("%Y-%m-%d %H:%M %:z")),
        )
    }

    #[test]
    fn ranges_read_back_as_they_are_written() {
        for text in ["9:00-12:30", "22:00-6:00", "0:00-24:00", "18:00-0:15"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
        for (text, range) in [
            ("09:00 - 17:05", "9:00-17:05"),
            ("9:00\u{A0}-\u{202F}17:00", "9:00-17:00"),
            ("9-17", "9:00-17:00"),
            ("9.30-17.00", "9:30-17:00"),
            ("9h-12h30", "9:00-12:30"),
            ("0900-1700", "9:00-17:00"),
            ("9am-5pm", "9:00-17:00"),
            ("12am-6am", "0:00-6:00"),
            ("noon-midnight", "12:00-24:00"),
            ("９：００-１７：００", "9:00-17:00"),
        ] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), range, "{text}");
        }
        for text in [
            "",
            "9:00",
            "9:00\u{2212}17:00",
            "13am-14pm",
            "9:60-10:00",
            "25:00-26:00",
            "24:00-1:00",
            "9:00-24:01",
            "-1:00-2:00",
            "9:0-10:00",
            "+9:00-10:00",
        ] {
            assert_eq!(text.parse::<Range>(), Err(HoursError::Unreadable), "{text}");
        }
        assert_eq!("9:00-9:00".parse::<Range>(), Err(HoursError::Empty));
    }

    #[test]
    fn holidays_read_back_as_they_are_written() {
        for text in ["2026-12-25", "2026-12-24..2027-01-02"] {
            assert_eq!(text.parse::<Holidays>().unwrap().to_string(), text);
        }
        assert_eq!(
            "2026-02-29".parse::<Holidays>(),
            Err(HoursError::Unreadable)
        );
        assert_eq!(
            "2027-01-02..2026-12-24".parse::<Holidays>(),
            Err(HoursError::Backwards)
        );
    }

    #[test]
    fn without_hours_it_is_always_on() {
        assert_eq!(
            state_and_change(&Hours::default(), "2026-03-02T03:00"),
            "on"
        );
    }

    #[test]
    fn lunch_is_a_gap_and_the_weekend_is_off() {
        let work: &[&str] = &["9:00-12:30", "13:15-18:00"];
        let hours = week([work, work, work, work, work, &[], &[]], &[]);
        for (now, says) in [
            ("2026-03-02T08:59", "off until 2026-03-02 09:00 +01:00"),
            ("2026-03-02T09:00", "on until 2026-03-02 12:30 +01:00"),
            ("2026-03-02T12:30", "off until 2026-03-02 13:15 +01:00"),
            ("2026-03-06T17:59", "on until 2026-03-06 18:00 +01:00"),
            ("2026-03-06T18:00", "off until 2026-03-09 09:00 +01:00"),
            ("2026-03-08T10:00", "off until 2026-03-09 09:00 +01:00"),
        ] {
            assert_eq!(state_and_change(&hours, now), says, "{now}");
        }
    }

    #[test]
    fn a_night_shift_goes_over_midnight_and_belongs_to_the_day_that_it_begins_on() {
        let hours = week([&[], &[], &["22:00-6:00"], &[], &[], &[], &[]], &[]);
        for (now, says) in [
            ("2026-03-04T05:00", "off until 2026-03-04 22:00 +01:00"),
            ("2026-03-04T23:00", "on until 2026-03-05 06:00 +01:00"),
            ("2026-03-05T05:59", "on until 2026-03-05 06:00 +01:00"),
            ("2026-03-05T06:00", "off until 2026-03-11 22:00 +01:00"),
        ] {
            assert_eq!(state_and_change(&hours, now), says, "{now}");
        }
    }

    #[test]
    fn ranges_that_touch_are_one() {
        let hours = every_day(&["9:00-24:00"]);
        assert_eq!(
            state_and_change(&hours, "2026-03-02T10:00"),
            "on until 2026-03-03 00:00 +01:00"
        );
        let hours = week(
            [&["18:00-24:00"], &["0:00-8:00"], &[], &[], &[], &[], &[]],
            &[],
        );
        assert_eq!(
            state_and_change(&hours, "2026-03-02T20:00"),
            "on until 2026-03-03 08:00 +01:00"
        );
        let hours = every_day(&["0:00-24:00"]);
        assert_eq!(
            state_and_change(&hours, "2026-03-02T20:00"),
            "on until 2026-03-10 00:00 +01:00"
        );
    }

    #[test]
    fn holidays_are_off_with_hours_and_without() {
        let work = every_day(&["9:00-17:00"]);
        let hours = Hours {
            holidays: vec!["2026-12-24..2027-01-02".parse().unwrap()],
            ..work
        };
        assert_eq!(
            state_and_change(&hours, "2026-12-23T17:00"),
            "off until 2027-01-03 09:00 +01:00"
        );
        let hours = week([&[]; 7], &["2026-12-25"]);
        assert_eq!(
            state_and_change(&hours, "2026-12-25T12:00"),
            "off until 2026-12-26 00:00 +01:00"
        );
        assert_eq!(
            state_and_change(&hours, "2026-12-24T12:00"),
            "on until 2026-12-25 00:00 +01:00"
        );
        let hours = week(
            [&["9:00-10:00"], &[], &[], &[], &[], &[], &[]],
            &["2026-01-01..2099-01-01"],
        );
        assert_eq!(state_and_change(&hours, "2026-03-02T09:30"), "off");
    }

    /// In Berlin the clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
    #[test]
    fn ranges_follow_daylight_saving_changes() {
        let hours = every_day(&["2:30-9:00"]);
        assert_eq!(
            state_and_change(&hours, "2026-03-29T01:59"),
            "off until 2026-03-29 03:30 +02:00"
        );
        assert_eq!(
            state_and_change(&hours, "2026-10-25T01:00"),
            "off until 2026-10-25 02:30 +02:00"
        );
        assert_eq!(
            state_and_change(&hours, "2026-03-29T08:00"),
            "on until 2026-03-29 09:00 +02:00"
        );
        assert_eq!(
            state_and_change(&hours, "2026-10-25T08:00"),
            "on until 2026-10-25 09:00 +01:00"
        );
        let night = every_day(&["22:00-6:00"]);
        assert_eq!(
            state_and_change(&night, "2026-03-28T23:00"),
            "on until 2026-03-29 06:00 +02:00"
        );
        assert_eq!(
            state_and_change(&night, "2026-10-24T23:00"),
            "on until 2026-10-25 06:00 +01:00"
        );
    }
}
