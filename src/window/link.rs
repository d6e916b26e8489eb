//! The line to the tray program: newline-delimited JSON over its control socket, one connection as long as the window lives.
//!
//! The window says `{"v":1,"do":"guide"}` first and is told what to show; afterwards both sides speak whenever something happens.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use unhunch::config::Settings;
use unhunch::figure::Look;
use unhunch::ipc::{Stream, client};
use unhunch::time::Span;

use crate::home::Status;

/// The version of the language.
const VERSION: u64 = 1;
/// The longest line that is read.
const LONGEST: u64 = 64 * 1024;
/// How long the first answer may take before the window opens without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the tray program says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// What to show.
    Show(Box<Wish>),
    /// Close the window.
    Close,
    /// The tray program is gone.
    Gone,
}

/// What the window should show.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    /// The page: `home`, `guide`, `guidance`, `about`.
    pub(crate) page: Option<String>,
    /// The routine that the guide plays.
    pub(crate) routine: Option<String>,
    /// About how long it may take; none: the full dose.
    #[serde(rename = "for")]
    pub(crate) length: Option<Span>,
    pub(crate) status: Status,
    pub(crate) settings: Preferences,
}

/// The settings that the window goes by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    /// The language to speak; none that we know: the desktop's.
    pub(crate) language: String,
    pub(crate) theme: ThemeChoice,
    pub(crate) contrast: ContrastChoice,
    /// Who shows the exercises.
    pub(crate) figure: Look,
    pub(crate) text_size: TextSize,
    pub(crate) motion: MotionChoice,
    /// Whether the window stays above others.
    pub(crate) on_top: bool,
    /// Whether the last page asks how the back feels.
    pub(crate) check_in: bool,
    /// Whether tones lead.
    pub(crate) tones: bool,
    /// How loud tones and voice are, in percent.
    pub(crate) volume: u8,
    /// Whether a voice leads.
    pub(crate) voice: bool,
    /// Whether the safety page was read.
    pub(crate) safety_seen: bool,
    /// The routine that is offered where nothing is asked.
    pub(crate) routine: String,
    /// About how long that may take; none: its full dose.
    pub(crate) length: Option<Span>,
    /// How long a snooze lasts, as people write it.
    pub(crate) snooze: String,
}

impl Preferences {
    /// Those of the settings file.
    pub(crate) fn of(settings: &Settings, safety_seen: bool) -> Option<Self> {
        let words = Value::Object(settings.for_window());
        let preferences: Self = serde_json::from_value(words).ok()?;
        Some(Self {
            safety_seen,
            ..preferences
        })
    }
}

/// Which colours the window wears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ThemeChoice {
    /// The desktop's.
    #[default]
    Auto,
    Light,
    Dark,
}

/// How strong the colours are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ContrastChoice {
    /// As the desktop says.
    #[default]
    Auto,
    Normal,
    High,
}

/// How large the letters are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TextSize {
    #[default]
    Normal,
    Large,
    /// To be read from two metres.
    Largest,
}

impl TextSize {
    /// How many times as large as usual.
    pub(crate) fn scale(self) -> f32 {
        match self {
            Self::Normal => 1.0,
            Self::Large => 1.4,
            Self::Largest => 2.0,
        }
    }
}

/// How much moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MotionChoice {
    /// As the desktop says.
    #[default]
    Auto,
    Full,
    Reduced,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: String::new(),
            theme: ThemeChoice::Auto,
            contrast: ContrastChoice::Auto,
            figure: Look::default(),
            text_size: TextSize::Normal,
            motion: MotionChoice::Auto,
            on_top: false,
            check_in: true,
            tones: true,
            volume: 40,
            voice: false,
            safety_seen: false,
            routine: "desk".into(),
            length: None,
            snooze: "10 min".into(),
        }
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    close: bool,
    window: Option<Box<Wish>>,
    error: Option<Value>,
}

/// The connection, or none when the window runs alone.
pub(crate) struct Link {
    stream: Option<Stream>,
}

impl Link {
    /// No tray program: everything works and nothing is recorded.
    pub(crate) fn alone() -> Self {
        Self { stream: None }
    }

    /// Connects and waits for the first answer.
    pub(crate) fn connect(socket: &Path) -> io::Result<(Self, Listener, Option<Told>)> {
        let stream = client::connect(socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut listener = Listener {
            lines: BufReader::new(stream.try_clone()?),
        };
        let link = Self {
            stream: Some(stream),
        };
        link.say(&json!({ "do": "guide" }));
        let first = listener.next();
        listener.lines.get_ref().set_read_timeout(None)?;
        Ok((link, listener, first))
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.stream.is_some()
    }

    /// The tray program is gone.
    pub(crate) fn cut(&mut self) {
        self.stream = None;
    }

    /// Says something: an object with `do` in it. A line that can't be sent is lost with the tray program.
    pub(crate) fn say(&self, message: &Value) {
        let Some(mut stream) = self.stream.as_ref() else {
            return;
        };
        let mut line = message.clone();
        line["v"] = VERSION.into();
        let sent = stream.write_all(format!("{line}\n").as_bytes());
        if let Err(error) = sent {
            eprintln!("unhunch-window: the tray program doesn't answer: {error}");
        }
    }
}

/// The hearing side of the connection.
pub(crate) struct Listener {
    lines: BufReader<Stream>,
}

impl Listener {
    /// Tells everything that is heard, on a thread of its own, until the connection ends.
    pub(crate) fn listen(mut self, tell: impl Fn(Told) + Send + 'static) -> io::Result<()> {
        thread::Builder::new().name("link".into()).spawn(move || {
            while let Some(told) = self.next() {
                tell(told);
            }
            tell(Told::Gone);
        })?;
        Ok(())
    }

    /// The next thing that is said; none at the end of the connection. Lines that make no sense are passed over.
    fn next(&mut self) -> Option<Told> {
        loop {
            let mut line = String::new();
            let read = self.lines.by_ref().take(LONGEST).read_line(&mut line);
            if !matches!(read, Ok(count) if count > 0) {
                return None;
            }
            if let Some(told) = understand(&line) {
                return Some(told);
            }
        }
    }
}

fn understand(line: &str) -> Option<Told> {
    match serde_json::from_str::<Line>(line) {
        Ok(Line { close: true, .. }) => Some(Told::Close),
        Ok(Line {
            window: Some(wish), ..
        }) => Some(Told::Show(wish)),
        Ok(Line {
            error: Some(error), ..
        }) => {
            eprintln!("unhunch-window: the tray program says: {error}");
            None
        }
        Ok(_) => None,
        Err(error) => {
            eprintln!("unhunch-window: a line of the tray program cannot be read: {error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::net::UnixListener;
    #[cfg(unix)]
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_window_object_is_understood() {
        let told = understand(
            r#"{"v":1,"ok":true,"window":{"page":"guide","routine":"desk","for":"4 min","status":{"phase":"stretching","why":"x"},
                "settings":{"theme":"dark","contrast":"high","figure":"plum","motion":"reduced","on_top":true,"check_in":false,"safety_seen":true}}}"#,
        );
        let Some(Told::Show(wish)) = told else {
            panic!("not understood: {told:?}");
        };
        assert_eq!(wish.routine.as_deref(), Some("desk"));
        assert_eq!(wish.length, Some(Span::seconds(240)));
        assert_eq!(wish.settings.theme, ThemeChoice::Dark);
        assert_eq!(wish.settings.contrast, ContrastChoice::High);
        assert_eq!(wish.settings.figure, Look::Plum);
        assert_eq!(wish.settings.motion, MotionChoice::Reduced);
        assert!(wish.settings.on_top && wish.settings.safety_seen && !wish.settings.check_in);
    }

    #[test]
    fn what_the_file_says_is_understood() {
        let mut settings = Settings::shipped();
        settings.guide.text_size = unhunch::config::TextSize::Largest;
        let preferences = Preferences::of(&settings, true).unwrap();
        let usual = Preferences {
            language: preferences.language.clone(),
            text_size: TextSize::Largest,
            safety_seen: true,
            ..Preferences::default()
        };
        assert_eq!(preferences, usual);
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        for line in [
            "",
            "no json",
            "{}",
            r#"{"v":1,"ok":true}"#,
            r#"{"error":{"message":"no"}}"#,
        ] {
            assert_eq!(understand(line), None, "{line}");
        }
        assert_eq!(understand(r#"{"v":1,"close":true}"#), Some(Told::Close));
    }

    #[test]
    #[cfg(unix)]
    fn both_sides_hear_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("control");
        let server = UnixListener::bind(&socket).unwrap();
        let tray = thread::spawn(move || {
            let (stream, _) = server.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let hello = lines.next().unwrap().unwrap();
            (&stream)
                .write_all(b"{\"v\":1,\"window\":{\"page\":\"home\"}}\n{\"close\":true}\n")
                .unwrap();
            (hello, lines.next().unwrap().unwrap())
        });
        let (link, listener, first) = Link::connect(&socket).unwrap();
        assert!(matches!(first, Some(Told::Show(wish)) if wish.page.as_deref() == Some("home")));
        let (tell, told) = mpsc::channel();
        listener
            .listen(move |heard| tell.send(heard).unwrap())
            .unwrap();
        link.say(&json!({ "do": "stood" }));
        assert_eq!(told.recv().unwrap(), Told::Close);
        let (hello, word) = tray.join().unwrap();
        assert_eq!(told.recv().unwrap(), Told::Gone);
        assert_eq!(
            serde_json::from_str::<Value>(&hello).unwrap(),
            json!({ "v": 1, "do": "guide" })
        );
        assert_eq!(
            serde_json::from_str::<Value>(&word).unwrap(),
            json!({ "v": 1, "do": "stood" })
        );
    }
}
