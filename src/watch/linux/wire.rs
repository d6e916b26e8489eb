//! The wire format of Wayland: an object id, an opcode and a length, then native-endian words of four bytes.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;

use async_io::Async;
use futures_lite::{AsyncReadExt as _, AsyncWriteExt as _};

/// The size of the header: the object id, then the opcode with the length.
const HEADER: usize = 8;

/// The id of the display, which exists on every connection.
pub(in crate::watch) const DISPLAY: u32 = 1;

/// A connection to a compositor.
pub(in crate::watch) struct Wire {
    stream: Async<UnixStream>,
    /// The bytes received that don't make a whole message yet.
    received: Vec<u8>,
}

/// An event that was sent by an object.
#[derive(Debug)]
pub(in crate::watch) struct Message {
    pub(in crate::watch) object: u32,
    pub(in crate::watch) code: u16,
    body: Vec<u8>,
}

impl Wire {
    pub(in crate::watch) async fn connect(socket: &Path) -> io::Result<Self> {
        let stream = Async::<UnixStream>::connect(socket).await?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends a request to an object.
    pub(in crate::watch) async fn send(
        &mut self,
        object: u32,
        code: u16,
        words: &[u32],
    ) -> io::Result<()> {
        let body: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        self.stream.write_all(&message(object, code, &body)).await
    }

    /// Binds a global of the registry to a new object.
    pub(in crate::watch) async fn bind(
        &mut self,
        registry: u32,
        name: u32,
        interface: &str,
        version: u32,
        id: u32,
    ) -> io::Result<()> {
        let mut body = name.to_ne_bytes().to_vec();
        body.extend((interface.len() as u32 + 1).to_ne_bytes());
        body.extend(interface.as_bytes());
        body.push(0);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(version.to_ne_bytes());
        body.extend(id.to_ne_bytes());
        self.stream.write_all(&message(registry, 0, &body)).await
    }

    /// Waits for the next message. Cancel-safe: dropping the future loses nothing.
    pub(in crate::watch) async fn next(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(message);
            }
            let mut room = [0; 512];
            match self.stream.read(&mut room).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.received.extend_from_slice(&room[..read]),
            }
        }
    }

    /// Removes the first whole message from the buffer.
    fn take(&mut self) -> io::Result<Option<Message>> {
        let (Some(object), Some(second)) = (word(&self.received, 0), word(&self.received, 4))
        else {
            return Ok(None);
        };
        let length = (second >> 16) as usize;
        if length < HEADER {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if self.received.len() < length {
            return Ok(None);
        }
        let body = self.received.drain(..length).skip(HEADER).collect();
        Ok(Some(Message {
            object,
            code: second as u16,
            body,
        }))
    }
}

fn message(object: u32, code: u16, body: &[u8]) -> Vec<u8> {
    let length = (HEADER + body.len()) as u32;
    let mut message = object.to_ne_bytes().to_vec();
    message.extend((length << 16 | u32::from(code)).to_ne_bytes());
    message.extend(body);
    message
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_ne_bytes(bytes.try_into().ok()?))
}

impl Message {
    /// Parses the announcement of a global by a registry: its number, its interface and its version.
    pub(in crate::watch) fn global(&self) -> Option<(u32, String, u32)> {
        let (interface, after) = self.text(4)?;
        Some((word(&self.body, 0)?, interface, word(&self.body, after)?))
    }

    /// Returns the first word of the body.
    pub(in crate::watch) fn first(&self) -> Option<u32> {
        word(&self.body, 0)
    }

    /// Returns the words of an array that is the whole body.
    pub(in crate::watch) fn list(&self) -> Option<Vec<u32>> {
        let length = self.first()? as usize;
        let bytes = self.body.get(4..length.checked_add(4)?)?;
        Some((0..length / 4).filter_map(|n| word(bytes, 4 * n)).collect())
    }

    /// Returns the text of an error that the display reports.
    pub(in crate::watch) fn complaint(&self) -> String {
        self.text(8).map(|(text, _)| text).unwrap_or_default()
    }

    /// Returns the string at this offset, and the offset after it.
    fn text(&self, at: usize) -> Option<(String, usize)> {
        let length = word(&self.body, at)? as usize;
        let bytes = self.body.get(at + 4..(at + 4).checked_add(length)?)?;
        let text = bytes.strip_suffix(&[0])?;
        let text = String::from_utf8_lossy(text).into_owned();
        Some((text, at + 4 + length.next_multiple_of(4)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use futures_lite::future::block_on;

    use super::*;

    fn pair() -> (Wire, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let wire = Wire {
            stream: Async::new(ours).unwrap(),
            received: Vec::new(),
        };
        (wire, theirs)
    }

    fn global(name: u32, interface: &str, version: u32) -> Vec<u8> {
        let mut body = name.to_ne_bytes().to_vec();
        body.extend((interface.len() as u32 + 1).to_ne_bytes());
        body.extend(interface.as_bytes());
        body.resize((body.len() + 1).next_multiple_of(4), 0);
        body.extend(version.to_ne_bytes());
        message(2, 0, &body)
    }

    #[test]
    fn messages_come_whole_however_they_are_cut() {
        let (mut wire, mut compositor) = pair();
        let mut sent = global(7, "wl_seat", 9);
        sent.extend(global(8, "ext_idle_notifier_v1", 2));
        let write = std::thread::spawn(move || {
            for byte in sent {
                compositor.write_all(&[byte]).unwrap();
            }
        });
        let mut next = || block_on(wire.next()).unwrap().global().unwrap();
        assert_eq!(next(), (7, "wl_seat".to_owned(), 9));
        assert_eq!(next(), (8, "ext_idle_notifier_v1".to_owned(), 2));
        write.join().unwrap();
        assert!(block_on(wire.next()).is_err(), "the compositor is gone");
    }

    #[test]
    fn nonsense_is_an_error_and_no_panic() {
        let (mut wire, mut compositor) = pair();
        compositor.write_all(&[1, 0, 0, 0, 0, 0, 7, 0]).unwrap();
        assert!(block_on(wire.next()).is_err(), "shorter than its header");
        for body in [
            &[][..],
            &[0; 4],
            &[0; 8],
            &[0, 0, 0, 0, 255, 255, 255, 255],
            &[9; 16],
        ] {
            let (object, code, body) = (2, 0, body.to_vec());
            let message = Message { object, code, body };
            assert_eq!(message.global(), None);
            assert_eq!(message.complaint(), "");
            assert!(message.list().is_none_or(|list| list.is_empty()));
        }
    }
}
