//! The small part of PulseAudio's protocol that reports recordings. PipeWire speaks it, too.
//!
//! A packet is a header of five words, followed by values with a type tag each, so that values of no interest can be
//! skipped. The official library, or one of its programs, would be much larger than this.

use std::env;
use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use async_io::Async;
use futures_lite::{AsyncReadExt as _, AsyncWriteExt as _};

/// The protocol version that we speak; servers also support all older ones.
const VERSION: u32 = 21;

/// The commands that are sent and received.
const ERROR: u32 = 0;
const REPLY: u32 = 2;
const AUTH: u32 = 8;
const SET_CLIENT_NAME: u32 = 9;
const GET_SOURCE_INFO: u32 = 23;
const GET_SOURCE_OUTPUTS: u32 = 32;
const SUBSCRIBE: u32 = 35;
const SUBSCRIBE_EVENT: u32 = 66;

/// The subscription mask for recordings, and for nothing else.
const SOURCE_OUTPUTS: u32 = 8;

/// The channel of all packets that don't carry sound.
const CONTROL: u32 = u32::MAX;

/// The largest packet that we accept, in bytes. All that we wait for are smaller.
const MAX_PACKET_SIZE: usize = 1 << 20;

/// The number of values that describe a recording in this version.
const VALUES_PER_RECORDING: usize = 13;

/// Returns the socket of the server, if it is on this computer.
pub(super) fn socket() -> Option<PathBuf> {
    if let Some(servers) = env::var_os("PULSE_SERVER") {
        let servers = servers.into_string().ok()?;
        return servers.split_whitespace().find_map(path);
    }
    let folder = env::var_os("XDG_RUNTIME_DIR")?;
    let socket = Path::new(&folder).join("pulse/native");
    Some(socket)
}

/// Parses `{computer}unix:/path`, in which all but the path is optional.
fn path(server: &str) -> Option<PathBuf> {
    let server = server.rsplit_once('}').map_or(server, |(_, server)| server);
    let path = server.strip_prefix("unix:").unwrap_or(server);
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// A connection to a sound server.
pub(super) struct Server {
    stream: Async<UnixStream>,
    /// The bytes received that don't make a whole packet yet.
    received: Vec<u8>,
    /// The number of the last request.
    last_request: u32,
    /// `true` if a recording has begun or ended since the last query.
    changed: bool,
}

/// A program's recording from a source.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recording {
    /// The number of the source.
    pub(super) source: u32,
    /// `true` while the recording is paused.
    pub(super) paused: bool,
    /// The program's name for the recording.
    pub(super) media: Option<String>,
    /// The id of the program.
    pub(super) program: Option<String>,
}

impl Server {
    /// Connects, and subscribes to the beginning and end of recordings.
    pub(super) async fn connect(socket: &Path) -> io::Result<Self> {
        let mut server = Self {
            stream: Async::<UnixStream>::connect(socket).await?,
            received: Vec::new(),
            last_request: 0,
            changed: false,
        };
        let mut key = Values::default();
        key.number(VERSION);
        key.bytes(&cookie());
        server.request(AUTH, key).await?;
        let mut name = Values::default();
        name.properties(&[("application.name", "Unhunch")]);
        server.request(SET_CLIENT_NAME, name).await?;
        let mut events = Values::default();
        events.number(SOURCE_OUTPUTS);
        server.request(SUBSCRIBE, events).await?;
        Ok(server)
    }

    /// Returns all current recordings.
    pub(super) async fn recordings(&mut self) -> io::Result<Vec<Recording>> {
        self.changed = false;
        let all = self.request(GET_SOURCE_OUTPUTS, Values::default()).await?;
        let all = all.chunks_exact(VALUES_PER_RECORDING);
        all.map(|values| recording(values).ok_or_else(nonsense))
            .collect()
    }

    /// Returns the name of a source.
    pub(super) async fn source(&mut self, number: u32) -> io::Result<String> {
        let mut which = Values::default();
        which.number(number);
        which.no_text();
        match self
            .request(GET_SOURCE_INFO, which)
            .await?
            .into_iter()
            .nth(1)
        {
            Some(Value::Text(Some(name))) => Ok(name),
            Some(_) | None => Err(nonsense()),
        }
    }

    /// Waits until a recording has begun or ended since the last query.
    pub(super) async fn change(&mut self) -> io::Result<()> {
        while !self.changed {
            self.next().await?;
        }
        Ok(())
    }

    async fn request(&mut self, command: u32, arguments: Values) -> io::Result<Vec<Value>> {
        self.last_request += 1;
        let mut question = Values::default();
        question.number(command);
        question.number(self.last_request);
        question.0.extend(arguments.0);
        let length = question.0.len() as u32;
        let header = [length, CONTROL, 0, 0, 0].map(u32::to_be_bytes);
        let packet = [header.concat(), question.0].concat();
        self.stream.write_all(&packet).await?;
        loop {
            let answer = self.next().await?;
            match &answer[..] {
                [Value::Number(REPLY), Value::Number(number), ..]
                    if *number == self.last_request =>
                {
                    return Ok(answer.into_iter().skip(2).collect());
                }
                // The server refuses, for example because the source no longer exists.
                [Value::Number(ERROR), Value::Number(number), ..]
                    if *number == self.last_request =>
                {
                    return Err(io::ErrorKind::NotFound.into());
                }
                _ => {}
            }
        }
    }

    /// Waits for the next packet. Cancel-safe: dropping the future loses nothing.
    async fn next(&mut self) -> io::Result<Vec<Value>> {
        loop {
            if let Some(packet) = self.take_packet()? {
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

    /// Removes the first whole packet from the buffer.
    fn take_packet(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some((length, body)) = number(&self.received) else {
            return Ok(None);
        };
        let length = length as usize;
        if length > MAX_PACKET_SIZE {
            return Err(nonsense());
        }
        // The body begins with the other four words of the header.
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

/// Returns the cookie that authenticates the user to the server. Without one, the server asks the kernel who we are.
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
    let cookie = places.into_iter().flatten().find_map(read);
    cookie.unwrap_or([0; 256])
}

fn recording(values: &[Value]) -> Option<Recording> {
    let (Value::Number(source), Value::Properties(about), Value::Bool(stands)) =
        (&values[4], &values[11], &values[12])
    else {
        return None;
    };
    let property = |key: &str| {
        let entry = about.iter().find(|(name, _)| name == key);
        entry.map(|(_, value)| value.clone())
    };
    Some(Recording {
        source: *source,
        paused: *stands,
        media: property("media.name"),
        program: property("application.id"),
    })
}

/// The encoded values of a request.
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

/// A decoded value of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(u32),
    Text(Option<String>),
    Bool(bool),
    Properties(Vec<(String, String)>),
    /// A value of no interest.
    Other,
}

/// Decodes all values of a packet. Returns `None` if it is malformed.
fn values(mut packet: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while !packet.is_empty() {
        let (value, rest) = value(packet)?;
        values.push(value);
        packet = rest;
    }
    Some(values)
}

/// Decodes the first value, and returns it with the rest of the packet.
fn value(packet: &[u8]) -> Option<(Value, &[u8])> {
    let (letter, rest) = packet.split_first()?;
    let skip = |length: usize| Some((Value::Other, rest.get(length..)?));
    match letter {
        b'L' => number(rest).map(|(number, rest)| (Value::Number(number), rest)),
        b'N' => Some((Value::Text(None), rest)),
        b't' => text(rest).map(|(text, rest)| (Value::Text(Some(text)), rest)),
        b'1' => Some((Value::Bool(true), rest)),
        b'0' => Some((Value::Bool(false), rest)),
        b'P' => properties(rest),
        b'x' => bytes(rest).map(|(_, rest)| (Value::Other, rest)),
        // A byte; a volume; a duration or an integer of eight bytes; a time.
        b'B' => skip(1),
        b'V' => skip(4),
        b'U' | b'R' | b'r' | b'T' => skip(8),
        // The sample format; the order of the channels; the volume of each channel.
        b'a' => skip(6),
        b'm' => skip(1 + usize::from(*rest.first()?)),
        b'v' => skip(1 + 4 * usize::from(*rest.first()?)),
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
    let mut pairs = Vec::new();
    loop {
        let (letter, after) = rest.split_first()?;
        match letter {
            b'N' => return Some((Value::Properties(pairs), after)),
            b't' => {
                let (key, after) = text(after)?;
                let (_, after) = number(after.strip_prefix(b"L")?)?;
                let (value, after) = bytes(after.strip_prefix(b"x")?)?;
                let value = value.strip_suffix(&[0]).unwrap_or(value);
                pairs.push((key, String::from_utf8_lossy(value).into_owned()));
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
        let socket_path = |server| path(server).map(|path| path.display().to_string());
        assert_eq!(
            socket_path("unix:/run/pulse").as_deref(),
            Some("/run/pulse")
        );
        assert_eq!(
            socket_path("{f00}unix:/run/pulse").as_deref(),
            Some("/run/pulse")
        );
        assert_eq!(socket_path("/run/pulse").as_deref(), Some("/run/pulse"));
        assert_eq!(socket_path("tcp:music:4713"), None);
    }

    #[test]
    fn values_round_trip() {
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
            Value::Bool(true),
            Value::Other,
            Value::Other,
        ];
        assert_eq!(values(&sent.0).as_deref(), Some(&expected[..]));
        // A truncated packet has fewer values or is malformed, but never causes a panic.
        for end in 0..sent.0.len() {
            assert!(values(&sent.0[..end]).is_none_or(|less| less.len() < expected.len()));
        }
    }
}
