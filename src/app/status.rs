//! How things stand, as `unhunch status --json` tells it.

use jiff::Zoned;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::App;
use crate::schedule::Held;
use crate::watch::session::none;

/// Which source answers which question: its name, or `none: ` and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// Is anybody using the computer?
    pub idle: String,
    /// Is the session locked, does the computer sleep?
    pub session: String,
    /// Should we keep quiet?
    pub quiet: String,
    /// Is our icon shown?
    pub tray: String,
    /// Who shows our questions?
    pub notifications: String,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            idle: "none: not started".to_owned(),
            session: none::WORDS.to_owned(),
            quiet: "asked when a reminder is due".to_owned(),
            tray: "none: not started".to_owned(),
            notifications: "none: not started".to_owned(),
        }
    }
}

impl App {
    /// How things stand, as a JSON object.
    #[must_use]
    pub fn status_json(&self) -> Map<String, Value> {
        let status = self.status();
        let next = status.next.as_ref().map(|next| {
            json!({ "at": rfc3339(&next.at), "latest": rfc3339(&next.latest), "reminder": next.reminder })
        });
        let object = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "phase": status.phase,
            "sit_seconds": status.sit.as_secs(),
            "next": next,
            "holds": status.holds.iter().map(held).collect::<Vec<_>>(),
            "why": status.why,
            "sources": self.sources,
            "problems": self.problems_json(),
            "paused_until": status.paused_until.as_ref().map(rfc3339),
            "off_until": status.off_until.as_ref().map(rfc3339),
            "locked": self.schedule.is_locked(),
            "away_since": status.away_since.as_ref().map(rfc3339),
            "watching": status.watching,
            "today": self.doses.today(self.clock.now().wall.date()),
            "programme": self.doses.json(self.clock.now().wall.date()),
            "routine": status.routine,
            "asking": status.asking,
        });
        if let Value::Object(object) = object {
            object
        } else {
            Map::new()
        }
    }

    fn problems_json(&self) -> Vec<Value> {
        let unwritten = self
            .unwritten
            .iter()
            .map(|what| json!({ "what": what, "meanwhile": "the reminders go on" }));
        self.problems
            .iter()
            .map(|problem| json!(problem))
            .chain(unwritten)
            .collect()
    }
}

fn held(held: &Held) -> Value {
    json!({ "reason": held.reason, "since": rfc3339(&held.since), "until": rfc3339(&held.until) })
}

/// A time with its offset, in whole seconds: `2026-03-02T09:30:00+01:00`.
fn rfc3339(time: &Zoned) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
