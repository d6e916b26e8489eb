//! The format of a line of the history.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::{NoContext, Uuid};

use crate::lang::{mark, tr};
use crate::reason;
use crate::schedule::Outcome;
use crate::text::clip;
use crate::time;

/// The version of the lines that are written, and the newest that can be read.
pub const VERSION: u64 = 1;

/// An entry: one line of the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The version of the line: [`VERSION`].
    pub v: u64,
    /// The id (UUID version 7). Lines with the same id are copies of the same entry.
    pub id: Uuid,
    /// The time of the entry.
    pub t: Timestamp,
    /// The IANA name of the time zone of the user at that time, or the UTC offset if the zone has no name.
    pub tz: String,
    /// The event that the entry records.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Fields that are unknown to this version. They are preserved.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The result of parsing a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// The entry of a valid line.
    Entry(Box<Entry>),
    /// A line written by a newer version of the program, with the difference found.
    Newer(String),
    /// A line that cannot be parsed, with the reason.
    Damaged(String),
}

/// The fields that all lines have in common.
#[derive(Deserialize)]
struct Head {
    id: Uuid,
    t: Timestamp,
    tz: String,
}

impl Entry {
    /// Creates an entry for `outcome` at the given time, with a new id.
    #[must_use]
    pub fn new(outcome: Outcome, at: &ZonedDateTime) -> Self {
        let t = at.timestamp();
        Self {
            v: VERSION,
            id: id_at(t),
            t,
            tz: zone(at),
            outcome,
            unknown: Map::new(),
        }
    }

    /// Returns the time in the time zone of the entry, or in UTC if that zone is unknown here.
    #[must_use]
    pub fn local(&self) -> ZonedDateTime {
        local(self.t, &self.tz)
    }
}

fn local(t: Timestamp, tz: &str) -> ZonedDateTime {
    let zone = jiff::fmt::temporal::DateTimeParser::new().parse_time_zone(tz);
    t.to_zoned_datetime(zone.unwrap_or(TimeZone::UTC))
}

/// Returns the local date of a line, even if a newer version wrote it; `None` if it has none.
pub(super) fn day(line: &[u8]) -> Option<Date> {
    #[derive(Deserialize)]
    struct When {
        t: Timestamp,
        tz: String,
    }
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let When { t, tz } = serde_json::from_slice(line).ok()?;
    Some(time::day(&local(t, &tz)))
}

/// Generates a new unique id, which begins with the time.
pub(super) fn id_at(t: Timestamp) -> Uuid {
    let seconds = u64::try_from(t.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(t.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds))
}

fn zone(at: &ZonedDateTime) -> String {
    let name = at.time_zone().iana_name().map(str::to_owned);
    name.unwrap_or_else(|| at.strftime("%:z").to_string())
}

impl Line {
    /// Parses a line. Any input is accepted.
    #[must_use]
    pub fn parse(line: &[u8]) -> Self {
        // Some editors put a byte order mark at the beginning of a file.
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        match serde_json::from_slice(line.trim_ascii()) {
            Ok(Value::Object(fields)) => Self::from_fields(fields),
            Ok(_) => Self::Damaged(tr(NOT_AN_ENTRY).to_owned()),
            Err(error) => Self::Damaged(reason::of_error(&error)),
        }
    }

    fn from_fields(mut fields: Map<String, Value>) -> Self {
        let Some(version) = fields.get("v") else {
            return Self::Damaged(tr!("the key `{key}` is missing", key = "v"));
        };
        match version.as_u64() {
            Some(VERSION) => {}
            Some(newer) if newer > VERSION => {
                return Self::Newer(tr!("it has version {n}", n = newer));
            }
            Some(_) | None => {
                let value = clip(&version.to_string());
                return Self::Damaged(tr!(
                    "`{value}` is not valid for {what}",
                    value = value,
                    what = "`v`"
                ));
            }
        }
        fields.remove("v");
        let head: Map<String, Value> = ["id", "t", "tz"]
            .into_iter()
            .filter_map(|name| fields.remove_entry(name))
            .collect();
        match Head::deserialize(Value::Object(head)) {
            Ok(head) => Self::with_head(head, fields),
            Err(error) => Self::Damaged(describe(&error)),
        }
    }

    fn with_head(head: Head, mut fields: Map<String, Value>) -> Self {
        let outcome = match Outcome::deserialize(&fields) {
            Ok(outcome) => outcome,
            Err(error) => return Self::newer_or_damaged(&fields, &error),
        };
        // Fields that `outcome` writes back are known; the others are kept in `unknown`.
        if let Ok(Value::Object(known_fields)) = serde_json::to_value(&outcome) {
            fields.retain(|name, _| !known_fields.contains_key(name));
        }
        Self::Entry(Box::new(Entry {
            v: VERSION,
            id: head.id,
            t: head.t,
            tz: head.tz,
            outcome,
            unknown: fields,
        }))
    }

    fn newer_or_damaged(fields: &Map<String, Value>, error: &serde_json::Error) -> Self {
        match fields.get("kind").and_then(Value::as_str) {
            Some(kind) if !KINDS.contains(&kind) => {
                // Enough to recognize it; a damaged line may contain anything.
                let kind: String = kind.chars().take(40).collect();
                Self::Newer(tr!("it is of the kind `{kind}`", kind = kind))
            }
            Some(_) | None => Self::Damaged(describe(error)),
        }
    }
}

const NOT_AN_ENTRY: &str = mark("it isn’t an entry of the history");

/// Describes why the fields are not an entry. Messages of the libraries that parse times and ids aren't shown: they aren't translated.
fn describe(error: &serde_json::Error) -> String {
    reason::of_serde(&error.to_string()).unwrap_or_else(|| tr(NOT_AN_ENTRY).to_owned())
}

/// The kinds that are known to this version: the serialized names of [`Outcome`].
const KINDS: [&str; 11] = [
    "asked", "done", "partly", "exercise", "snoozed", "skipped", "ignored", "rested", "sat",
    "held", "check-in",
];

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routine::{Kind, Portion, Side};
    use crate::schedule::{Feeling, Hold, Reminder};

    /// An example of each kind.
    pub(in crate::history) fn outcomes() -> [Outcome; 11] {
        let (reminder, routine) = (Reminder::Stretch, "desk".to_owned());
        [
            Outcome::Asked {
                reminder,
                short: false,
            },
            Outcome::Done {
                routine: routine.clone(),
                seconds: 222,
            },
            Outcome::Partly {
                routine: routine.clone(),
                seconds: 61,
                total: 222,
            },
            Outcome::Exercise {
                routine: routine.clone(),
                portion: Portion {
                    exercise: "arm-and-leg-raise".to_owned(),
                    seconds: 200,
                    total: 248,
                    sets: [0, 1],
                    reps: [16, 20],
                    sides: [(Side::Left, [8, 10]), (Side::Right, [8, 10])].into(),
                    phases: [(Kind::Ready, [1, 1]), (Kind::Hold, [16, 20])].into(),
                },
            },
            Outcome::Snoozed {
                reminder,
                seconds: 600,
            },
            Outcome::Skipped { reminder },
            Outcome::Ignored { reminder },
            Outcome::Rested {
                seconds: 900,
                sat: 1740,
            },
            Outcome::Sat {
                seconds: 1140,
                ago: 61,
                total: 1740,
            },
            Outcome::Held {
                reasons: vec![Hold::Call, Hold::DoNotDisturb],
                seconds: 1260,
                ago: 0,
            },
            Outcome::CheckIn {
                routine,
                feeling: Feeling::Better,
            },
        ]
    }

    fn berlin() -> ZonedDateTime {
        "2026-03-02T09:30:00.25+01:00[Europe/Berlin]"
            .parse()
            .unwrap()
    }

    fn damaged(line: &str) -> String {
        match Line::parse(line.as_bytes()) {
            Line::Damaged(why) => why,
            Line::Entry(_) | Line::Newer(_) => panic!("this is read as undamaged: {line}"),
        }
    }

    #[test]
    fn every_kind_reads_back_as_it_was_written() {
        for (outcome, kind) in outcomes().into_iter().zip(KINDS) {
            let entry = Entry::new(outcome, &berlin());
            let line = serde_json::to_string(&entry).unwrap();
            assert!(line.contains(&format!("\"kind\":\"{kind}\"")), "{line}");
            assert_eq!(Line::parse(line.as_bytes()), Line::Entry(Box::new(entry)));
        }
    }

    #[test]
    fn an_entry_is_written_with_time_and_time_zone() {
        let mut entry = Entry::new(outcomes()[5].clone(), &berlin());
        entry.id = Uuid::nil();
        assert_eq!(
            serde_json::to_string(&entry).unwrap(),
            r#"{"v":1,"id":"00000000-0000-0000-0000-000000000000","t":"2026-03-02T08:30:00.25Z","tz":"Europe/Berlin","kind":"skipped","reminder":"stretch"}"#
        );
        assert_eq!(entry.local(), berlin());
    }

    #[test]
    fn an_exercise_is_a_short_line() {
        let mut entry = Entry::new(outcomes()[3].clone(), &berlin());
        entry.id = Uuid::nil();
        let line = serde_json::to_string(&entry).unwrap();
        assert_eq!(
            line,
            concat!(
                r#"{"v":1,"id":"00000000-0000-0000-0000-000000000000","t":"2026-03-02T08:30:00.25Z","tz":"Europe/Berlin","#,
                r#""kind":"exercise","routine":"desk","exercise":"arm-and-leg-raise","seconds":200,"total":248,"sets":[0,1],"#,
                r#""reps":[16,20],"sides":{"left":[8,10],"right":[8,10]},"phases":{"ready":[1,1],"hold":[16,20]}}"#
            )
        );
        assert!(line.len() < 400);
    }

    #[test]
    fn ids_are_unique_and_contain_the_time() {
        let at = berlin();
        let (first, second) = (id_at(at.timestamp()), id_at(at.timestamp()));
        assert_ne!(first, second);
        assert_eq!(first.get_version_num(), 7);
        assert_eq!(first.get_timestamp().unwrap().to_unix().0, 1_772_440_200);
    }

    #[test]
    fn a_time_zone_without_a_name_is_stored_as_offset() {
        let at: ZonedDateTime = "2026-03-02T09:30:00+05:45[+05:45]".parse().unwrap();
        let entry = Entry::new(outcomes()[5].clone(), &at);
        assert_eq!(entry.tz, "+05:45");
        assert_eq!(entry.local().datetime(), at.datetime());
    }

    #[test]
    fn an_unknown_time_zone_falls_back_to_utc() {
        let mut entry = Entry::new(outcomes()[5].clone(), &berlin());
        entry.tz = "Mars/Olympus".to_owned();
        assert_eq!(
            entry.local().to_string(),
            "2026-03-02T08:30:00.25+00:00[UTC]"
        );
    }

    #[test]
    fn unknown_fields_are_preserved() {
        let line = r#"{"v":1,"id":"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5","t":"2026-03-02T08:30:00Z","tz":"Europe/Berlin","kind":"skipped","reminder":"stand","mood":{"a":[1]}}"#;
        let Line::Entry(entry) = Line::parse(line.as_bytes()) else {
            panic!()
        };
        assert_eq!(serde_json::to_string(&entry).unwrap(), line);
        assert_eq!(entry.unknown.keys().collect::<Vec<_>>(), ["mood"]);
    }

    #[test]
    fn lines_of_newer_versions_are_not_damaged() {
        assert_eq!(
            Line::parse(br#"{"v":2,"what":"ever"}"#),
            Line::Newer("it has version 2".into())
        );
        let line = r#"{"v":1,"id":"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5","t":"2026-03-02T08:30:00Z","tz":"UTC","kind":"weighed","kg":70}"#;
        assert_eq!(
            Line::parse(line.as_bytes()),
            Line::Newer("it is of the kind `weighed`".into())
        );
    }

    /// Users and scripts that write lines need to supply only what the statistics use.
    #[test]
    fn optional_fields_may_be_missing() {
        let head = r#""v":1,"id":"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5","t":"2026-03-02T08:30:00Z","tz":"UTC""#;
        let read = |rest: &str| match Line::parse(format!("{{{head},{rest}}}").as_bytes()) {
            Line::Entry(entry) => entry.outcome,
            other @ (Line::Newer(_) | Line::Damaged(_)) => panic!("{other:?}"),
        };
        assert_eq!(
            read(r#""kind":"asked","reminder":"stand""#),
            Outcome::Asked {
                reminder: Reminder::Stand,
                short: false
            }
        );
        let exercise = r#""kind":"exercise","routine":"desk","exercise":"cat-cow","seconds":60,"total":60,"sets":[1,1],"reps":[5,5]"#;
        let Outcome::Exercise { portion, .. } = read(exercise) else {
            panic!()
        };
        assert!(portion.is_done() && portion.sides.is_empty() && portion.phases.is_empty());
    }

    #[test]
    fn damaged_lines_give_a_reason() {
        assert_eq!(damaged(r#"{"v":1,"id":"0195"#), "it isn’t valid JSON");
        assert_eq!(damaged("hello"), "it isn’t valid JSON");
        assert_eq!(damaged("[1]"), "it isn’t an entry of the history");
        assert_eq!(damaged("{}"), "the key `v` is missing");
        assert_eq!(damaged(r#"{"v":0}"#), "`0` is not valid for `v`");
        assert_eq!(damaged(r#"{"v":"1"}"#), "`\"1\"` is not valid for `v`");
        assert_eq!(damaged(r#"{"v":1}"#), "the key `id` is missing");
        let line = r#"{"v":1,"id":"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5","t":"2026-03-02T08:30:00Z","tz":"UTC","kind":"skipped"}"#;
        assert_eq!(damaged(line), "the key `reminder` is missing");
        let why = damaged(&line.replace("03-02", "13-02"));
        assert_eq!(why, "it isn’t an entry of the history");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Line::parse(&bytes);
        }

        #[test]
        fn a_line_that_is_cut_or_changed_is_read_without_harm(kind in 0..11usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
            let entry = Entry::new(outcomes()[kind].clone(), &berlin());
            let mut line = serde_json::to_vec(&entry).unwrap();
            let at = at.index(line.len());
            if cut {
                line.truncate(at);
                prop_assert!(matches!(Line::parse(&line), Line::Damaged(_)));
            } else {
                line[at] = byte;
                let _ = Line::parse(&line);
            }
        }
    }
}
