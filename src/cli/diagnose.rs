//! `unhunch diagnose`: which part of the desktop answers which question. It names no file and nothing that you did, so that
//! it can be pasted into a report.

use std::collections::BTreeMap;
use std::env;

use serde_json::{Map, Value};

use super::{DONE, FAILED, ask, print};
#[cfg(target_os = "linux")]
use crate::app;
#[cfg(target_os = "linux")]
use crate::config::load;
use crate::ipc::Call;
use crate::lang::{tr, trn};
#[cfg(target_os = "linux")]
use crate::notify::{Allowed, SWITCHED_OFF};
#[cfg(target_os = "linux")]
use crate::paths::Paths;
#[cfg(target_os = "linux")]
use crate::schedule::Hold;

/// A question, as the person would put it.
struct Question {
    /// Its name in `status`.
    name: &'static str,
    asks: &'static str,
    /// What it means that nobody answers, and what would make it better.
    cure: &'static str,
    /// What is good to know of some sources, by how their answers begin.
    notes: Vec<(&'static str, &'static str)>,
}

/// How well a question is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answered {
    Well,
    /// By nobody, or by somebody who hardly knows.
    Poorly,
    /// There is nothing to be asked, as in a terminal.
    NeedNot,
}

impl Question {
    fn answered(&self, answer: &str) -> Answered {
        let poorly = ["none", "no tray", "clock"];
        match answer {
            "none: there is no screen" | "none: headless" if self.name != "idle" => {
                Answered::NeedNot
            }
            _ if poorly.iter().any(|poor| answer.starts_with(poor)) => Answered::Poorly,
            _ => Answered::Well,
        }
    }

    /// What is said below the answer.
    fn explained(&self, answer: &str, now: &[String]) -> Vec<String> {
        let notes = self
            .notes
            .iter()
            .filter(|(start, _)| answer.starts_with(start));
        let notes = notes.map(|(_, note)| (*note).to_owned());
        match self.answered(answer) {
            Answered::Well => now.iter().cloned().chain(notes).collect(),
            Answered::Poorly => {
                let notes: Vec<String> = notes.collect();
                if notes.is_empty() {
                    vec![self.cure.to_owned()]
                } else {
                    notes
                }
            }
            Answered::NeedNot => Vec::new(),
        }
    }
}

pub(super) fn run() -> u8 {
    let status = match ask(Call::Status) {
        Ok(reply) => reply.status.unwrap_or_default(),
        Err(code) => return code,
    };
    let (status, now) = answers(status);
    let mut well = true;
    let mut text = heading(&status);
    for question in questions() {
        let (said, answered) = told(&status, &question, now.0.get(question.name));
        well &= answered;
        text += &said;
    }
    let mistakes = status.get("problems").and_then(Value::as_array);
    let mistakes = mistakes.map_or(0, Vec::len) as u64;
    if mistakes > 0 {
        well = false;
        let what = trn!(
            mistakes,
            "{n} mistake: see `unhunch config check`.",
            "{n} mistakes: see `unhunch config check`."
        );
        text += &format!("! {}\n    {what}\n", tr("Are your settings in order?"));
    }
    text += if well {
        tr("All is well.")
    } else {
        tr("All goes on without what is marked with !")
    };
    text.push('\n');
    text += tr("For a log of what Unhunch does: quit it, and run `unhunch run --log debug`.");
    text.push('\n');
    let printed = print(&text);
    if printed == DONE && !well {
        FAILED
    } else {
        printed
    }
}

/// What is known now, and with it what could be asked on the spot.
#[cfg(target_os = "linux")]
fn answers(mut status: Map<String, Value>) -> (Map<String, Value>, Answers) {
    let mut now = Answers::of(&status);
    now.ask(&mut status);
    (status, now)
}

/// What is known now.
#[cfg(not(target_os = "linux"))]
fn answers(status: Map<String, Value>) -> (Map<String, Value>, Answers) {
    let now = Answers::of(&status);
    (status, now)
}

/// What the questions are answered at this moment, in a sentence each, by their names.
struct Answers(BTreeMap<&'static str, Vec<String>>);

impl Answers {
    /// What the running program knows.
    fn of(status: &Map<String, Value>) -> Self {
        let away = status.get("away_since").and_then(Value::as_str);
        let idle = match away.and_then(|since| since.parse::<jiff::Timestamp>().ok()) {
            Some(since) => {
                let since = since.to_zoned(jiff::tz::TimeZone::system());
                tr!("Now: nobody, since {time}.", time = since.strftime("%H:%M"))
            }
            None => tr("Now: somebody is there.").to_owned(),
        };
        let session = if status.get("locked").and_then(Value::as_bool) == Some(true) {
            tr("Now: locked.")
        } else {
            tr("Now: open.")
        };
        Self(BTreeMap::from([
            ("idle", vec![idle]),
            ("session", vec![session.to_owned()]),
        ]))
    }

    /// What the program asks only when a reminder is due is asked here and now.
    #[cfg(target_os = "linux")]
    fn ask(&mut self, status: &mut Map<String, Value>) {
        let Some(Value::Object(sources)) = status.get_mut("sources") else {
            return;
        };
        let said = |sources: &Map<String, Value>, name: &str| {
            let said = sources.get(name).and_then(Value::as_str);
            said.unwrap_or_default().to_owned()
        };
        if said(sources, "quiet").starts_with("none") {
            return;
        }
        let Ok(paths) = Paths::find() else { return };
        let settings = load::load(&paths, None, &[]).settings;
        let server = said(sources, "notifications") == "present";
        let now = app::now(&settings, server);
        self.0
            .insert("quiet", quiet_now(&now, settings.quiet.microphone));
        sources.insert("quiet".to_owned(), asked(&now.sources).into());
        if let Some(server) = now.server {
            let name = match server.allowed {
                Allowed::Nothing => format!("none: {SWITCHED_OFF}"),
                Allowed::Banners | Allowed::ListOnly => server.name,
            };
            sources.insert("notifications".to_owned(), name.into());
            let buttons = if server.actions {
                tr("It shows buttons, or can be clicked.")
            } else {
                tr("It has no buttons: answer in the tray menu or with `unhunch`.")
            };
            let mut told = vec![buttons.to_owned()];
            if server.allowed == Allowed::ListOnly {
                told.push(
                    tr("Your desktop puts them in its list without a banner: its settings say so for Unhunch.")
                        .to_owned(),
                );
            }
            self.0.insert("notifications", told);
        }
    }
}

#[cfg(target_os = "linux")]
fn asked(sources: &[&str]) -> String {
    if sources.is_empty() {
        "none: nothing on this desktop tells".to_owned()
    } else {
        sources.join(", ")
    }
}

#[cfg(target_os = "linux")]
fn quiet_now(now: &app::Now, microphone: bool) -> Vec<String> {
    let holds: Vec<String> = now.holds.iter().map(Hold::said).collect();
    let mut said = vec![if holds.is_empty() {
        tr("Now: nothing.").to_owned()
    } else {
        tr!("Now: {holds}.", holds = holds.join(", "))
    }];
    if microphone && !now.sources.contains(&"microphone") {
        said.push(tr("No sound server tells of microphones.").to_owned());
    }
    said
}

fn heading(status: &Map<String, Value>) -> String {
    let word = |key: &str| status.get(key).and_then(Value::as_str).unwrap_or_default();
    format!(
        "Unhunch {}, {}{}\n{}\n",
        word("version"),
        env::consts::OS,
        desktop(),
        tr!("{sentence}.", sentence = word("why"))
    )
}

/// What the desktop calls itself, where there is more than one.
fn desktop() -> String {
    if !cfg!(target_os = "linux") {
        return String::new();
    }
    let named = |name: &str| env::var(name).unwrap_or_else(|_| "?".to_owned());
    let (desktop, kind) = (named("XDG_CURRENT_DESKTOP"), named("XDG_SESSION_TYPE"));
    format!(", {desktop} ({kind})")
}

fn questions() -> [Question; 5] {
    [
        Question {
            name: "idle",
            asks: tr("Is anybody using the computer?"),
            cure: tr(
                "Absences are not noticed: only sleep and `unhunch stood` begin the count again.",
            ),
            notes: vec![
                (
                    "logind",
                    tr(
                        "An absence is noticed only when your desktop tells logind, which may be minutes later.",
                    ),
                ),
                (
                    "wayland: ext_idle_notifier_v1 1",
                    tr(
                        "While a program keeps the screen awake, an absence isn't noticed here: that takes version 2 of the protocol.",
                    ),
                ),
            ],
        },
        Question {
            name: "session",
            asks: tr("Is the session locked, does the computer sleep?"),
            cure: tr("A locked screen is noticed by its length alone."),
            notes: Vec::new(),
        },
        Question {
            name: "quiet",
            asks: tr("Should we keep quiet?"),
            cure: tr("No call and no film holds a question back: use `unhunch pause`."),
            notes: Vec::new(),
        },
        Question {
            name: "tray",
            asks: tr("Is our icon shown?"),
            cure: tr(
                "Start Unhunch once more to see its window, or put `unhunch status --watch` into your bar. On GNOME the extension AppIndicator shows icons.",
            ),
            notes: Vec::new(),
        },
        Question {
            name: "notifications",
            asks: tr("Who shows our questions?"),
            cure: if cfg!(target_os = "linux") {
                tr("Install a notification server, such as dunst or mako.")
            } else {
                tr("The tray icon shows what is due, and its menu answers it.")
            },
            notes: vec![(
                "none: switched off",
                tr("Turn them on for Unhunch in the notification settings of your desktop."),
            )],
        },
    ]
}

/// An answer without the places that it names: a path tells who the person is.
fn impersonal(answer: &str) -> String {
    let named = |word: &&str| word.contains("unix:") || word.contains('/');
    let words = answer
        .split(' ')
        .map(|word| if named(&word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn told(
    status: &Map<String, Value>,
    question: &Question,
    now: Option<&Vec<String>>,
) -> (String, bool) {
    let answer = status
        .get("sources")
        .and_then(|sources| sources.get(question.name))
        .and_then(Value::as_str)
        .unwrap_or("none");
    let poorly = question.answered(answer) == Answered::Poorly;
    let mark = if poorly { '!' } else { ' ' };
    let mut said = format!("{mark} {}\n    {}\n", question.asks, impersonal(answer));
    for sentence in question.explained(answer, now.map_or(&[], Vec::as_slice)) {
        said += &format!("    {sentence}\n");
    }
    (said, !poorly)
}
