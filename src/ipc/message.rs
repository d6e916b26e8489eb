//! The messages of the control socket: requests and replies.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::status::Status;
use super::window::{Page, WindowView};
use crate::lang::tr;
use crate::reason;
use crate::schedule::Report;
use crate::time::Span;

/// The version of the protocol, sent in every message.
pub const VERSION: u64 = 1;

/// The maximum length of a line, in bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// A line sent to the running program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The version of the protocol, [`VERSION`].
    pub v: u64,
    /// The token of the click or key press that led to this request. A display server shows and focuses a window for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_token: Option<String>,
    /// The requested operation and its arguments.
    #[serde(flatten)]
    pub call: Call,
}

/// An operation of the running program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Call {
    /// Return the current status.
    Status,
    /// Send the status now and after each change. The connection stays open.
    Watch,
    /// Start a routine or exercise.
    Stretch {
        /// The id of the routine or exercise. Default: the one that is on offer.
        #[serde(default, alias = "id", skip_serializing_if = "Option::is_none")]
        routine: Option<String>,
        /// The approximate length. Default: the full dose.
        #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
        length: Option<Span>,
    },
    /// Postpone the current reminder.
    Snooze {
        /// The delay. Default: the snooze length of the settings.
        #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
        length: Option<Span>,
    },
    /// Skip the current reminder.
    Skip,
    /// Report that the user has just stood up.
    Stood,
    /// Pause the reminders. Exactly one of the two fields is required.
    Pause {
        /// The length of the pause.
        #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
        length: Option<Span>,
        /// The end of the pause: a clock time (`15:30`) or `tomorrow`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// End the current pause early.
    Resume,
    /// Another instance was started. The running one makes way for it if it has no display or another one, or lacks the bus
    /// of the session; otherwise it shows its window.
    Start {
        /// The display server that answers the new instance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display: Option<String>,
        /// `true` if the new instance can connect to the bus of the session.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        has_bus: bool,
        /// `true` if the new instance was started at login, so that no window is wanted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        at_login: bool,
    },
    /// Show the window.
    Show {
        /// The page to show. Default: the start page.
        #[serde(default)]
        page: Page,
        /// A file or folder with exercises, which the window shows instead and offers to add.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
    },
    /// Quit the running program.
    Quit,
    /// Register as the window. The connection stays open.
    Guide,
    /// Report that the window is on the screen.
    Shown,
    /// Record that the safety page has been read.
    SafetySeen,
    /// Show a sample reminder. Answering it changes nothing.
    TryReminder,
    /// Report the progress or end of the routine in the window.
    Report(Report),
}

/// A line sent back by the running program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The version of the protocol, [`VERSION`].
    pub v: u64,
    /// `true` if the request was carried out.
    #[serde(default)]
    pub ok: bool,
    /// A sentence for the user, in their language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The status, if it was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The contents for the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowView>,
    /// `true` if the running program quits so that the caller can take its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub makes_way: bool,
    /// `true` if the window has to close.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub close: bool,
    /// The reason for a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Refusal>,
}

impl Reply {
    /// Returns a success reply with a message.
    #[must_use]
    pub fn done(message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..Self::empty(true)
        }
    }

    /// Returns a refusal with its reason.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        Self {
            error: Some(refusal),
            ..Self::empty(false)
        }
    }

    /// Returns a reply with the current status.
    #[must_use]
    pub fn status(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::empty(true)
        }
    }

    /// Returns a reply with the contents of the window.
    #[must_use]
    pub fn window(window: WindowView) -> Self {
        Self {
            window: Some(window),
            ..Self::empty(true)
        }
    }

    /// Returns a reply that closes the window.
    #[must_use]
    pub fn close() -> Self {
        Self {
            close: true,
            ..Self::empty(true)
        }
    }

    /// Returns the reply to another instance that takes the place of this one.
    #[must_use]
    pub fn makes_way() -> Self {
        Self {
            makes_way: true,
            ..Self::empty(true)
        }
    }

    fn empty(ok: bool) -> Self {
        Self {
            v: VERSION,
            ok,
            message: None,
            status: None,
            window: None,
            makes_way: false,
            close: false,
            error: None,
        }
    }
}

/// The reason why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The code for programs: `bad-request`, `newer-version`, `too-long`, `unknown-id`, `bad-value` or `failed`.
    pub code: String,
    /// A sentence for the user.
    pub message: String,
}

impl Refusal {
    /// Creates a refusal from one of the codes and a sentence.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// Creates a refusal with the code `failed` from an error.
    #[must_use]
    pub fn failed(error: &anyhow::Error) -> Self {
        Self::new("failed", reason::of(error))
    }
}

impl Request {
    /// Creates a request of the current version.
    #[must_use]
    pub fn new(call: Call) -> Self {
        Self {
            v: VERSION,
            activation_token: None,
            call,
        }
    }

    /// Parses a line into a request.
    ///
    /// # Errors
    /// The refusal to send back if the line is not a request or has another version.
    pub fn read(line: &[u8]) -> Result<Self, Refusal> {
        let bad = |error: serde_json::Error| {
            let why = reason::of_error(&error);
            Refusal::new(
                "bad-request",
                tr!("this is not a request: {why}", why = why),
            )
        };
        let value: Value = serde_json::from_slice(line).map_err(bad)?;
        match value.get("v").and_then(Value::as_u64) {
            Some(VERSION) => serde_json::from_value(value).map_err(bad),
            Some(v) => Err(Refusal::new(
                "newer-version",
                tr!(
                    "this Unhunch speaks version {ours} of the protocol, not version {theirs}; quit and start it again after an update",
                    ours = VERSION,
                    theirs = v
                ),
            )),
            None => Err(Refusal::new(
                "bad-request",
                tr!("the key `{key}` is missing", key = "v"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::{Kind, Portion, Side};
    use crate::schedule::Feeling;

    /// Returns the longest possible portion: the longest id and the largest counters.
    fn portion() -> Portion {
        let counts = [100, 10_000];
        let kinds = [
            Kind::Ready,
            Kind::Move,
            Kind::Hold,
            Kind::Relax,
            Kind::Switch,
            Kind::Rest,
            Kind::BreatheIn,
            Kind::BreatheOut,
        ];
        Portion {
            exercise: "e".repeat(60),
            seconds: 3600,
            total: 3600,
            sets: counts,
            reps: counts,
            sides: [(Side::Left, counts), (Side::Right, counts)].into(),
            phases: kinds.map(|kind| (kind, counts)).into(),
        }
    }

    #[test]
    fn the_longest_report_is_no_longer_than_a_line_may_be() {
        let report = Report::Progress {
            routine: "r".repeat(60),
            seconds: 30 * 3600,
            total: 30 * 3600,
            // A routine has at most 30 exercises, plus as many in its warm-up.
            exercises: vec![portion(); 60],
        };
        let line = serde_json::to_vec(&Request::new(Call::Report(report))).unwrap();
        assert!(line.len() < MAX_LINE_BYTES / 2, "{}", line.len());
    }

    #[test]
    fn report_without_exercises_is_accepted() {
        assert_eq!(
            read(r#"{"v":1,"do":"report","report":"finished","routine":"desk","seconds":3}"#),
            Ok(Call::Report(Report::Finished {
                routine: "desk".into(),
                seconds: 3,
                exercises: Vec::new(),
            }))
        );
    }

    #[test]
    fn a_request_may_have_an_activation_token() {
        let line = r#"{"v":1,"do":"show","activation_token":"click_TIME5"}"#;
        let request = Request::read(line.as_bytes()).unwrap();
        assert_eq!(request.activation_token.as_deref(), Some("click_TIME5"));
        let page = Page::Home;
        assert_eq!(request.call, Call::Show { page, file: None });
        let request = Request::read(br#"{"v":1,"do":"quit"}"#).unwrap();
        assert_eq!(request.activation_token, None);
    }

    fn read(line: &str) -> Result<Call, String> {
        Request::read(line.as_bytes())
            .map(|request| request.call)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn requests_are_plain_json() {
        assert_eq!(
            read(r#"{"v":1,"do":"stretch"}"#),
            Ok(Call::Stretch {
                routine: None,
                length: None
            })
        );
        assert_eq!(
            read(r#"{"v":1,"do":"stretch","id":"desk","for":"4 min"}"#),
            Ok(Call::Stretch {
                routine: Some("desk".to_owned()),
                length: Some(Span::seconds(240))
            })
        );
        assert_eq!(
            read(r#"{"v":1,"do":"snooze","for":"15 min"}"#),
            Ok(Call::Snooze {
                length: Some(Span::seconds(900))
            })
        );
        let until = Some("tomorrow".to_owned());
        assert_eq!(
            read(r#"{"v":1,"do":"pause","until":"tomorrow"}"#),
            Ok(Call::Pause {
                length: None,
                until
            })
        );
        let routine = "desk".to_owned();
        assert_eq!(
            read(r#"{"v":1,"do":"report","report":"check-in","routine":"desk","feeling":"worse"}"#),
            Ok(Call::Report(Report::CheckIn {
                routine,
                feeling: Feeling::Worse
            }))
        );
        assert_eq!(
            read(r#"{"v":1,"do":"show"}"#),
            Ok(Call::Show {
                page: Page::Home,
                file: None
            })
        );
    }

    #[test]
    fn invalid_request_is_refused_with_a_code() {
        for (line, code) in [
            ("", "bad-request"),
            ("[]", "bad-request"),
            (r#"{"do":"quit"}"#, "bad-request"),
            (r#"{"v":2,"do":"quit"}"#, "newer-version"),
            (r#"{"v":1,"do":"explode"}"#, "bad-request"),
            (r#"{"v":1,"do":"snooze","for":"-5m"}"#, "bad-request"),
            ("\u{0}\u{1}", "bad-request"),
        ] {
            assert_eq!(read(line), Err(code.to_owned()), "{line}");
        }
    }

    #[test]
    fn every_request_reads_back() {
        for call in [
            Call::Status,
            Call::Pause {
                length: Some(Span::seconds(1800)),
                until: None,
            },
            Call::Show {
                page: Page::Guidance,
                file: Some("/tmp/mine.toml".to_owned()),
            },
            Call::Report(Report::Progress {
                routine: "desk".into(),
                seconds: 3,
                total: 300,
                exercises: vec![portion()],
            }),
        ] {
            let line = serde_json::to_vec(&Request::new(call.clone())).unwrap();
            assert_eq!(Request::read(&line), Ok(Request::new(call)));
        }
    }
}
