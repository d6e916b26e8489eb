//! Deletes old entries at the request of the user.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::civil::Date;
use uuid::Uuid;

use super::entry::day;
use super::log::{Log, LogReader, MAX_LINE_BYTES, Notice, files, lock, month};
use crate::disk::{Access, Draft, sync_folder};
use crate::lang::tr;
use crate::state::StateFile;

/// The result of deleting old entries, or its preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The number of lines.
    pub lines: u64,
    /// The number of files they are in.
    pub files: u64,
    /// The folders that could not be read. A file that cannot be read is an error instead.
    pub notices: Vec<Notice>,
}

impl Log {
    /// Returns what [`forget`](Self::forget) would delete.
    ///
    /// # Errors
    /// Fails if a file cannot be read.
    pub fn count_older(&self, before: Date, everywhere: bool) -> anyhow::Result<Forgotten> {
        self.for_each_file(before, everywhere, |path| {
            copy_newer(path, before, &mut io::sink())
                .with_context(|| tr!("{file} cannot be read", file = path.display()))
        })
    }

    /// Deletes the entries before that day: of this computer, or of all computers that share the folder (`everywhere`).
    /// Later lines are preserved byte for byte. A line without a time is deleted together with the month of its file.
    ///
    /// # Errors
    /// Fails if a file cannot be read or rewritten. Each file is replaced atomically: it is either
    /// unchanged, or all its old lines are gone.
    pub fn forget(&mut self, before: Date, everywhere: bool) -> anyhow::Result<Forgotten> {
        let _lock = lock(self.paths());
        self.for_each_file(before, everywhere, |path| {
            rewrite(path, before)
                .with_context(|| tr!("{file} cannot be written", file = path.display()))
        })
    }

    fn for_each_file(
        &self,
        before: Date,
        everywhere: bool,
        each: impl Fn(&Path) -> anyhow::Result<LineCounts>,
    ) -> anyhow::Result<Forgotten> {
        let mut reader = LogReader::default();
        let only_folder = (!everywhere).then(|| self.device_folder());
        let mut forgotten = Forgotten::default();
        for path in files(&mut reader, &self.paths().history()) {
            let is_selected = match &only_folder {
                None => true,
                Some(folder) => path.parent() == folder.as_deref(),
            };
            let is_later =
                month(&path).is_some_and(|first| first.first_of_month() > before.last_of_month());
            if !is_selected || is_later {
                continue;
            }
            let LineCounts { deleted, .. } = each(&path)?;
            forgotten.lines += deleted;
            forgotten.files += u64::from(deleted > 0);
        }
        forgotten.notices = reader.notices;
        Ok(forgotten)
    }

    /// The folder of this computer; `None` if it has not written anything yet.
    fn device_folder(&self) -> Option<PathBuf> {
        let id = StateFile::Device.read(self.paths()).ok()?;
        let id: Uuid = id.trim().parse().ok()?;
        Some(self.paths().history().join(id.to_string()))
    }
}

/// The numbers of lines deleted and kept.
#[derive(Clone, Copy, Default)]
struct LineCounts {
    deleted: u64,
    kept: u64,
}

/// Copies to `out` all lines except those dated before that day, and counts both kinds.
fn copy_newer(path: &Path, before: Date, out: &mut impl Write) -> io::Result<LineCounts> {
    if !fs::metadata(path)?.is_file() {
        return Ok(LineCounts::default());
    }
    let is_file_old = month(path).is_some_and(|first| first.last_of_month() < before);
    let mut file = BufReader::new(File::open(path)?);
    let mut counts = LineCounts::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = MAX_LINE_BYTES as u64 + 1;
        if file.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(counts);
        }
        let is_blank = line.trim_ascii().is_empty();
        let is_deleted = !is_blank && day(&line).map_or(is_file_old, |day| day < before);
        counts.deleted += u64::from(is_deleted);
        counts.kept += u64::from(!is_deleted && !is_blank);
        if !is_deleted {
            out.write_all(&line)?;
        }
        if line.len() > MAX_LINE_BYTES && !line.ends_with(b"\n") {
            rest_of_line(&mut file, out, !is_deleted)?;
        }
    }
}

/// Copies or skips the rest of a line that is too long to be buffered.
fn rest_of_line(file: &mut impl BufRead, out: &mut impl Write, keep: bool) -> io::Result<()> {
    loop {
        let piece = file.fill_buf()?;
        let end = piece.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(piece.len(), |end| end + 1);
        if keep {
            out.write_all(&piece[..length])?;
        }
        let is_over = length == 0 || end.is_some();
        file.consume(length);
        if is_over {
            return Ok(());
        }
    }
}

/// Deletes the old lines: replaces the file atomically, or removes it if no line is left. A file without old lines isn't written.
fn rewrite(path: &Path, before: Date) -> io::Result<LineCounts> {
    let counts = copy_newer(path, before, &mut io::sink())?;
    if counts.deleted == 0 {
        return Ok(counts);
    }
    if counts.kept == 0 {
        fs::remove_file(path)?;
    } else {
        Draft::write(path, Access::Owner, |out| {
            copy_newer(path, before, out).map(drop)
        })?
        .replace()?;
    }
    sync_folder(path)?;
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::outcomes;
    use super::*;
    use crate::paths::Paths;
    use crate::time::Moment;

    fn at(wall: &str) -> Moment {
        Moment {
            elapsed: std::time::Duration::ZERO,
            slept: std::time::Duration::ZERO,
            wall: format!("{wall}[Europe/Berlin]").parse().unwrap(),
        }
    }

    /// A history with entries in January, February and March, and its home folder.
    fn year() -> (tempfile::TempDir, Paths, Log) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let mut log = Log::open(&paths);
        for day in ["01-31T23:30", "02-01T00:30", "02-20T12:00", "03-02T12:00"] {
            log.append(outcomes()[5].clone(), &at(&format!("2026-{day}:00")))
                .unwrap();
        }
        (home, paths, log)
    }

    fn file(log: &Log, name: &str) -> PathBuf {
        log.device_folder().unwrap().join(name)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn counts(forgotten: &Forgotten) -> (u64, u64) {
        assert_eq!(forgotten.notices, []);
        (forgotten.lines, forgotten.files)
    }

    #[test]
    fn old_lines_are_deleted_and_later_ones_unchanged() {
        let (_home, _, mut log) = year();
        let february = file(&log, "2026-02.jsonl");
        let rubbish = "I felt fine\n\n{\"v\":9,\"t\":\"2026-02-01T12:00:00Z\",\"tz\":\"UTC\"}\n{\"v\":1,\"cut";
        let before = fs::read_to_string(&february).unwrap();
        fs::write(&february, format!("{before}{rubbish}")).unwrap();
        let would = log.count_older(day("2026-02-10"), false).unwrap();
        let did = log.forget(day("2026-02-10"), false).unwrap();
        assert_eq!(would, did);
        assert_eq!(counts(&did), (3, 2));
        assert!(!file(&log, "2026-01.jsonl").exists());
        let kept = before.lines().nth(1).unwrap();
        let after = fs::read_to_string(&february).unwrap();
        assert_eq!(after, format!("{kept}\nI felt fine\n\n{{\"v\":1,\"cut"));
        assert_eq!(log.read().0.len(), 2);
        log.append(outcomes()[5].clone(), &at("2026-02-21T12:00:00"))
            .unwrap();
        assert_eq!(log.read().0.len(), 3);
    }

    #[test]
    fn unreadable_lines_are_deleted_with_their_month() {
        let (_home, _, mut log) = year();
        let january = file(&log, "2026-01.jsonl");
        fs::write(&january, "I felt fine\n").unwrap();
        assert_eq!(
            counts(&log.forget(day("2026-01-31"), false).unwrap()),
            (0, 0)
        );
        assert_eq!(
            counts(&log.forget(day("2026-02-01"), false).unwrap()),
            (1, 1)
        );
    }

    #[test]
    fn the_date_of_an_entry_is_its_local_date() {
        let (_home, _, mut log) = year();
        // 00:30 in Berlin is still 31 January in London.
        assert_eq!(
            counts(&log.forget(day("2026-02-01"), false).unwrap()),
            (1, 1)
        );
        assert_eq!(log.read().0.len(), 3);
    }

    #[test]
    fn a_file_without_older_lines_is_not_rewritten() {
        let (_home, _, mut log) = year();
        let january = file(&log, "2026-01.jsonl");
        let before = fs::metadata(&january).unwrap().modified().unwrap();
        assert_eq!(
            counts(&log.forget(day("2026-01-31"), true).unwrap()),
            (0, 0)
        );
        assert_eq!(fs::metadata(&january).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn files_of_other_computers_are_deleted_only_on_request() {
        let (_home, paths, mut log) = year();
        let other = paths.history().join("0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
        fs::create_dir(&other).unwrap();
        let (name, text) = (
            "2026-01.jsonl",
            fs::read(file(&log, "2026-01.jsonl")).unwrap(),
        );
        fs::write(other.join(name), &text).unwrap();
        fs::write(other.join("notes.txt"), "mine").unwrap();
        assert_eq!(
            counts(&log.forget(day("2026-03-01"), false).unwrap()),
            (3, 2)
        );
        assert_eq!(fs::read(other.join(name)).unwrap(), text);
        assert_eq!(
            counts(&log.forget(day("2026-03-01"), true).unwrap()),
            (1, 1)
        );
        assert!(!other.join(name).exists() && other.join("notes.txt").exists());
    }

    #[test]
    fn an_overlong_line_is_kept_whole() {
        let (_home, _, mut log) = year();
        let february = file(&log, "2026-02.jsonl");
        let long = "x".repeat(5 * MAX_LINE_BYTES) + "\n";
        let before = fs::read_to_string(&february).unwrap();
        fs::write(&february, format!("{long}{before}")).unwrap();
        log.forget(day("2026-02-10"), false).unwrap();
        let kept = before.lines().nth(1).unwrap();
        assert_eq!(
            fs::read_to_string(&february).unwrap(),
            format!("{long}{kept}\n")
        );
    }

    #[test]
    fn entries_added_meanwhile_are_not_lost() {
        let (_home, paths, _) = year();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut log = Log::open(&paths);
                for _ in 0..100 {
                    log.append(outcomes()[1].clone(), &at("2026-02-25T12:00:00"))
                        .unwrap();
                }
            });
            for day in 2..20 {
                let mut log = Log::open(&paths);
                let before = format!("2026-02-{day:02}").parse().unwrap();
                log.append(outcomes()[1].clone(), &at("2026-02-01T12:00:00"))
                    .unwrap();
                log.forget(before, false).unwrap();
            }
        });
        let (entries, notices) = Log::open(&paths).read();
        assert_eq!((entries.len(), notices), (102, vec![]));
    }

    #[test]
    fn forgetting_in_an_empty_history_creates_nothing() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let mut log = Log::open(&paths);
        assert_eq!(
            counts(&log.forget(day("2026-03-01"), true).unwrap()),
            (0, 0)
        );
        assert_eq!(
            counts(&log.forget(day("2026-03-01"), false).unwrap()),
            (0, 0)
        );
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }
}
