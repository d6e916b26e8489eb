//! `unhunch diagnose`: shows which part of the desktop provides which information. The output names no files and no
//! activities of the user, so that it can be pasted into a bug report.

#[cfg(target_os = "linux")]
#[path = "diagnose/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "diagnose/native.rs"]
mod system;

use std::collections::BTreeMap;
use std::env;

use super::{DONE, FAILED, print, request_status};
use crate::ipc::{Problem, Sources, Status};
use crate::lang::{tr, trn};
use crate::paths;
use crate::source::{Absence, Source};
use crate::tray::update_sentence;

/// A question, in the words of the user.
struct Question<'a> {
    /// The name in `status`.
    name: &'static str,
    source: &'a Source,
    text: &'static str,
    /// The consequence of having no source, and the remedy.
    remedy: &'static str,
    /// A limit of this source that the user should know.
    note: Option<&'static str>,
}

/// The quality of the answer to a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AnswerQuality {
    Well,
    /// Not at all, or only roughly.
    Poorly,
    /// Not applicable, as in a terminal.
    NotApplicable,
}

impl Question<'_> {
    fn answered(&self) -> AnswerQuality {
        match self.source {
            Source::None(Absence::Headless | Absence::NoScreen) if self.name != "idle" => {
                AnswerQuality::NotApplicable
            }
            Source::None(_) | Source::NoTray | Source::Clock(_) => AnswerQuality::Poorly,
            Source::Named(_) | Source::Shown | Source::Present => AnswerQuality::Well,
        }
    }

    /// The lines below the answer.
    fn explained(&self, now: &[String]) -> Vec<String> {
        let note = self.note.map(str::to_owned);
        match self.answered() {
            AnswerQuality::Well => now.iter().cloned().chain(note).collect(),
            AnswerQuality::Poorly => vec![note.unwrap_or_else(|| self.remedy.to_owned())],
            AnswerQuality::NotApplicable => Vec::new(),
        }
    }
}

pub(super) fn run() -> u8 {
    let mut status = match request_status() {
        Ok(status) => status,
        Err(code) => return code,
    };
    let mut now = Answers::from_status(&status);
    system::add_live_answers(&mut now, &mut status.sources);
    let mut everything_works = true;
    let mut text = heading(&status);
    for question in questions(&status.sources) {
        let (answer, answered) = question_text(&question, now.0.get(question.name));
        everything_works &= answered;
        text += &answer;
    }
    for note in notes(&status) {
        text += &format!("  {note}\n");
    }
    let (mistakes, others) = problems(&status.problems);
    if mistakes > 0 {
        everything_works = false;
        let message = trn!(
            mistakes,
            "{n} mistake: see `unhunch config check`.",
            "{n} mistakes: see `unhunch config check`."
        );
        text += &format!("! {}\n    {message}\n", tr("Are your settings in order?"));
    }
    for other in others {
        everything_works = false;
        text += &format!("! {other}\n");
    }
    text += if everything_works {
        tr("Everything works.")
    } else {
        tr("Everything works except what is marked with “!”.")
    };
    text.push('\n');
    text += tr("For a log of what Unhunch does, quit it and run `unhunch run --log debug`.");
    text.push('\n');
    let printed = print(&text);
    if printed == DONE && !everything_works {
        FAILED
    } else {
        printed
    }
}

/// Returns notes for the user that are not about a fault.
fn notes(status: &Status) -> Vec<String> {
    let update = status.is_updated.then(update_sentence);
    let sandbox = paths::is_flatpak().then(|| {
        tr("Flatpak hides from Unhunch whether a camera is in use and, on GNOME, whether Do Not Disturb is on: pause Unhunch yourself then")
    });
    let notes = update.into_iter().chain(sandbox);
    notes
        .map(|note| tr!("{sentence}.", sentence = note))
        .collect()
}

/// The number of mistakes in files, and the other problems.
fn problems(all: &[Problem]) -> (u64, Vec<&str>) {
    let others: Vec<&str> = all
        .iter()
        .filter_map(|problem| match problem {
            Problem::File(_) => None,
            Problem::Other { what, .. } => Some(what.as_str()),
        })
        .collect();
    ((all.len() - others.len()) as u64, others)
}

/// The current answers, as sentences, by the name of the question.
struct Answers(BTreeMap<&'static str, Vec<String>>);

impl Answers {
    /// The answers known to the running program.
    fn from_status(status: &Status) -> Self {
        let idle = match status.away_since {
            Some(since) => {
                let since = since
                    .timestamp()
                    .to_zoned_datetime(jiff::tz::TimeZone::system());
                tr!("Now: no one, since {time}.", time = since.strftime("%H:%M"))
            }
            None => tr("Now: someone is there.").to_owned(),
        };
        let session = if status.locked {
            tr("Now: locked.")
        } else {
            tr("Now: unlocked.")
        };
        Self(BTreeMap::from([
            ("idle", vec![idle]),
            ("session", vec![session.to_owned()]),
        ]))
    }
}

fn heading(status: &Status) -> String {
    format!(
        "Unhunch {}, {}{}\n{}\n",
        status.version,
        env::consts::OS,
        system::desktop(),
        tr!("{sentence}.", sentence = status.why)
    )
}

fn questions(sources: &Sources) -> [Question<'_>; 5] {
    [
        Question {
            name: "idle",
            source: &sources.idle,
            text: tr("Is anyone using the computer?"),
            remedy: tr(
                "Time away isn’t detected: only sleep and `unhunch stood` restart your sitting time.",
            ),
            note: note_on_idle(&sources.idle),
        },
        Question {
            name: "session",
            source: &sources.session,
            text: tr("Is the session locked or the computer asleep?"),
            remedy: tr("A locked screen isn’t detected; only how long you’re away counts."),
            note: None,
        },
        Question {
            name: "quiet",
            source: &sources.quiet,
            text: tr("Should reminders wait?"),
            remedy: tr(
                "Calls and films don’t hold reminders back here: use `unhunch pause` instead.",
            ),
            note: None,
        },
        Question {
            name: "tray",
            source: &sources.tray,
            text: tr("Is the tray icon shown?"),
            remedy: tr(
                "Start Unhunch again to see its window, or add `unhunch status --watch` to your bar. On GNOME, the AppIndicator extension shows tray icons.",
            ),
            note: None,
        },
        Question {
            name: "notifications",
            source: &sources.notifications,
            text: tr("What shows the reminders?"),
            remedy: system::without_notifications(),
            note: (sources.notifications == Source::None(Absence::SwitchedOff))
                .then(|| tr("Turn on notifications for Unhunch in your desktop’s settings.")),
        },
    ]
}

/// The limits of the source of idle time, if it has any.
fn note_on_idle(source: &Source) -> Option<&'static str> {
    let Source::Named(name) = source else {
        return None;
    };
    if name.starts_with("logind") {
        Some(tr(
            "Time away is only detected once your desktop reports it to logind, which can take minutes.",
        ))
    } else if name == "wayland: ext_idle_notifier_v1 1" {
        Some(tr(
            "While a program keeps the screen on, time away isn’t detected here; that needs version 2 of the protocol.",
        ))
    } else {
        None
    }
}

/// Removes paths from an answer, because a path can identify the user.
fn redact_paths(answer: &str) -> String {
    let named = |word: &&str| word.contains("unix:") || word.contains('/');
    let words = answer
        .split(' ')
        .map(|word| if named(&word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn question_text(question: &Question<'_>, now: Option<&Vec<String>>) -> (String, bool) {
    let poorly = question.answered() == AnswerQuality::Poorly;
    let mark = if poorly { '!' } else { ' ' };
    let answer = redact_paths(&question.source.localized());
    let mut text = format!("{mark} {}\n    {answer}\n", question.text);
    for sentence in question.explained(now.map_or(&[], Vec::as_slice)) {
        text += &format!("    {sentence}\n");
    }
    (text, !poorly)
}
