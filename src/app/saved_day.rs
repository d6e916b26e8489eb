//! Saves the day to disk, so that it continues after a restart, a crash or a reboot.
//!
//! It is written when something changes, never periodically: everything between two events can be computed.

use std::fs;
use std::io;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::system;
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;
use crate::schedule::{Gap, Rhythm, SavedSchedule, Schedule};
use crate::state::StateFile;
use crate::time::Moment;

/// The version of the file format. Other versions are rejected.
const FORMAT_VERSION: u32 = 1;

/// The contents of the file.
#[derive(Debug, Serialize, Deserialize)]
struct SavedDay {
    v: u32,
    /// The id of the boot during which it was written.
    boot: String,
    elapsed: Duration,
    wall: Timestamp,
    /// `true` if the program exited cleanly.
    ended: bool,
    day: SavedSchedule,
}

/// The saved day, and its contents when last written.
#[derive(Debug)]
pub(super) struct Day {
    paths: Paths,
    boot: String,
    written: Option<SavedSchedule>,
}

impl Day {
    /// Continues the saved day, or begins a new one. The string says why the saved day could not be read.
    pub(super) fn resume(
        paths: &Paths,
        rhythm: Rhythm,
        now: &Moment,
    ) -> (Self, Schedule, Option<String>) {
        let day = Self {
            paths: paths.clone(),
            boot: system::boot_id(),
            written: None,
        };
        match read(paths) {
            Ok(Some(page)) => {
                let gap = page.gap(&day.boot, now);
                let schedule = Schedule::resume(rhythm, &page.day, gap, now);
                (day, schedule, None)
            }
            Ok(None) => (day, Schedule::new(rhythm, now), None),
            Err(error) => {
                let message = reason::of(&error);
                (day, Schedule::new(rhythm, now), Some(message))
            }
        }
    }

    /// Writes the day if it has changed. A failure only means that the next start begins a new day.
    pub(super) fn save(&mut self, schedule: &Schedule, ended: bool, now: &Moment) {
        let day = schedule.to_saved();
        if !ended && self.written.as_ref() == Some(&day) {
            return;
        }
        let page = SavedDay {
            v: FORMAT_VERSION,
            boot: self.boot.clone(),
            elapsed: now.elapsed,
            wall: now.wall.timestamp(),
            ended,
            day,
        };
        if write(&self.paths, &page).is_ok() {
            self.written = Some(page.day);
        }
    }
}

impl SavedDay {
    /// Computes the gap since the day was written. Within one boot the elapsed time measures it. Across boots only the wall
    /// clock does; if that went backwards, the gap is unknown and taken as zero.
    fn gap(&self, boot: &str, now: &Moment) -> Gap {
        let same = !boot.is_empty() && self.boot == boot;
        let elapsed = now.elapsed.checked_sub(self.elapsed).filter(|_| same);
        let by_wall = now.wall.timestamp().duration_since(self.wall);
        Gap {
            written: self.elapsed,
            length: elapsed.unwrap_or_else(|| Duration::try_from(by_wall).unwrap_or_default()),
            died: !self.ended && elapsed.is_some(),
        }
    }
}

/// Reads the saved day. A damaged file is renamed to `.damaged`.
fn read(paths: &Paths) -> anyhow::Result<Option<SavedDay>> {
    let file = StateFile::Day.path(paths);
    let text = match StateFile::Day.read(paths) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| tr!("{file} cannot be read", file = file.display()));
        }
    };
    let page = serde_json::from_str(&text).map_err(anyhow::Error::from);
    let page = page.and_then(|page: SavedDay| {
        anyhow::ensure!(
            page.v == FORMAT_VERSION,
            tr!("it has version {n}", n = page.v)
        );
        Ok(page)
    });
    page.map(Some)
        .inspect_err(|_| {
            let _ = fs::rename(&file, file.with_extension("damaged"));
        })
        .with_context(|| {
            let damaged = file.with_extension("damaged");
            tr!("{file} cannot be read", file = damaged.display())
        })
}

fn write(paths: &Paths, page: &SavedDay) -> io::Result<()> {
    let text = serde_json::to_string(page)?;
    StateFile::Day.write(paths, &format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::schedule::Event;

    fn rhythm() -> Rhythm {
        Settings::shipped().rhythm
    }

    fn at(elapsed: u64, wall: &str) -> Moment {
        Moment {
            elapsed: Duration::from_secs(60 * elapsed),
            slept: Duration::ZERO,
            wall: format!("2026-03-02T{wall}:00[Europe/Berlin]")
                .parse()
                .unwrap(),
        }
    }

    /// Saves 20 minutes of sitting from 9:00 on, and returns the minutes of sitting after resuming at `now`.
    fn sat_after(ended: bool, boot: &str, now: &Moment) -> u64 {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let (mut day, mut schedule, problem) = Day::resume(&paths, rhythm(), &at(60, "09:00"));
        assert_eq!(problem, None);
        let saved_at = at(80, "09:20");
        schedule.handle(Event::Wakeup, &saved_at);
        if !boot.is_empty() {
            day.boot = boot.to_owned();
        }
        day.save(&schedule, ended, &saved_at);
        let (_, schedule, problem) = Day::resume(&paths, rhythm(), now);
        assert_eq!(problem, None);
        schedule.status(now).sit.as_secs() / 60
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn elapsed_time_counts_within_one_boot() {
        assert_eq!(sat_after(true, "", &at(82, "23:00")), 20);
        assert_eq!(sat_after(true, "", &at(82, "03:00")), 20);
        assert_eq!(sat_after(true, "", &at(85, "09:20")), 0, "a rest");
        assert_eq!(
            sat_after(false, "", &at(85, "09:25")),
            25,
            "it had run until now"
        );
    }

    #[test]
    fn wall_clock_counts_across_boots() {
        assert_eq!(sat_after(true, "another", &at(1, "09:22")), 20);
        assert_eq!(sat_after(true, "another", &at(1, "09:25")), 0, "a rest");
        assert_eq!(
            sat_after(false, "another", &at(1, "09:25")),
            0,
            "the power failed"
        );
        assert_eq!(sat_after(true, "another", &at(900, "09:22")), 20);
        assert_eq!(
            sat_after(true, "another", &at(1, "08:00")),
            20,
            "the clock went back"
        );
    }

    #[test]
    fn damaged_file_is_reported_and_renamed() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let file = StateFile::Day.path(&paths);
        let now = at(60, "09:00");
        fs::create_dir_all(&paths.state).unwrap();
        for damaged in ["", "{", "{\"v\":1}", "[]"] {
            fs::write(&file, damaged).unwrap();
            let (mut day, schedule, problem) = Day::resume(&paths, rhythm(), &now);
            let problem = problem.expect(damaged);
            assert!(problem.contains("day.damaged"), "{problem}");
            assert_eq!(
                fs::read_to_string(file.with_extension("damaged")).unwrap(),
                damaged
            );
            day.save(&schedule, false, &now);
            assert_eq!(Day::resume(&paths, rhythm(), &now).2, None);
        }
    }

    #[test]
    fn unchanged_day_is_not_written() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let now = at(60, "09:00");
        let (mut day, mut schedule, _) = Day::resume(&paths, rhythm(), &now);
        day.save(&schedule, false, &now);
        let file = StateFile::Day.path(&paths);
        fs::remove_file(&file).unwrap();
        let later = at(70, "09:10");
        schedule.handle(Event::Wakeup, &later);
        day.save(&schedule, false, &later);
        assert!(!file.exists(), "nothing has changed");
        day.save(&schedule, true, &later);
        assert!(file.exists(), "the end is always written");
    }
}
