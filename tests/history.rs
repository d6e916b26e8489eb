//! The history under failures: killed while writing, disk full, read-only, two writers at once, a gigabyte of garbage.
//!
//! An acknowledged entry is never lost, and the file stays readable and writable. Some tests start this test program again as
//! a child process and kill it; `UNHUNCH_KILLS=3000 cargo test --test history` sets the number of kills.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use unhunch::history::{Entry, Log};
use unhunch::paths::Paths;
use unhunch::schedule::{Outcome, Reminder};
use unhunch::time::Moment;

/// Environment variable of the child process: `read`, or the number of entries to append.
const DOES: &str = "UNHUNCH_TEST_DOES";
/// Environment variable of the child process: its home folder.
const HOME: &str = "UNHUNCH_TEST_HOME";
/// Environment variable of the child process: the maximum length of a file, in bytes.
const LIMIT: &str = "UNHUNCH_TEST_LIMIT";

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

fn skipped() -> Outcome {
    Outcome::Skipped {
        reminder: Reminder::Stretch,
    }
}

fn append(home: &Path) -> anyhow::Result<Entry> {
    Log::open(&Paths::under(home)).append(skipped(), &noon())
}

/// The ids of all readable entries, and the number of notices about unreadable lines.
fn read(home: &Path) -> (BTreeSet<String>, usize) {
    let (entries, notices) = Log::open(&Paths::under(home)).read();
    let ids = entries.iter().map(|entry| entry.id.to_string());
    (ids.collect(), notices.len())
}

fn only_file(home: &Path) -> PathBuf {
    let folders = fs::read_dir(Paths::under(home).history()).unwrap();
    let folder = folders.map(|folder| folder.unwrap().path()).next().unwrap();
    let files = fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).next().unwrap()
}

/// Not a test of its own: the child process of other tests, which is killed in most of them.
#[test]
fn child_process() {
    let Some(does) = std::env::var_os(DOES) else {
        return;
    };
    let home = PathBuf::from(std::env::var_os(HOME).unwrap());
    if does == "read" {
        let (ids, notices) = read(&home);
        println!("\n{} {notices} {}", ids.len(), most_memory());
        return;
    }
    if let Some(limit) = std::env::var(LIMIT)
        .ok()
        .and_then(|limit| limit.parse().ok())
    {
        let most = |bytes| Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        setrlimit(Resource::Core, most(0)).unwrap();
        setrlimit(Resource::Fsize, most(limit)).unwrap();
    }
    println!();
    let mut log = Log::open(&Paths::under(&home));
    let times: usize = does.to_str().unwrap().parse().unwrap();
    for _ in 0..times {
        let entry = log.append(skipped(), &noon()).unwrap();
        println!("{}", entry.id);
    }
}

/// The peak memory of this process, in kB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn start(does: &str, home: &Path, limit: Option<u64>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    if let Some(limit) = limit {
        command.env(LIMIT, limit.to_string());
    }
    command
        .args([
            "child_process",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(DOES, does)
        .env(HOME, home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The ids that a process has printed completely. An entry whose line was cut off may have been written, but nobody was told.
fn acknowledged(lines: impl Iterator<Item = String>) -> Vec<String> {
    lines
        .filter(|line| line.len() == 36 && line.matches('-').count() == 4)
        .collect()
}

fn printed_ids(child: Child) -> Vec<String> {
    let output = child.wait_with_output().unwrap();
    acknowledged(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned),
    )
}

#[test]
fn a_kill_at_any_byte_loses_at_most_the_line_being_written() {
    let home = tempfile::tempdir().unwrap();
    let mut written = BTreeSet::new();
    for _ in 0..2 {
        written.insert(append(home.path()).unwrap().id.to_string());
    }
    let file = only_file(home.path());
    let content = fs::read(&file).unwrap();
    let line = content.len() as u64 / 2;
    for byte in 0..=line {
        fs::write(&file, &content).unwrap();
        let limit = content.len() as u64 + byte;
        let acknowledged = printed_ids(start("1", home.path(), Some(limit)));
        assert_eq!(
            acknowledged.len(),
            usize::from(byte == line),
            "{byte} of {line}"
        );
        assert_eq!(fs::metadata(&file).unwrap().len(), limit);
        let (ids, notices) = read(home.path());
        let mut expected = written.clone();
        expected.extend(acknowledged);
        // A line that only lacks its line end is read, although it was not acknowledged.
        let lacks_end = byte + 1 == line;
        assert!(ids.is_superset(&expected), "{byte} of {line}");
        assert_eq!(ids.len(), expected.len() + usize::from(lacks_end));
        assert_eq!(
            notices,
            usize::from(byte > 0 && byte + 1 < line),
            "{byte} of {line}"
        );
        // More entries can be appended.
        let next = append(home.path()).unwrap().id.to_string();
        let (after, _) = read(home.path());
        assert!(after.is_superset(&ids) && after.contains(&next));
    }
}

#[test]
fn acknowledged_entries_survive_any_number_of_kills() {
    let home = tempfile::tempdir().unwrap();
    let kills = std::env::var("UNHUNCH_KILLS").ok();
    let kills: u64 = kills.and_then(|kills| kills.parse().ok()).unwrap_or(150);
    let mut all = BTreeSet::new();
    for kill in 0..kills {
        let mut child = start("1000000", home.path(), None);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = Vec::new();
        let wanted = usize::try_from(kill % 4).unwrap();
        while acknowledged(heard.iter().cloned()).len() < wanted {
            heard.push(lines.next().unwrap().unwrap());
        }
        // The delays are spread over 4 ms by steps of a prime number, so that they rarely repeat.
        std::thread::park_timeout(Duration::from_micros(kill * 7919 % 4001));
        child.kill().unwrap();
        child.wait().unwrap();
        heard.extend(lines.map_while(Result::ok));
        all.extend(acknowledged(heard.into_iter()));
    }
    assert!(all.len() as u64 > kills, "{} in {kills} runs", all.len());
    let (ids, notices) = read(home.path());
    assert!(
        ids.is_superset(&all),
        "{} are lost",
        all.difference(&ids).count()
    );
    assert!(notices as u64 <= kills, "{notices} torn lines of {kills}");
}

#[test]
fn two_processes_do_not_mix_their_lines() {
    let home = tempfile::tempdir().unwrap();
    append(home.path()).unwrap();
    let both = [(); 2].map(|()| start("200", home.path(), None));
    let printed: BTreeSet<String> = both.into_iter().flat_map(printed_ids).collect();
    assert_eq!(printed.len(), 400);
    let (ids, notices) = read(home.path());
    assert!(ids.is_superset(&printed));
    assert_eq!((ids.len(), notices), (401, 0));
}

#[test]
fn a_clock_set_back_does_not_corrupt_the_history() {
    let home = tempfile::tempdir().unwrap();
    let mut log = Log::open(&Paths::under(home.path()));
    let mut written = Vec::new();
    for wall in [
        "2026-11-23T12:00:00",
        "2026-11-23T11:00:00",
        "2025-01-01T00:00:00",
        "1970-01-01T01:00:00",
        "2026-11-23T12:00:00",
    ] {
        written.push(log.append(skipped(), &at(wall)).unwrap());
    }
    written.sort_by_key(|entry| entry.t);
    assert_eq!(log.read(), (written, vec![]));
}

#[test]
fn changes_by_an_editor_are_tolerated() {
    let home = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        append(home.path()).unwrap();
    }
    let file = only_file(home.path());
    let text = fs::read_to_string(&file).unwrap();
    let (ids, _) = read(home.path());
    let lines: Vec<&str> = text.lines().collect();
    let edited = [
        // A byte order mark, CRLF line ends, and no line end at the end of the file.
        format!("\u{feff}{}", lines.join("\r\n")),
        format!("\n\n  {}\n\t\n{}\n", lines.join(" \n\n"), lines[0]),
        format!("{}\n{}\n{}", lines[2], lines[1], lines[0]),
    ];
    for text in edited {
        fs::write(&file, &text).unwrap();
        assert_eq!(read(home.path()), (ids.clone(), 0), "{text:?}");
        let added = append(home.path()).unwrap().id.to_string();
        let (after, notices) = read(home.path());
        assert!(after.is_superset(&ids) && after.contains(&added));
        assert_eq!(notices, 0);
    }
    fs::write(&file, format!("{}\nI felt fine\n{}\n", lines[0], lines[1])).unwrap();
    let (after, notices) = read(home.path());
    assert_eq!((after.len(), notices), (2, 1));
}

#[test]
fn a_gigabyte_of_garbage_is_skipped_in_little_memory() {
    let home = tempfile::tempdir().unwrap();
    append(home.path()).unwrap();
    let file = only_file(home.path());
    let line = fs::read(&file).unwrap();
    let mut out = OpenOptions::new().write(true).open(&file).unwrap();
    // A gigabyte without a line end, most of it a hole; then random bytes, and a million short lines.
    out.set_len(1 << 30).unwrap();
    out.seek(SeekFrom::End(0)).unwrap();
    let mut noise = vec![0; 16 << 20];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut noise)
        .unwrap();
    out.write_all(&noise).unwrap();
    out.write_all(&b"{}\n".repeat(1 << 20)).unwrap();
    drop(out);
    let added = append(home.path()).unwrap().id.to_string();
    let (ids, _) = read(home.path());
    assert!(ids.contains(&added) && ids.len() == 2);
    assert!(line.len() < 1000);
    let output = start("read", home.path(), None).wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = output
        .lines()
        .filter_map(|line| line.split(' ').map(|word| word.parse().ok()).collect())
        .find(|numbers: &Vec<u64>| numbers.len() == 3)
        .expect("what it read");
    assert_eq!(numbers[0], 2);
    assert!(numbers[1] <= 22, "{} notices", numbers[1]);
    assert!(numbers[2] < 64 << 10, "{} kB of memory", numbers[2]);
}

/// A mounted tmpfs, which is unmounted when this is dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount(options: &str) -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "unhunch-test"])
            .arg(place.path())
            .output();
        match output {
            Ok(output) if output.status.success() => Some(Self(place)),
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr);
                eprintln!("skipped, no disk can be mounted here: {}", why.trim());
                None
            }
            Err(error) => {
                eprintln!("skipped, there is no `mount`: {error}");
                None
            }
        }
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.0.path())
            .status();
        assert!(done.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_an_error_and_loses_no_entries() {
    let Some(disk) = Disk::mount("size=256k") else {
        return;
    };
    let home = disk.0.path();
    let mut all = BTreeSet::new();
    all.insert(append(home).unwrap().id.to_string());
    let ballast = home.join("ballast");
    let mut full = File::create(&ballast).unwrap();
    while full.write_all(&[0; 512]).is_ok() {}
    drop(full);
    let error = loop {
        match append(home) {
            Ok(entry) => all.insert(entry.id.to_string()),
            Err(error) => break format!("{error:#}"),
        };
    };
    assert!(error.contains("No space left on device"), "{error}");
    assert!(append(home).is_err());
    let (ids, notices) = read(home);
    assert!(ids.is_superset(&all) && notices <= 1);
    fs::remove_file(ballast).unwrap();
    all.insert(append(home).unwrap().id.to_string());
    let (ids, notices) = read(home);
    assert!(ids.is_superset(&all) && notices <= 1, "{notices}");
}

#[test]
fn a_read_only_home_is_an_error_but_stays_readable() {
    let Some(disk) = Disk::mount("size=256k") else {
        return;
    };
    let home = disk.0.path();
    let id = append(home).unwrap().id.to_string();
    disk.remount("ro");
    let error = format!("{:#}", append(home).unwrap_err());
    assert!(
        error.starts_with("this could not be added to your history: ")
            && error.contains("Read-only file system"),
        "{error}"
    );
    assert_eq!(read(home), ([id.clone()].into(), 0));
    let before = "2027-01-01".parse().unwrap();
    let mut log = Log::open(&Paths::under(home));
    assert!(log.forget(before, true).is_err());
    assert_eq!(read(home), ([id].into(), 0));
    disk.remount("rw");
    append(home).unwrap();
}
