//! The voice of Linux desktops: speech-dispatcher, in its own protocol (SSIP) over its socket.
//!
//! Its first words take most of a second until they are audible, all later ones a few hundredths. So a word is spoken at
//! volume zero in advance.

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::lang::tr;
use crate::reason;
use crate::sound::voice::{Speaker, VoiceSettings, failed};

/// The program of the service.
const PROGRAM: &str = "speech-dispatcher";

/// The timeout for an answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A connection to speech-dispatcher.
pub(super) struct Dispatcher {
    lines: BufReader<UnixStream>,
}

impl Dispatcher {
    /// Connects, starts the service if it isn't running, and warms it up.
    pub(super) fn connect(manner: &VoiceSettings) -> io::Result<Self> {
        let socket = socket()?;
        let stream = UnixStream::connect(&socket).or_else(|_| {
            start(&socket)?;
            UnixStream::connect(&socket)
        })?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let mut dispatcher = Self {
            lines: BufReader::new(stream),
        };
        dispatcher.send("SET SELF CLIENT_NAME unhunch:unhunch:guide")?;
        dispatcher.try_set(&format!("SET SELF LANGUAGE {}", manner.language))?;
        dispatcher.try_set("SET SELF PUNCTUATION none")?;
        dispatcher.warm_up()?;
        // The scale is from -100 (silent) to 100; at 0 the volume is unchanged.
        let volume = i32::from(manner.volume.min(100)) - 100;
        dispatcher.try_set(&format!("SET SELF VOLUME {volume}"))?;
        Ok(dispatcher)
    }

    fn warm_up(&mut self) -> io::Result<()> {
        self.try_set("SET SELF VOLUME -100")?;
        self.send("SET SELF NOTIFICATION END ON")?;
        self.send("SET SELF NOTIFICATION CANCEL ON")?;
        let ended = self.speak("1").and_then(|()| self.end_of_speech());
        match ended {
            Err(error) if !is_timeout(&error) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        self.send("SET SELF NOTIFICATION ALL OFF")
    }

    fn end_of_speech(&mut self) -> io::Result<()> {
        loop {
            let line = self.line()?;
            if line.starts_with("702 ") || line.starts_with("703 ") {
                return Ok(());
            }
        }
    }

    fn speak(&mut self, words: &str) -> io::Result<()> {
        self.send("SPEAK")?;
        let text = stuffed(words);
        self.send(&format!("{text}\r\n."))
    }

    /// Sends an optional setting, which the service may refuse.
    fn try_set(&mut self, line: &str) -> io::Result<()> {
        self.reply(line).map(|_| ())
    }

    fn send(&mut self, line: &str) -> io::Result<()> {
        let reply = self.reply(line)?;
        if reply.starts_with('2') {
            Ok(())
        } else {
            log::debug!("speech-dispatcher: {reply}");
            let message = tr!("{program} refused a request", program = PROGRAM);
            Err(reason::explained(io::ErrorKind::Other, message))
        }
    }

    /// Sends a line, and returns the last line of the reply.
    fn reply(&mut self, line: &str) -> io::Result<String> {
        let mut stream = self.lines.get_ref();
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        loop {
            let line = self.line()?;
            // Lines that begin with 7 are notifications, and a hyphen after the code means that more lines follow.
            if !line.starts_with('7') && line.as_bytes().get(3) == Some(&b' ') {
                return Ok(line);
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Speaker for Dispatcher {
    fn say(&mut self, words: &str) -> io::Result<()> {
        self.silence()?;
        self.speak(words)
    }

    fn silence(&mut self) -> io::Result<()> {
        self.send("CANCEL SELF")
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// Returns the line as SSIP expects it. A line of a single dot ends a text, so a dot at the beginning is doubled.
fn stuffed(line: &str) -> String {
    if line.starts_with('.') {
        format!(".{line}")
    } else {
        line.to_owned()
    }
}

/// Returns the path of the socket, by the same rules as the library of speech-dispatcher.
fn socket() -> io::Result<PathBuf> {
    let address = env::var("SPEECHD_ADDRESS").unwrap_or_default();
    let (method, place) = address.split_once(':').unwrap_or((&address, ""));
    match (method, place) {
        ("" | "unix_socket", "") => default_socket(),
        ("unix_socket", path) => Ok(path.into()),
        _ => Err(reason::explained(
            io::ErrorKind::Unsupported,
            tr!(
                "{variable} is “{value}”; expected {what}",
                variable = "SPEECHD_ADDRESS",
                value = address,
                what = "unix_socket:PATH"
            ),
        )),
    }
}

fn default_socket() -> io::Result<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from);
    let folder = folder("XDG_RUNTIME_DIR")
        .or_else(|| folder("XDG_CACHE_HOME"))
        .or_else(|| Some(folder("HOME")?.join(".cache")));
    let folder = folder.ok_or(io::ErrorKind::NotFound)?;
    Ok(folder.join("speech-dispatcher/speechd.sock"))
}

/// Starts the service; the command returns when the service is listening. Without clients, the service exits by itself.
fn start(socket: &Path) -> io::Result<()> {
    let started = Command::new(PROGRAM)
        .args(["--spawn", "--communication-method", "unix_socket"])
        .arg("--socket-path")
        .arg(socket)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match started {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(PROGRAM, status)),
        Err(error) => {
            let message = tr!("{program} cannot be started", program = PROGRAM);
            Err(reason::explained(
                error.kind(),
                reason::after(message, &error),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_dot_is_escaped() {
        assert_eq!(stuffed("."), "..");
        assert_eq!(stuffed(".5 seconds"), "..5 seconds");
        assert_eq!(stuffed("Let go."), "Let go.");
    }
}
