//! Tells input of a user from a pointer that jitters by itself, for example on a vibrating desk.
//!
//! While keys are pressed now and then, all input counts. Afterwards the pointer is compared with where it was a minute ago,
//! and buttons are listened for. Nothing is read while there is no input at all, and during an absence the reads become rare:
//! a pointer that never rests costs one a minute.

use std::time::Duration;

/// The distance in pixels, horizontally or vertically, from which on a movement within a minute is one of a user.
const REAL_DISTANCE: u16 = 5;

/// The time between two comparisons, unless the user counts as away earlier than that.
const INTERVAL: Duration = Duration::from_secs(60);

/// The delay of the first read after the pointer has moved during an absence: by then, a user has moved it further. The delay
/// doubles each time.
const FIRST_DELAY: Duration = Duration::from_millis(250);

/// The delay of a read at a threshold, so that an alarm for the same threshold comes first and makes the read unnecessary.
const MARGIN: Duration = Duration::from_millis(50);

/// The state of the input devices, as read from the X server.
#[derive(Clone, Copy, Debug)]
pub(super) struct InputReading {
    /// The time of this reading.
    pub(super) now: Duration,
    /// The time since the last input of any device.
    pub(super) idle: Duration,
    /// The time since a key was pressed.
    pub(super) since_key: Duration,
    /// The place of the pointer.
    pub(super) pointer: (i16, i16),
    /// `true` if a button was pressed since the last reading, and [`JitterFilter::listens`].
    pub(super) clicked: bool,
}

/// The filter. It is given a reading after each alarm, after a click, and when [`JitterFilter::next_reading`] has passed.
#[derive(Debug)]
pub(super) struct JitterFilter {
    away: Duration,
    interval: Duration,
    /// The time of the last input of the user.
    last_input: Duration,
    /// The comparison in progress. `None` while keys are pressed.
    comparison: Option<Comparison>,
}

/// A place of the pointer, to be compared with a later one.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    place: (i16, i16),
    since: Duration,
    /// `true` if buttons have been listened for since then.
    listens: bool,
    /// `true` during an absence.
    is_away: bool,
    /// During an absence, the delay of the next reading. `None` if there is no input at all.
    delay: Option<Duration>,
}

impl JitterFilter {
    pub(super) fn new(away: Duration) -> Self {
        Self {
            away,
            interval: away.min(INTERVAL),
            last_input: Duration::ZERO,
            comparison: None,
        }
    }

    /// The time without a key after which a reading is needed, and another one at the next key.
    pub(super) fn key_threshold(&self) -> Duration {
        self.interval / 2
    }

    /// The time without any input after which the next input requires a reading. `None` if [`Self::next_reading`] is enough.
    pub(super) fn rest_threshold(&self) -> Option<Duration> {
        (self.interval < self.away).then(|| self.key_threshold())
    }

    /// Returns `true` if buttons must be listened for. A press then requires a reading.
    pub(super) fn listens(&self) -> bool {
        self.comparison.is_some_and(|comparison| comparison.listens)
    }

    /// Takes a reading, and returns the time since the last input of the user.
    pub(super) fn update(&mut self, reading: &InputReading) -> Duration {
        let now = reading.now;
        let any_input = now.saturating_sub(reading.idle);
        if reading.since_key < self.key_threshold() {
            self.comparison = None;
            self.last_input = any_input;
            return reading.idle;
        }
        let Some(mut comparison) = self.comparison else {
            self.last_input = any_input;
            self.comparison = Some(Comparison {
                place: reading.pointer,
                since: now,
                listens: true,
                is_away: reading.idle >= self.away,
                delay: None,
            });
            return reading.idle;
        };
        let is_due = now.saturating_sub(comparison.since) >= self.interval;
        let has_moved = is_apart(reading.pointer, comparison.place);
        // While nobody listened, there may have been clicks.
        if reading.clicked || has_moved || (is_due && !comparison.listens) {
            self.last_input = any_input;
        }
        if reading.clicked || has_moved || is_due {
            (comparison.place, comparison.since) = (reading.pointer, now);
            // One press is enough to know for some time that somebody is there.
            comparison.listens = !reading.clicked && (comparison.listens || is_due);
        }
        let idle = now.saturating_sub(self.last_input);
        let was_away = std::mem::replace(&mut comparison.is_away, idle >= self.away);
        comparison.delay = match comparison.delay {
            _ if !comparison.is_away || reading.idle >= self.away => None,
            Some(delay) => Some((delay * 2).min(self.interval)),
            None if was_away => Some(FIRST_DELAY.min(self.interval)),
            // The absence begins while the pointer jitters.
            None => Some(self.interval),
        };
        self.comparison = Some(comparison);
        idle
    }

    /// Returns the time at which a reading is needed even if nothing else happens. `None` if none is.
    pub(super) fn next_reading(&self, reading: &InputReading) -> Option<Duration> {
        let comparison = self.comparison?;
        if comparison.is_away {
            return comparison.delay.map(|delay| reading.now + delay);
        }
        let limit = self.last_input + self.away;
        let is_at_rest = self
            .rest_threshold()
            .is_some_and(|rest| reading.idle >= rest);
        let next = match is_at_rest {
            true => limit,
            false => limit.min(comparison.since + self.interval),
        };
        Some(next + MARGIN)
    }
}

fn is_apart(a: (i16, i16), b: (i16, i16)) -> bool {
    a.0.abs_diff(b.0).max(a.1.abs_diff(b.1)) >= REAL_DISTANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWAY: Duration = Duration::from_secs(60);

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// A user and a pointer, with a simulated X server that reads when the real one would.
    struct Desk {
        filter: JitterFilter,
        now: Duration,
        key: Duration,
        input: Duration,
        pointer: (i16, i16),
        clicked: bool,
        /// The number of readings, each of which is a wake-up.
        readings: u32,
        /// The time of the last input of the user, according to the last reading.
        last_input: Duration,
        is_away: bool,
        next: Option<Duration>,
    }

    impl Desk {
        fn new(away: Duration) -> Self {
            let start = seconds(1000.0);
            let mut desk = Self {
                filter: JitterFilter::new(away),
                now: start,
                key: start,
                input: start,
                pointer: (400, 300),
                clicked: false,
                readings: 0,
                last_input: start,
                is_away: false,
                next: None,
            };
            desk.read();
            desk.readings = 0;
            desk
        }

        fn read(&mut self) {
            let reading = InputReading {
                now: self.now,
                idle: self.now - self.input,
                since_key: self.now - self.key,
                pointer: self.pointer,
                clicked: std::mem::take(&mut self.clicked),
            };
            self.last_input = self.now - self.filter.update(&reading);
            self.is_away = self.now - self.last_input >= self.filter.away;
            self.next = self.filter.next_reading(&reading);
            self.readings += 1;
        }

        /// Lets time pass in steps of 50 ms, with alarms and readings.
        fn pass(&mut self, time: f64) {
            let end = self.now + seconds(time);
            let step = seconds(0.05);
            while self.now < end {
                self.now += step;
                let alarm = |since: Duration, at: Duration| {
                    let age = self.now - since;
                    age >= at && age < at + step
                };
                if alarm(self.key, self.filter.key_threshold())
                    || alarm(self.input, self.filter.away)
                    || self.next.is_some_and(|next| self.now >= next)
                {
                    self.read();
                }
            }
        }

        fn press_key(&mut self) {
            let slept = self.now - self.key >= self.filter.key_threshold();
            (self.key, self.input) = (self.now, self.now);
            if slept {
                self.read();
            }
        }

        fn click(&mut self) {
            self.input = self.now;
            if self.filter.listens() {
                self.clicked = true;
                self.read();
            }
        }

        fn move_to(&mut self, x: i16, y: i16) {
            let idle = self.now - self.input;
            let rest = self.filter.rest_threshold();
            let slept = idle >= self.filter.away || rest.is_some_and(|rest| idle >= rest);
            (self.pointer, self.input) = ((x, y), self.now);
            if slept {
                self.read();
            }
        }

        /// The pointer jitters by two pixels, twice a second.
        fn jitter(&mut self, time: f64) {
            let (x, y) = self.pointer;
            for step in 0..(time * 2.0) as i16 {
                self.move_to(x + step % 3, y + step % 2);
                self.pass(0.5);
            }
            self.move_to(x, y);
        }
    }

    #[test]
    fn typing_needs_no_reading() {
        let mut desk = Desk::new(AWAY);
        for x in 0..60 {
            desk.press_key();
            desk.move_to(x * 10, 0);
            desk.click();
            desk.pass(20.0);
        }
        assert_eq!(desk.readings, 0);
    }

    #[test]
    fn nobody_is_away_after_the_threshold_and_nothing_is_read() {
        let mut desk = Desk::new(AWAY);
        desk.pass(59.9);
        assert!(!desk.is_away);
        desk.pass(0.2);
        assert!(desk.is_away);
        let readings = desk.readings;
        assert!(readings <= 2, "{readings}");
        desk.pass(3600.0);
        assert_eq!(desk.readings, readings);
        desk.press_key();
        assert_eq!(desk.last_input, desk.now);
    }

    #[test]
    fn long_threshold_needs_no_readings_at_rest() {
        let mut desk = Desk::new(60 * AWAY);
        desk.pass(3599.0);
        assert!(!desk.is_away);
        assert_eq!(desk.readings, 1);
        desk.pass(1.5);
        assert!(desk.is_away);
    }

    #[test]
    fn jitter_alone_is_an_absence_and_costs_a_reading_a_minute() {
        let mut desk = Desk::new(AWAY);
        desk.jitter(89.0);
        assert!(!desk.is_away);
        desk.jitter(3.0);
        assert!(desk.is_away);
        desk.readings = 0;
        for _ in 0..60 {
            desk.jitter(60.0);
            assert!(desk.is_away);
        }
        assert!(desk.readings <= 61, "{}", desk.readings);
        // When it ends, nothing is read any more.
        desk.pass(61.0);
        desk.readings = 0;
        desk.pass(3600.0);
        assert_eq!(desk.readings, 0);
        // A single shake is no return, and is dealt with soon.
        desk.jitter(1.0);
        assert!(desk.is_away);
        desk.pass(3600.0);
        assert!(desk.is_away);
        assert!(desk.readings < 12, "{}", desk.readings);
    }

    #[test]
    fn user_returns_through_jitter() {
        let away = || {
            let mut desk = Desk::new(AWAY);
            desk.jitter(300.0);
            assert!(desk.is_away);
            desk
        };
        let mut desk = away();
        desk.click();
        assert!(!desk.is_away);
        let mut desk = away();
        desk.press_key();
        assert!(!desk.is_away);
        let mut desk = away();
        desk.move_to(10, 10);
        desk.jitter(61.0);
        assert!(!desk.is_away);
    }

    #[test]
    fn return_of_the_pointer_is_noticed_at_once_after_rest() {
        let mut desk = Desk::new(AWAY);
        desk.pass(600.0);
        desk.move_to(402, 300);
        assert!(desk.is_away);
        desk.move_to(440, 300);
        desk.pass(0.3);
        assert!(!desk.is_away);
    }

    #[test]
    fn pointer_alone_is_presence_and_costs_two_readings_a_minute() {
        let mut desk = Desk::new(AWAY);
        desk.pass(40.0);
        desk.readings = 0;
        for minute in 0..60 {
            for turn in 0..12 {
                desk.move_to(100 + minute * 7, turn * 50);
                desk.click();
                desk.pass(5.0);
                assert!(!desk.is_away);
            }
        }
        assert!(desk.readings <= 121, "{}", desk.readings);
    }

    #[test]
    fn reading_with_the_wheel_is_presence() {
        let mut desk = Desk::new(AWAY);
        for _ in 0..100 {
            desk.click();
            desk.pass(40.0);
            assert!(!desk.is_away);
        }
        let left = desk.now - seconds(40.0);
        desk.pass(21.0);
        assert!(desk.is_away);
        assert_eq!(desk.last_input, left);
    }

    #[test]
    fn slow_drift_does_not_add_up() {
        let mut desk = Desk::new(5 * AWAY);
        for step in 0..180 {
            desk.move_to(400 + step, 300);
            desk.pass(20.0);
        }
        assert!(desk.is_away);
        assert!(desk.readings <= 65, "{}", desk.readings);
    }
}
