//! `unhunch diagnose`: which part of the desktop answers which question. It names no file and nothing that you did, so that
//! it can be pasted into a report.

use std::env;

use serde_json::{Map, Value};

use super::{DONE, FAILED, ask, print};
use crate::ipc::Call;
use crate::lang::{tr, trn};

/// A question, as the person would put it.
struct Question {
    /// Its name in `status`.
    name: &'static str,
    asks: &'static str,
    /// What it means that nobody answers, and what would make it better.
    cure: &'static str,
}

pub(super) fn run() -> u8 {
    let status = match ask(Call::Status) {
        Ok(reply) => reply.status.unwrap_or_default(),
        Err(code) => return code,
    };
    let mut well = true;
    let mut text = heading(&status);
    for question in questions() {
        let (said, answered) = told(&status, &question);
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
    let printed = print(&text);
    if printed == DONE && !well {
        FAILED
    } else {
        printed
    }
}

fn heading(status: &Map<String, Value>) -> String {
    let word = |key: &str| status.get(key).and_then(Value::as_str).unwrap_or_default();
    let desktop = |name: &str| env::var(name).unwrap_or_else(|_| "?".to_owned());
    format!(
        "Unhunch {}, {}, {} ({})\n{}\n",
        word("version"),
        env::consts::OS,
        desktop("XDG_CURRENT_DESKTOP"),
        desktop("XDG_SESSION_TYPE"),
        tr!("{sentence}.", sentence = word("why"))
    )
}

fn questions() -> [Question; 5] {
    [
        Question {
            name: "idle",
            asks: tr("Is anybody using the computer?"),
            cure: tr(
                "Absences are not noticed: only sleep and `unhunch stood` begin the count again.",
            ),
        },
        Question {
            name: "session",
            asks: tr("Is the session locked, does the computer sleep?"),
            cure: tr("A locked screen is noticed by its length alone."),
        },
        Question {
            name: "quiet",
            asks: tr("Should we keep quiet?"),
            cure: tr("No call and no film holds a question back: use `unhunch pause`."),
        },
        Question {
            name: "tray",
            asks: tr("Is our icon shown?"),
            cure: tr(
                "Start Unhunch once more to see its window, or put `unhunch status --watch` into your bar. On GNOME the extension AppIndicator shows icons.",
            ),
        },
        Question {
            name: "notifications",
            asks: tr("Who shows our questions?"),
            cure: tr("Install a notification server, such as dunst or mako."),
        },
    ]
}

fn told(status: &Map<String, Value>, question: &Question) -> (String, bool) {
    let answer = status
        .get("sources")
        .and_then(|sources| sources.get(question.name))
        .and_then(Value::as_str)
        .unwrap_or("none");
    let answered = !answer.starts_with("none") && !answer.starts_with("no tray");
    let mark = if answered { ' ' } else { '!' };
    let mut said = format!("{mark} {}\n    {answer}\n", question.asks);
    if !answered {
        said += &format!("    {}\n", question.cure);
    }
    (said, answered)
}
