//! The files of the history: JSON Lines, one file per device and month.
//!
//! A device writes only its own files, so two computers that share the folder never write to the same one; reading merges the
//! files of all devices. Reading skips and reports lines that cannot be parsed, but never changes or deletes them.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::civil::Date;
use jiff::{ToSpan as _, ZonedDateTime};
use uuid::Uuid;

use super::entry::{Entry, Line, id_at};
use crate::disk::{owner_only, private_folder, sync_folder};
use crate::lang::{mark, tr, trn};
use crate::paths::Paths;
use crate::reason;
use crate::schedule::Outcome;
use crate::state::StateFile;
use crate::time::{Moment, day};

/// The length, in bytes, above which a line is not parsed. Unhunch writes about 200 per line.
pub(super) const MAX_LINE_BYTES: usize = 1 << 16;

/// The number of skipped lines of a file that are reported one by one.
const MAX_NOTICES: usize = 20;

/// Reads and writes the files of the history.
#[derive(Debug)]
pub struct Log {
    paths: Paths,
    device: Option<Uuid>,
}

/// A line or file that was skipped. It is preserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The path of the file.
    pub file: PathBuf,
    /// The number of the line, from 1; 0 if the notice is about the whole file.
    pub line: usize,
    /// The description of the problem.
    pub message: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The number of days read by [`Log::read_recent`].
const RECENT_DAYS: i64 = 400;

impl Log {
    /// Creates a handle for the history in these folders. Nothing is read or created yet.
    #[must_use]
    pub fn open(paths: &Paths) -> Self {
        Self {
            paths: paths.clone(),
            device: None,
        }
    }

    /// Appends `outcome` as a line, and returns once it is synced to disk.
    ///
    /// # Errors
    /// Fails if the disk is full or a file or folder cannot be written. Existing lines are unaffected.
    pub fn append(&mut self, outcome: Outcome, now: &Moment) -> anyhow::Result<Entry> {
        let entry = Entry::new(outcome, &now.wall);
        let folder = self.folder(&now.wall).context(tr(NOT_ADDED))?;
        let file = folder.join(now.wall.strftime("%Y-%m.jsonl").to_string());
        let _lock = lock(&self.paths);
        write(&file, &entry)
            .with_context(|| tr!("{file} cannot be written", file = file.display()))
            .context(tr(NOT_ADDED))?;
        Ok(entry)
    }

    /// Returns the folder of this device; creates it if it is missing.
    fn folder(&mut self, now: &ZonedDateTime) -> anyhow::Result<PathBuf> {
        let device = match self.device {
            Some(device) => device,
            None => *self.device.insert(device(&self.paths, now)?),
        };
        let folder = self.paths.history().join(device.to_string());
        private_folder(&folder).with_context(|| {
            tr!(
                "the folder {folder} cannot be created",
                folder = folder.display()
            )
        })?;
        Ok(folder)
    }

    /// Returns the entries of all devices, without duplicates and sorted, oldest first; and what was skipped.
    #[must_use]
    pub fn read(&self) -> (Vec<Entry>, Vec<Notice>) {
        self.read_within(Date::MIN, Date::MAX)
    }

    /// Returns the entries of the last 400 days, and any from the future. Anything older counts as never done, because reading ten
    /// years of entries would take a second and a lot of memory.
    #[must_use]
    pub fn read_recent(&self, today: Date) -> Vec<Entry> {
        self.read_within(today.saturating_sub(RECENT_DAYS.days()), Date::MAX)
            .0
    }

    /// Returns the entries of these days, in the time zone of each entry. Files of other months are not opened.
    #[must_use]
    pub fn read_within(&self, since: Date, until: Date) -> (Vec<Entry>, Vec<Notice>) {
        let mut reader = LogReader::default();
        for file in files(&mut reader, &self.paths.history()) {
            if may_contain(&file, since, until) {
                reader.read_file(&file);
            }
        }
        let mut entries: Vec<_> = reader.entries.into_values().collect();
        // Entries of the same time keep the order in which they were written.
        entries.sort_by_key(|(place, entry)| (entry.t, *place));
        let mut entries: Vec<_> = entries.into_iter().map(|(_, entry)| entry).collect();
        if (since, until) != (Date::MIN, Date::MAX) {
            entries.retain(|entry| (since..=until).contains(&day(&entry.local())));
        }
        (entries, reader.notices)
    }

    pub(super) fn paths(&self) -> &Paths {
        &self.paths
    }
}

/// Returns the files of all devices. Folders that cannot be read are added to the notices of `reader`.
pub(super) fn files(reader: &mut LogReader, history: &Path) -> Vec<PathBuf> {
    let folders = reader.list(history).into_iter();
    let folders: Vec<_> = folders.filter(|folder| folder.is_dir()).collect();
    let files = folders.iter().flat_map(|folder| reader.list(folder));
    files.filter(|file| is_history_file(file)).collect()
}

/// Ignores files with other extensions. Copies made by a sync program after a conflict are included: duplicate lines
/// are recognized by their ids.
fn is_history_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "jsonl")
}

/// Returns the first day of the month in the name of a file; `None` if the name contains none.
pub(super) fn month(path: &Path) -> Option<Date> {
    let name = path.file_name()?.to_str()?;
    format!("{}-01", name.get(..7)?).parse().ok()
}

/// `true` if a file can contain entries of these days. The file is named after the month in the writer's time zone; the date of an
/// entry can differ by a day if its time zone is unknown here and UTC is used instead.
fn may_contain(path: &Path, since: Date, until: Date) -> bool {
    month(path).is_none_or(|first| {
        let last = first.last_of_month().saturating_add(1.day());
        last >= since && first.saturating_sub(1.day()) <= until
    })
}

/// Locks the history while files are written, so that nothing is appended to a file that is being replaced. Works
/// without a lock where none is available, as on some network drives.
pub(super) fn lock(paths: &Paths) -> Option<File> {
    let mut options = owner_only();
    options.write(true).truncate(false);
    let file = options.open(StateFile::HistoryLock.path(paths)).ok()?;
    file.lock().ok()?;
    Some(file)
}

const NOT_ADDED: &str = mark("this could not be added to your history");

/// The id of this computer. It is random, and stored in a folder that is not shared with other computers.
fn device(paths: &Paths, now: &ZonedDateTime) -> anyhow::Result<Uuid> {
    let stored = StateFile::Device.read(paths).unwrap_or_default();
    if let Ok(id) = stored.trim().parse() {
        return Ok(id);
    }
    let id = id_at(now.timestamp());
    private_folder(&paths.state)
        .and_then(|()| StateFile::Device.write(paths, &format!("{id}\n")))
        .with_context(|| {
            let file = StateFile::Device.path(paths);
            tr!("{file} cannot be written", file = file.display())
        })?;
    Ok(id)
}

/// Appends a line. If the last line was cut off by a crash, it is terminated first.
fn write(path: &Path, entry: &Entry) -> io::Result<()> {
    let fresh = !path.exists();
    let mut file = open(path)?;
    let mut line = Vec::with_capacity(256);
    if is_torn(&mut file)? {
        line.push(b'\n');
    }
    serde_json::to_writer(&mut line, entry)?;
    line.push(b'\n');
    // A single write in append mode: the lines of two processes cannot interleave.
    file.write_all(&line)?;
    file.sync_data()?;
    if fresh {
        sync_folder(path)?;
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<File> {
    owner_only().read(true).append(true).open(path)
}

fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The entries and notices read so far.
#[derive(Default)]
pub(super) struct LogReader {
    /// The entries by id, each with its index in reading order.
    entries: BTreeMap<Uuid, (usize, Entry)>,
    pub(super) notices: Vec<Notice>,
    /// The skipped lines of the current file.
    skipped: Skipped,
}

/// The lines of a file that were skipped.
#[derive(Clone, Copy, Default)]
struct Skipped {
    lines: usize,
    /// The number of the last one that was not reported.
    last: usize,
}

impl LogReader {
    /// Returns the contents of a folder, sorted by name. A missing folder counts as empty.
    fn list(&mut self, folder: &Path) -> Vec<PathBuf> {
        let listed: io::Result<Vec<_>> = fs::read_dir(folder)
            .and_then(|listed| listed.map(|item| item.map(|item| item.path())).collect());
        match listed {
            Ok(mut paths) => {
                paths.sort();
                paths
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let why = reason::of_error(&error);
                self.add_notice(
                    folder,
                    0,
                    tr!("this folder cannot be read ({error})", error = why),
                );
                Vec::new()
            }
        }
    }

    fn read_file(&mut self, path: &Path) {
        self.skipped = Skipped::default();
        if let Err(error) = self.read_lines(path) {
            let why = reason::of_error(&error);
            self.add_notice(
                path,
                0,
                tr!("this file cannot be read ({error})", error = why),
            );
        }
        let Skipped { lines, last } = std::mem::take(&mut self.skipped);
        if let Some(more) = lines.checked_sub(MAX_NOTICES + 1) {
            let message = match more as u64 {
                0 => tr("this line cannot be read; it is kept but skipped").to_owned(),
                more => trn!(
                    more,
                    "this line and {n} before it cannot be read; they are kept but skipped",
                    "this line and {n} before it cannot be read; they are kept but skipped"
                ),
            };
            self.add_notice(path, last, message);
        }
    }

    fn read_lines(&mut self, path: &Path) -> io::Result<()> {
        if !fs::metadata(path)?.is_file() {
            let why = tr("this is not a regular file");
            return Err(reason::explained(ErrorKind::Unsupported, why));
        }
        let mut file = BufReader::new(File::open(path)?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if !next_line(&mut file, &mut line)? {
                break;
            }
            self.read_line(path, number, &line);
        }
        Ok(())
    }

    fn read_line(&mut self, path: &Path, number: usize, line: &[u8]) {
        let is_complete = line.ends_with(b"\n");
        if line.trim_ascii().is_empty() {
            return;
        }
        if line.len() > MAX_LINE_BYTES {
            return self.add_notice(path, number, damaged(tr("it is longer than 64 KiB")));
        }
        match Line::parse(line) {
            Line::Entry(entry) => self.add_entry(path, number, *entry),
            Line::Newer(message) => self.add_notice(
                path,
                number,
                tr!(
                    "a newer version wrote this line ({what}); it is kept but skipped",
                    what = message
                ),
            ),
            Line::Damaged(_) if !is_complete => self.add_notice(path, number, tr(TORN).to_owned()),
            Line::Damaged(why) => self.add_notice(path, number, damaged(&why)),
        }
    }

    fn add_entry(&mut self, path: &Path, number: usize, entry: Entry) {
        let next = self.entries.len();
        match self.entries.entry(entry.id) {
            btree_map::Entry::Vacant(place) => {
                place.insert((next, entry));
            }
            btree_map::Entry::Occupied(place) if place.get().1 == entry => {}
            btree_map::Entry::Occupied(_) => {
                let message = tr(
                    "another line has the same id but different content; this one is kept but skipped",
                );
                self.add_notice(path, number, message.to_owned());
            }
        }
    }

    /// Reports only the first unreadable lines of a corrupt file one by one, and counts the rest.
    fn add_notice(&mut self, file: &Path, line: usize, message: String) {
        if line > 0 && self.skipped.lines >= MAX_NOTICES {
            self.skipped.lines += 1;
            self.skipped.last = line;
            return;
        }
        self.skipped.lines += usize::from(line > 0);
        self.notices.push(Notice {
            file: file.to_owned(),
            line,
            message,
        });
    }
}

const TORN: &str =
    mark("this line was cut off, perhaps when the computer stopped; it is kept but skipped");

fn damaged(why: &str) -> String {
    tr!(
        "this line cannot be read ({why}); it is kept but skipped",
        why = why
    )
}

/// Reads a line with its line break, truncated if it is too long. Returns `false` at the end of the file.
fn next_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let most = MAX_LINE_BYTES as u64 + 1;
    file.by_ref().take(most).read_until(b'\n', line)?;
    if line.len() > MAX_LINE_BYTES && !line.ends_with(b"\n") {
        file.skip_until(b'\n')?;
    }
    Ok(!line.is_empty())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::entry::tests::outcomes;
    use std::fs::OpenOptions;

    use super::*;

    fn home() -> (tempfile::TempDir, Paths) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        (home, paths)
    }

    fn at(wall: &str) -> Moment {
        Moment {
            elapsed: Duration::ZERO,
            slept: Duration::ZERO,
            wall: format!("{wall}[Europe/Berlin]").parse().unwrap(),
        }
    }

    fn noon() -> Moment {
        at("2026-11-23T12:00:00")
    }

    /// The files of the history, grouped by device.
    fn files(paths: &Paths) -> Vec<PathBuf> {
        let mut reader = LogReader::default();
        let folders = reader.list(&paths.history());
        folders
            .iter()
            .flat_map(|folder| reader.list(folder))
            .collect()
    }

    fn only_file(paths: &Paths) -> PathBuf {
        let files = files(paths);
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    fn add(path: &Path, text: &str) {
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn reading_an_empty_history_creates_nothing() {
        let (home, paths) = home();
        assert_eq!(Log::open(&paths).read(), (vec![], vec![]));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn appended_entries_are_read_back_in_order() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        let mut written: Vec<_> = outcomes()
            .into_iter()
            .zip(10..)
            .map(|(outcome, hour)| {
                let moment = at(&format!("2026-11-23T{hour}:00:00"));
                log.append(outcome, &moment).unwrap()
            })
            .collect();
        written.push(log.append(outcomes()[0].clone(), &noon()).unwrap());
        written.sort_by_key(|entry| entry.t);
        assert_eq!(Log::open(&paths).read(), (written, vec![]));
    }

    #[test]
    fn a_month_has_a_file_of_its_own() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        // 23:30 UTC on 30 November is 1 December in Berlin.
        for wall in ["2026-11-30T23:59:59", "2026-12-01T00:30:00"] {
            log.append(outcomes()[5].clone(), &at(wall)).unwrap();
        }
        let names: Vec<_> = files(&paths)
            .iter()
            .map(|file| file.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["2026-11.jsonl", "2026-12.jsonl"]);
        assert_eq!(log.read().0.len(), 2);
    }

    #[test]
    fn the_device_keeps_its_folder() {
        let (_home, paths) = home();
        for _ in 0..2 {
            let mut log = Log::open(&paths);
            log.append(outcomes()[5].clone(), &noon()).unwrap();
        }
        only_file(&paths);
        fs::write(StateFile::Device.path(&paths), "../../elsewhere").unwrap();
        let mut log = Log::open(&paths);
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        assert_eq!(files(&paths).len(), 2, "a damaged id is replaced");
        assert_eq!(log.read().0.len(), 3);
    }

    #[test]
    #[cfg(unix)]
    fn files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = only_file(&paths);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        assert_eq!(mode(&paths.history()), 0o700);
        assert_eq!(mode(&StateFile::Device.path(&paths)), 0o600);
    }

    #[test]
    fn a_torn_line_is_kept_and_reported() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        let first = log.append(outcomes()[5].clone(), &noon()).unwrap();
        let file = only_file(&paths);
        add(&file, "{\"v\":1,\"id\":\"0195564b-1a2b");
        let torn = |message: String| Notice {
            file: file.clone(),
            line: 2,
            message,
        };
        assert_eq!(log.read(), (vec![first.clone()], vec![torn(TORN.into())]));

        let next = log.append(outcomes()[6].clone(), &at("2026-11-23T13:00:00"));
        let expected = vec![torn(damaged("it isn’t valid JSON"))];
        assert_eq!(log.read(), (vec![first, next.unwrap()], expected));
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().nth(1), Some("{\"v\":1,\"id\":\"0195564b-1a2b"));
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn a_whole_line_without_its_end_counts() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        let file = only_file(&paths);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.trim_end()).unwrap();
        log.append(outcomes()[6].clone(), &noon()).unwrap();
        let (entries, notices) = log.read();
        assert_eq!((entries.len(), notices), (2, vec![]));
    }

    #[test]
    fn foreign_lines_are_reported() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        let file = only_file(&paths);
        let text = fs::read_to_string(&file).unwrap();
        let other = text.replace("skipped", "ignored");
        add(&file, "\nI felt fine\r\n   \n{\"v\":9}\n");
        add(&file, &"x".repeat(3 * MAX_LINE_BYTES));
        add(&file, &format!("\n{text}{other}"));
        let (entries, notices) = log.read();
        assert_eq!(entries.len(), 1);
        let messages: Vec<_> = notices
            .iter()
            .map(|notice| (notice.line, &notice.message[..]))
            .collect();
        assert_eq!(
            messages,
            [
                (
                    3,
                    "this line cannot be read (it isn’t valid JSON); it is kept but skipped"
                ),
                (
                    5,
                    "a newer version wrote this line (it has version 9); it is kept but skipped"
                ),
                (
                    6,
                    "this line cannot be read (it is longer than 64 KiB); it is kept but skipped"
                ),
                (
                    8,
                    "another line has the same id but different content; this one is kept but skipped"
                ),
            ]
        );
        assert!(notices[0].to_string().ends_with(
            ".jsonl:3: this line cannot be read (it isn’t valid JSON); it is kept but skipped"
        ));
    }

    #[test]
    fn a_shared_folder_is_read_as_one() {
        let (_home, paths) = home();
        let mut here = Log::open(&paths);
        let other_state = Paths {
            state: paths.state.join("other"),
            ..paths.clone()
        };
        let mut there = Log::open(&other_state);
        let one = there.append(outcomes()[1].clone(), &at("2026-11-23T09:00:00"));
        let two = here.append(outcomes()[2].clone(), &at("2026-11-23T10:00:00"));
        let three = there.append(outcomes()[3].clone(), &at("2026-11-23T11:00:00"));
        for file in files(&paths) {
            // A conflict copy, as made by a sync program.
            fs::copy(&file, file.with_extension("sync-conflict-1.jsonl")).unwrap();
            fs::write(file.with_extension("txt"), "notes").unwrap();
        }
        let expected = [one, two, three].map(Result::unwrap).to_vec();
        assert_eq!(here.read(), (expected, vec![]));
    }

    #[test]
    fn two_writers_never_mix_their_lines() {
        let (_home, paths) = home();
        Log::open(&paths)
            .append(outcomes()[0].clone(), &noon())
            .unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut log = Log::open(&paths);
                    for _ in 0..50 {
                        log.append(outcomes()[1].clone(), &noon()).unwrap();
                    }
                });
            }
        });
        let (entries, notices) = Log::open(&paths).read();
        assert_eq!((entries.len(), notices), (201, vec![]));
        only_file(&paths);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_reported() {
        let (_home, paths) = home();
        let mut log = Log::open(&paths);
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        let folder = only_file(&paths).parent().unwrap().to_owned();
        std::os::unix::fs::symlink("/dev/full", folder.join("2027-01.jsonl")).unwrap();
        let error = log.append(outcomes()[5].clone(), &at("2027-01-01T12:00:00"));
        let report = format!("{:#}", error.unwrap_err());
        assert!(
            report.starts_with("this could not be added to your history: "),
            "{report}"
        );
        assert!(report.contains("No space left on device"), "{report}");
        log.append(outcomes()[5].clone(), &noon()).unwrap();
        let (entries, notices) = log.read();
        assert_eq!((entries.len(), notices.len()), (2, 1));
    }

    #[test]
    fn a_folder_that_cannot_be_created_is_reported() {
        let (home, paths) = home();
        fs::write(home.path().join("data"), "in the way").unwrap();
        let mut log = Log::open(&paths);
        let error = log.append(outcomes()[5].clone(), &noon()).unwrap_err();
        assert!(
            format!("{error:#}").contains("cannot be created"),
            "{error:#}"
        );
        let (entries, notices) = log.read();
        // Windows reports a missing folder in this case, which counts as an empty history.
        let expected = usize::from(cfg!(unix));
        assert_eq!((entries.len(), notices.len()), (0, expected));
    }
}
