//! The connection to the tray program: newline-delimited JSON over its control socket, open as long as the window.
//!
//! The window sends `{"v":1,"do":"guide"}` first and receives the page to show. Afterwards both sides send messages at any
//! time.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use unhunch::ipc::{Call, MAX_LINE_BYTES, Reply, Request, Stream, WindowView, client};
use unhunch::reason;

/// The timeout for the first answer. After that the window opens without it.
const FIRST_ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// A message from the tray program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Message {
    /// Shows this page, status and settings.
    Show(Box<WindowView>),
    Close,
    /// The connection has ended.
    Disconnected,
}

/// The sending side of the connection. It does nothing if the window runs on its own.
pub(crate) struct Link {
    stream: Option<Stream>,
}

impl Link {
    /// Creates a link without a tray program: everything works and nothing is recorded.
    pub(crate) fn disconnected() -> Self {
        Self { stream: None }
    }

    /// Connects and waits for the first answer.
    pub(crate) fn connect(socket: &Path) -> io::Result<(Self, Listener, Option<Message>)> {
        let stream = client::connect(socket)?;
        stream.set_read_timeout(Some(FIRST_ANSWER_TIMEOUT))?;
        let mut listener = Listener {
            lines: BufReader::new(stream.try_clone()?),
        };
        let link = Self {
            stream: Some(stream),
        };
        link.send(Call::Guide);
        let first = listener.next();
        listener.lines.get_ref().set_read_timeout(None)?;
        Ok((link, listener, first))
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.stream.is_some()
    }

    /// Drops the connection after the tray program has gone.
    pub(crate) fn disconnect(&mut self) {
        self.stream = None;
    }

    /// Sends a request. Errors are logged: a request that cannot be sent is lost.
    pub(crate) fn send(&self, call: Call) {
        let Some(stream) = &self.stream else { return };
        if let Err(error) = send(stream, call) {
            eprintln!(
                "unhunch-window: the tray program doesn’t answer: {}",
                reason::of_error(&error)
            );
        }
    }
}

fn send(mut stream: &Stream, call: Call) -> io::Result<()> {
    let mut line = serde_json::to_vec(&Request::new(call))?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// The receiving side of the connection.
pub(crate) struct Listener {
    lines: BufReader<Stream>,
}

impl Listener {
    /// Calls back on a separate thread with every message, and a last time when the connection ends.
    pub(crate) fn listen(mut self, callback: impl Fn(Message) + Send + 'static) -> io::Result<()> {
        thread::Builder::new().name("link".into()).spawn(move || {
            while let Some(message) = self.next() {
                callback(message);
            }
            callback(Message::Disconnected);
        })?;
        Ok(())
    }

    /// Reads the next message, skipping invalid lines. `None` at the end of the connection.
    fn next(&mut self) -> Option<Message> {
        loop {
            let mut line = String::new();
            let read = self
                .lines
                .by_ref()
                .take(MAX_LINE_BYTES as u64)
                .read_line(&mut line);
            if !matches!(read, Ok(count) if count > 0) {
                return None;
            }
            if let Some(message) = parse(&line) {
                return Some(message);
            }
        }
    }
}

fn parse(line: &str) -> Option<Message> {
    match serde_json::from_str::<Reply>(line) {
        Ok(Reply { close: true, .. }) => Some(Message::Close),
        Ok(Reply {
            window: Some(view), ..
        }) => Some(Message::Show(Box::new(view))),
        Ok(Reply {
            error: Some(refusal),
            ..
        }) => {
            let why = refusal.message;
            eprintln!("unhunch-window: the tray program says: {why}");
            None
        }
        Ok(_) => None,
        Err(error) => {
            eprintln!(
                "unhunch-window: a line of the tray program cannot be read: {}",
                reason::of_error(&error)
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use unhunch::config::{Contrast, Motion, Theme};
    use unhunch::figure::Character;
    use unhunch::ipc::Page;
    use unhunch::time::Span;

    use super::*;

    #[test]
    fn a_window_object_is_parsed() {
        let message = parse(
            r#"{"v":1,"ok":true,"window":{"page":"guide","routine":"desk","for":"4 min","status":{"phase":"stretching","why":"x"},
                "settings":{"theme":"dark","contrast":"high","figure":"plum","motion":"reduced","on_top":true,"check_in":false,"safety_seen":true}}}"#,
        );
        let Some(Message::Show(view)) = message else {
            panic!("not understood: {message:?}");
        };
        assert_eq!(view.page, Some(Page::Guide));
        assert_eq!(view.routine.as_deref(), Some("desk"));
        assert_eq!(view.length, Some(Span::seconds(240)));
        let guide = view.settings.guide;
        assert_eq!(guide.theme, Theme::Dark);
        assert_eq!(guide.contrast, Contrast::High);
        assert_eq!(guide.figure, Character::Plum);
        assert_eq!(guide.motion, Motion::Reduced);
        assert!(guide.on_top && view.settings.safety_seen && !guide.check_in);
    }

    #[test]
    fn invalid_lines_are_skipped() {
        for line in [
            "",
            "no json",
            "{}",
            r#"{"v":1,"ok":true}"#,
            r#"{"v":1,"ok":false,"error":{"code":"failed","message":"no"}}"#,
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
        assert_eq!(
            parse(r#"{"v":1,"ok":true,"close":true}"#),
            Some(Message::Close)
        );
    }

    #[test]
    #[cfg(unix)]
    fn messages_pass_in_both_directions() {
        use std::os::unix::net::UnixListener;
        use std::sync::mpsc;

        use serde_json::{Value, json};

        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("control");
        let server = UnixListener::bind(&socket).unwrap();
        let tray = thread::spawn(move || {
            let (stream, _) = server.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let hello = lines.next().unwrap().unwrap();
            (&stream)
                .write_all(b"{\"v\":1,\"window\":{\"page\":\"home\"}}\n{\"v\":1,\"close\":true}\n")
                .unwrap();
            (hello, lines.next().unwrap().unwrap())
        });
        let (link, listener, first) = Link::connect(&socket).unwrap();
        assert!(matches!(first, Some(Message::Show(view)) if view.page == Some(Page::Home)));
        let (sender, receiver) = mpsc::channel();
        listener
            .listen(move |message| sender.send(message).unwrap())
            .unwrap();
        link.send(Call::Stood);
        assert_eq!(receiver.recv().unwrap(), Message::Close);
        let (hello, word) = tray.join().unwrap();
        assert_eq!(receiver.recv().unwrap(), Message::Disconnected);
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
