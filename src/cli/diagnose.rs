//! `unhunch diagnose`: shows which part of the desktop provides which information. The output names no files and no
//! activities of the user, so that it can be pasted into a bug report.

use std::collections::BTreeMap;
use std::env;

use super::{DONE, FAILED, ask_status, print};
#[cfg(target_os = "linux")]
use crate::app;
#[cfg(target_os = "linux")]
use crate::config::load;
use crate::ipc::{Problem, Sources, Status};
use crate::lang::{tr, trn};
#[cfg(target_os = "linux")]
use crate::notify::Allowed;
use crate::paths;
#[cfg(target_os = "linux")]
use crate::paths::Paths;
#[cfg(target_os = "linux")]
use crate::schedule::Hold;
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
    let status = match ask_status() {
        Ok(status) => status,
        Err(code) => return code,
    };
    let (status, now) = answers(status);
    let mut well = true;
    let mut text = heading(&status);
    for question in questions(&status.sources) {
        let (said, answered) = question_text(&question, now.0.get(question.name));
        well &= answered;
        text += &said;
    }
    for note in notes(&status) {
        text += &format!("  {note}\n");
    }
    let (mistakes, others) = problems(&status.problems);
    if mistakes > 0 {
        well = false;
        let what = trn!(
            mistakes,
            "{n} mistake: see `unhunch config check`.",
            "{n} mistakes: see `unhunch config check`."
        );
        text += &format!("! {}\n    {what}\n", tr("Are your settings in order?"));
    }
    for other in others {
        well = false;
        text += &format!("! {other}\n");
    }
    text += if well {
        tr("Everything works.")
    } else {
        tr("Everything works except what is marked with “!”.")
    };
    text.push('\n');
    text += tr("For a log of what Unhunch does, quit it and run `unhunch run --log debug`.");
    text.push('\n');
    let printed = print(&text);
    if printed == DONE && !well {
        FAILED
    } else {
        printed
    }
}

/// Returns notes for the user that are not about a fault.
fn notes(status: &Status) -> Vec<String> {
    let update = status.is_updated.then(update_sentence);
    let sandbox = paths::is_flatpak().then(|| {
        tr("Flatpak hides from Unhunch if a camera is in use, and on GNOME if Do Not Disturb is on: pause Unhunch yourself then")
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

/// The current answers, including those that are determined on the spot.
#[cfg(target_os = "linux")]
fn answers(mut status: Status) -> (Status, Answers) {
    let mut now = Answers::of(&status);
    now.ask(&mut status.sources);
    (status, now)
}

#[cfg(not(target_os = "linux"))]
fn answers(status: Status) -> (Status, Answers) {
    let now = Answers::of(&status);
    (status, now)
}

/// The current answers, as sentences, by the name of the question.
struct Answers(BTreeMap<&'static str, Vec<String>>);

impl Answers {
    /// The answers known to the running program.
    fn of(status: &Status) -> Self {
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

    /// Determines now what the program checks only when a reminder is due.
    #[cfg(target_os = "linux")]
    fn ask(&mut self, sources: &mut Sources) {
        if matches!(sources.quiet, Source::None(_)) {
            return;
        }
        let Ok(paths) = Paths::find() else { return };
        let settings = load::load(&paths, None, &[]).settings;
        let now = app::query_desktop(&settings, sources.notifications == Source::Present);
        self.0
            .insert("quiet", quiet_now(&now, settings.quiet.microphone));
        sources.quiet = Source::all(&now.sources);
        if let Some(server) = now.server {
            sources.notifications = match server.allowed {
                Allowed::Nothing => Source::None(Absence::SwitchedOff),
                Allowed::Banners | Allowed::ListOnly => Source::Named(server.name),
            };
            let buttons = if server.actions {
                tr("Reminders have buttons, or can be clicked.")
            } else {
                tr("Reminders have no buttons here: answer in the tray menu or with `unhunch`.")
            };
            let mut lines = vec![buttons.to_owned()];
            if server.allowed == Allowed::ListOnly {
                lines.push(
                    tr("Your desktop’s settings for Unhunch put reminders in the notification list, without a banner.")
                        .to_owned(),
                );
            }
            self.0.insert("notifications", lines);
        }
    }
}

#[cfg(target_os = "linux")]
fn quiet_now(now: &app::DesktopReport, microphone: bool) -> Vec<String> {
    let holds: Vec<String> = now.holds.iter().map(Hold::label).collect();
    let mut said = vec![if holds.is_empty() {
        tr("Now: no reason to wait.").to_owned()
    } else {
        tr!("Now: {holds}.", holds = holds.join(", "))
    }];
    if microphone && !now.sources.contains(&"microphone") {
        said.push(tr("No sound server reports when a microphone is in use.").to_owned());
    }
    said
}

fn heading(status: &Status) -> String {
    format!(
        "Unhunch {}, {}{}\n{}\n",
        status.version,
        env::consts::OS,
        desktop(),
        tr!("{sentence}.", sentence = status.why)
    )
}

/// The name of the desktop, on systems that have more than one.
fn desktop() -> String {
    if !cfg!(target_os = "linux") {
        return String::new();
    }
    let named = |name: &str| env::var(name).unwrap_or_else(|_| "?".to_owned());
    let (desktop, kind) = (named("XDG_CURRENT_DESKTOP"), named("XDG_SESSION_TYPE"));
    format!(", {desktop} ({kind})")
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
            remedy: if cfg!(target_os = "linux") {
                tr("Install a notification server, such as dunst or mako.")
            } else {
                tr("The tray icon shows that a reminder is due; answer it in its menu.")
            },
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
    let mut said = format!("{mark} {}\n    {answer}\n", question.text);
    for sentence in question.explained(now.map_or(&[], Vec::as_slice)) {
        said += &format!("    {sentence}\n");
    }
    (said, !poorly)
}
