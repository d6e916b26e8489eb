//! The little of PulseAudio's protocol that tells who records; PipeWire speaks it, too.
//!
//! A packet is a header of five words and values with a letter before each, so that those of no interest can be passed over.
//! Their own library, or a program of theirs, would be much larger than that.

use std::env;
use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use async_io::Async;
use futures_lite::{AsyncReadExt as _, AsyncWriteExt as _};

/// The version that we speak; servers speak all older ones, too.
const VERSION: u32 = 21;

/// What is asked for, and what comes.
const ERROR: u32 = 0;
const REPLY: u32 = 2;
const AUTH: u32 = 8;
const SET_CLIENT_NAME: u32 = 9;
const GET_SOURCE_INFO: u32 = 23;
const GET_SOURCE_OUTPUTS: u32 = 32;
const SUBSCRIBE: u32 = 35;
const SUBSCRIBE_EVENT: u32 = 66;

/// Word of whoever records, and of nothing else.
const SOURCE_OUTPUTS: u32 = 8;

/// The channel of everything that is no sound.
const CONTROL: u32 = u32::MAX;

/// No packet that we wait for is larger.
const LARGEST: usize = 1 << 20;

/// How many values tell of one who records, in this version.
const OF_A_RECORDING: usize = 13;

/// Where the server listens, if it is a socket of this computer.
pub(super) fn socket() -> Option<PathBuf> {
    if let Some(servers) = env::var_os("PULSE_SERVER") {
        let servers = servers.into_string().ok()?;
        return servers.split_whitespace().find_map(path);
    }
    let folder = env::var_os("XDG_RUNTIME_DIR")?;
    let socket = Path::new(&folder).join("pulse/native");
    Some(socket)
}

/// `{computer}unix:/path`, or less of it.
fn path(server: &str) -> Option<PathBuf> {
    let server = server.rsplit_once('}').map_or(server, |(_, server)| server);
    let path = server.strip_prefix("unix:").unwrap_or(server);
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// A sound server.
pub(super) struct Server {
    stream: Async<UnixStream>,
    /// What has come and is not yet a whole packet.
    received: Vec<u8>,
    /// The number of the last question.
    asked: u32,
    /// Somebody has begun or ended to record since we asked.
    changed: bool,
}

/// Somebody who records.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recording {
    /// The number of the source.
    pub(super) source: u32,
    /// It has stopped for a while.
    pub(super) stands: bool,
    /// What the program calls it, and the program.
    pub(super) media: Option<String>,
    pub(super) program: Option<String>,
}

impl Server {
    /// Connects, and asks to be told when somebody begins or ends to record.
    pub(super) async fn connect(socket: &Path) -> io::Result<Self> {
        let mut server = Self {
            stream: Async::<UnixStream>::connect(socket).await?,
            received: Vec::new(),
            asked: 0,
            changed: false,
        };
        let mut key = Values::default();
        key.number(VERSION);
        key.bytes(&cookie());
        server.ask(AUTH, key).await?;
        let mut name = Values::default();
        name.properties(&[("application.name", "Unhunch")]);
        server.ask(SET_CLIENT_NAME, name).await?;
        let mut what = Values::default();
        what.number(SOURCE_OUTPUTS);
        server.ask(SUBSCRIBE, what).await?;
        Ok(server)
    }

    /// Everybody who records.
    pub(super) async fn recordings(&mut self) -> io::Result<Vec<Recording>> {
        self.changed = false;
        let all = self.ask(GET_SOURCE_OUTPUTS, Values::default()).await?;
        let all = all.chunks_exact(OF_A_RECORDING);
        all.map(|one| recording(one).ok_or_else(nonsense)).collect()
    }

    /// The name of a source.
    pub(super) async fn source(&mut self, number: u32) -> io::Result<String> {
        let mut which = Values::default();
        which.number(number);
        which.no_text();
        match self.ask(GET_SOURCE_INFO, which).await?.into_iter().nth(1) {
            Some(Value::Text(Some(name))) => Ok(name),
            Some(_) | None => Err(nonsense()),
        }
    }

    /// Waits until somebody has begun or ended to record since we asked.
    pub(super) async fn change(&mut self) -> io::Result<()> {
        while !self.changed {
            self.next().await?;
        }
        Ok(())
    }

    async fn ask(&mut self, command: u32, arguments: Values) -> io::Result<Vec<Value>> {
        self.asked += 1;
        let mut question = Values::default();
        question.number(command);
        question.number(self.asked);
        question.0.extend(arguments.0);
        let length = question.0.len() as u32;
        let header = [length, CONTROL, 0, 0, 0].map(u32::to_be_bytes);
        let packet = [header.concat(), question.0].concat();
        self.stream.write_all(&packet).await?;
        loop {
            let answer = self.next().await?;
            match &answer[..] {
                [Value::Number(REPLY), Value::Number(asked), ..] if *asked == self.asked => {
                    return Ok(answer.into_iter().skip(2).collect());
                }
                // It refuses: there is no such source any more, say.
                [Value::Number(ERROR), Value::Number(asked), ..] if *asked == self.asked => {
                    return Err(io::ErrorKind::NotFound.into());
                }
                _ => {}
            }
        }
    }

    /// The next packet. Whoever stops waiting loses nothing.
    async fn next(&mut self) -> io::Result<Vec<Value>> {
        loop {
            if let Some(packet) = self.take()? {
                let values = values(&packet).ok_or_else(nonsense)?;
                self.changed |= values.first() == Some(&Value::Number(SUBSCRIBE_EVENT));
                return Ok(values);
            }
            let mut room = [0; 1024];
            match self.stream.read(&mut room).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.received.extend_from_slice(&room[..read]),
            }
        }
    }

    /// The first whole packet that has come.
    fn take(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some((length, body)) = number(&self.received) else {
            return Ok(None);
        };
        let length = length as usize;
        if length > LARGEST {
            return Err(nonsense());
        }
        // Four words of the header are left.
        if body.len() < 16 + length {
            return Ok(None);
        }
        let packet = self.received.drain(..20 + length).skip(20).collect();
        Ok(Some(packet))
    }
}

fn nonsense() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// By it the server knows whom it belongs to; without one it asks the kernel who we are.
fn cookie() -> [u8; 256] {
    let home = |name: &str| Some(Path::new(&env::var_os("HOME")?).join(name));
    let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let places = [
        env::var_os("PULSE_COOKIE").map(PathBuf::from),
        folder
            .or_else(|| home(".config"))
            .map(|folder| folder.join("pulse/cookie")),
        home(".pulse-cookie"),
    ];
    let read = |place: PathBuf| fs::read(place).ok()?.try_into().ok();
    let found = places.into_iter().flatten().find_map(read);
    found.unwrap_or([0; 256])
}

fn recording(values: &[Value]) -> Option<Recording> {
    let (Value::Number(source), Value::Properties(about), Value::Yes(stands)) =
        (&values[4], &values[11], &values[12])
    else {
        return None;
    };
    let of = |key: &str| {
        let found = about.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.clone())
    };
    Some(Recording {
        source: *source,
        stands: *stands,
        media: of("media.name"),
        program: of("application.id"),
    })
}

/// Values on their way.
#[derive(Default)]
struct Values(Vec<u8>);

impl Values {
    fn number(&mut self, number: u32) {
        self.0.push(b'L');
        self.0.extend(number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.push(b'x');
        self.0.extend((bytes.len() as u32).to_be_bytes());
        self.0.extend(bytes);
    }

    fn text(&mut self, text: &str) {
        self.0.push(b't');
        self.0.extend(text.as_bytes());
        self.0.push(0);
    }

    fn no_text(&mut self) {
        self.0.push(b'N');
    }

    fn properties(&mut self, properties: &[(&str, &str)]) {
        self.0.push(b'P');
        for (key, value) in properties {
            let value = [value.as_bytes(), &[0]].concat();
            self.text(key);
            self.number(value.len() as u32);
            self.bytes(&value);
        }
        self.no_text();
    }
}

/// A value that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(u32),
    Text(Option<String>),
    Yes(bool),
    Properties(Vec<(String, String)>),
    /// One of no interest.
    Other,
}

/// All values of a packet; none: it makes no sense.
fn values(mut packet: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while !packet.is_empty() {
        let (value, rest) = value(packet)?;
        values.push(value);
        packet = rest;
    }
    Some(values)
}

/// The first value, and what comes after it.
fn value(packet: &[u8]) -> Option<(Value, &[u8])> {
    let (letter, rest) = packet.split_first()?;
    let over = |length: usize| Some((Value::Other, rest.get(length..)?));
    match letter {
        b'L' => number(rest).map(|(number, rest)| (Value::Number(number), rest)),
        b'N' => Some((Value::Text(None), rest)),
        b't' => text(rest).map(|(text, rest)| (Value::Text(Some(text)), rest)),
        b'1' => Some((Value::Yes(true), rest)),
        b'0' => Some((Value::Yes(false), rest)),
        b'P' => properties(rest),
        b'x' => bytes(rest).map(|(_, rest)| (Value::Other, rest)),
        // A byte; a volume; a length of time, or a number of eight bytes; a time.
        b'B' => over(1),
        b'V' => over(4),
        b'U' | b'R' | b'r' | b'T' => over(8),
        // How sound is sampled, and in which order its channels come, each as loud as it is.
        b'a' => over(6),
        b'm' => over(1 + usize::from(*rest.first()?)),
        b'v' => over(1 + 4 * usize::from(*rest.first()?)),
        _ => None,
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    Some((text, &bytes[end + 1..]))
}

fn bytes(packet: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(packet)?;
    rest.split_at_checked(length as usize)
}

fn properties(mut rest: &[u8]) -> Option<(Value, &[u8])> {
    let mut found = Vec::new();
    loop {
        let (letter, after) = rest.split_first()?;
        match letter {
            b'N' => return Some((Value::Properties(found), after)),
            b't' => {
                let (key, after) = text(after)?;
                let (_, after) = number(after.strip_prefix(b"L")?)?;
                let (value, after) = bytes(after.strip_prefix(b"x")?)?;
                let value = value.strip_suffix(&[0]).unwrap_or(value);
                found.push((key, String::from_utf8_lossy(value).into_owned()));
                rest = after;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_by_its_socket() {
        let found = |server| path(server).map(|path| path.display().to_string());
        assert_eq!(found("unix:/run/pulse").as_deref(), Some("/run/pulse"));
        assert_eq!(found("{f00}unix:/run/pulse").as_deref(), Some("/run/pulse"));
        assert_eq!(found("/run/pulse").as_deref(), Some("/run/pulse"));
        assert_eq!(found("tcp:music:4713"), None);
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        let mut sent = Values::default();
        sent.number(7);
        sent.text("null");
        sent.no_text();
        sent.bytes(&[1, 2, 3]);
        sent.properties(&[("media.name", "call")]);
        sent.0.extend(b"1");
        sent.0.extend(b"m\x02ab");
        sent.0.extend(b"v\x01abcd");
        let properties = vec![("media.name".to_owned(), "call".to_owned())];
        let expected = [
            Value::Number(7),
            Value::Text(Some("null".to_owned())),
            Value::Text(None),
            Value::Other,
            Value::Properties(properties),
            Value::Yes(true),
            Value::Other,
            Value::Other,
        ];
        assert_eq!(values(&sent.0).as_deref(), Some(&expected[..]));
        // Cut off anywhere, it is less, or nonsense, and no panic.
        for end in 0..sent.0.len() {
            assert!(values(&sent.0[..end]).is_none_or(|less| less.len() < expected.len()));
        }
    }
}
