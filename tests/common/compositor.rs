//! A mock Wayland compositor that displays nothing: it has a seat, sends idle events when the test says so, and panics on
//! requests that violate the protocol.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use async_channel::{Receiver, Sender};

/// An idle protocol that the compositor offers: the interface and its version.
pub(crate) type Protocol = (&'static str, u32);

pub(crate) const EXT_1: Protocol = ("ext_idle_notifier_v1", 1);
pub(crate) const EXT_2: Protocol = ("ext_idle_notifier_v1", 2);
pub(crate) const KDE: Protocol = ("org_kde_kwin_idle", 1);

/// A request of a client to start or stop watching for idleness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdleRequest {
    /// Requests an idle event after this many milliseconds without activity.
    For {
        id: u32,
        after: u32,
        input_only: bool,
    },
    NoMore {
        id: u32,
    },
}

/// The compositor with its only client.
pub(crate) struct Compositor {
    client: UnixStream,
    pub(crate) requests: Receiver<IdleRequest>,
}

/// A compositor that has no client yet.
pub(crate) struct Listening(UnixListener);

/// Listens at this socket, replacing an old one.
pub(crate) fn listen(socket: &Path) -> Listening {
    let _ = std::fs::remove_file(socket);
    Listening(UnixListener::bind(socket).expect("a folder for it"))
}

impl Listening {
    /// Waits for a client, and offers it these protocols.
    pub(crate) async fn client(self, protocols: &'static [Protocol]) -> Compositor {
        let accept = async_io::Async::new(self.0).expect("a socket");
        let (client, _) = accept.accept().await.expect("somebody comes");
        let client = client.into_inner().expect("a socket");
        client.set_nonblocking(false).expect("a socket");
        let (sender, requests) = async_channel::unbounded();
        let hears = client.try_clone().expect("a socket");
        thread::spawn(move || Conversation::new(hears, protocols, sender).hear());
        Compositor { client, requests }
    }
}

impl Listening {
    /// Accepts every client and offers it these protocols, but never sends an idle event.
    pub(crate) fn everybody(self, protocols: &'static [Protocol]) {
        thread::spawn(move || {
            for client in self.0.incoming().flatten() {
                let (sender, _) = async_channel::unbounded();
                thread::spawn(move || Conversation::new(client, protocols, sender).hear());
            }
        });
    }
}

impl Listening {
    /// Accepts every client and disconnects it after 100 ms. Returns the number of clients disconnected so far.
    pub(crate) fn drop_all(self, protocols: &'static [Protocol]) -> Arc<AtomicUsize> {
        let dropped = Arc::new(AtomicUsize::new(0));
        let counts = dropped.clone();
        thread::spawn(move || {
            for client in self.0.incoming().flatten() {
                let (sender, _requests) = async_channel::unbounded();
                let hears = client.try_clone().expect("a socket");
                thread::spawn(move || Conversation::new(hears, protocols, sender).hear());
                async_io::block_on(super::pass(100));
                let _ = client.shutdown(std::net::Shutdown::Both);
                counts.fetch_add(1, Ordering::AcqRel);
            }
        });
        dropped
    }
}

impl Compositor {
    /// Sends the idle event of this notification.
    pub(crate) fn idled(&self, id: u32) {
        send_message(&self.client, id, 0, &[]);
    }

    /// Sends the event that reports input after idleness.
    pub(crate) fn resumed(&self, id: u32) {
        send_message(&self.client, id, 1, &[]);
    }

    /// Closes the connection, as if the compositor had crashed.
    pub(crate) fn die(self) {
        self.client
            .shutdown(std::net::Shutdown::Both)
            .expect("it lives");
    }
}

/// Sends a message of the Wayland wire protocol.
fn send_message(mut client: &UnixStream, object: u32, code: u16, body: &[u8]) {
    let mut message = object.to_ne_bytes().to_vec();
    let size = u16::try_from(8 + body.len()).expect("short");
    message.extend((u32::from(size) << 16 | u32::from(code)).to_ne_bytes());
    message.extend(body);
    // The client may be gone.
    let _ = client.write_all(&message);
}

/// The state of the connection to one client.
struct Conversation {
    client: UnixStream,
    protocols: &'static [Protocol],
    requests: Sender<IdleRequest>,
    registry: Option<u32>,
    seat: Option<u32>,
    notifier: Option<(u32, Protocol)>,
    words: Vec<u32>,
}

/// The names of the globals: an output that no test uses, the seat, and from `FIRST` on the idle protocols.
const OUTPUT: u32 = 10;
const SEAT: u32 = 11;
const FIRST: u32 = 12;

impl Conversation {
    fn new(
        client: UnixStream,
        protocols: &'static [Protocol],
        requests: Sender<IdleRequest>,
    ) -> Self {
        Self {
            client,
            protocols,
            requests,
            registry: None,
            seat: None,
            notifier: None,
            words: Vec::new(),
        }
    }

    fn hear(mut self) {
        let mut header = [0; 8];
        while self.client.read_exact(&mut header).is_ok() {
            let [a, b, c, d, e, f, g, h] = header;
            let object = u32::from_ne_bytes([a, b, c, d]);
            let second = u32::from_ne_bytes([e, f, g, h]);
            let mut body = vec![0; (second >> 16) as usize - 8];
            assert_eq!(body.len() % 4, 0, "a message is made of words");
            if self.client.read_exact(&mut body).is_err() {
                return;
            }
            let words = body.chunks(4);
            self.words = words
                .map(|word| u32::from_ne_bytes(word.try_into().expect("four bytes")))
                .collect();
            self.on_request(object, second & 0xffff);
        }
    }

    fn on_request(&mut self, object: u32, code: u32) {
        let words = self.words.clone();
        match (object, code, &words[..]) {
            (1, 0, [callback]) => send_message(&self.client, *callback, 0, &7_u32.to_ne_bytes()),
            (1, 1, [registry]) => {
                self.registry = Some(*registry);
                self.send_globals(*registry);
            }
            (object, 0, [name, rest @ ..]) if Some(object) == self.registry => {
                self.bind(*name, rest);
            }
            (object, code, words) if Some(object) == self.notifier.map(|(id, _)| id) => {
                self.on_notifier(code, words);
            }
            (id, 0, []) => {
                // An event that was under way when the client gave up the object.
                send_message(&self.client, id, 0, &[]);
                let _ = self.requests.try_send(IdleRequest::NoMore { id });
                send_message(&self.client, 1, 1, &id.to_ne_bytes());
            }
            (object, code, words) => panic!("nobody asks {object} for {code} {words:?}"),
        }
    }

    fn send_globals(&self, registry: u32) {
        let others = [(OUTPUT, ("wl_output", 4)), (SEAT, ("wl_seat", 8))];
        let ours = (FIRST..).zip(self.protocols.iter().copied());
        for (name, (interface, version)) in others.into_iter().chain(ours) {
            let mut body = name.to_ne_bytes().to_vec();
            body.extend(text(interface));
            body.extend(u32::to_ne_bytes(version));
            send_message(&self.client, registry, 0, &body);
        }
    }

    fn bind(&mut self, name: u32, rest: &[u32]) {
        let bytes: Vec<u8> = rest.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let asks_for = |interface: &str| bytes.starts_with(&text(interface));
        let [.., version, id] = rest else {
            panic!("too short: {rest:?}")
        };
        if name == SEAT {
            assert!(asks_for("wl_seat") && *version >= 1 && *version <= 8);
            self.seat = Some(*id);
            // The capabilities of the seat: a pointer.
            send_message(&self.client, *id, 0, &1_u32.to_ne_bytes());
        } else {
            let protocol = self.protocols[(name - FIRST) as usize];
            assert!(asks_for(protocol.0) && *version == protocol.1, "{rest:?}");
            self.notifier = Some((*id, protocol));
        }
    }

    fn on_notifier(&self, code: u32, words: &[u32]) {
        let (_, (interface, version)) = self.notifier.expect("it was bound");
        let (id, after, seat, input_only) = match (interface, code, words) {
            ("org_kde_kwin_idle", 0, [id, seat, after]) => (*id, *after, *seat, false),
            ("ext_idle_notifier_v1", 1, [id, after, seat]) => (*id, *after, *seat, false),
            ("ext_idle_notifier_v1", 2, [id, after, seat]) if version >= 2 => {
                (*id, *after, *seat, true)
            }
            unknown => panic!("{unknown:?}"),
        };
        assert_eq!(Some(seat), self.seat);
        let request = IdleRequest::For {
            id,
            after,
            input_only,
        };
        let _ = self.requests.try_send(request);
    }
}

/// Encodes a string for the wire: its length, its bytes, a NUL, and padding to 4 bytes.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u32 + 1).to_ne_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes.push(0);
    while !bytes.len().is_multiple_of(4) {
        bytes.push(0);
    }
    bytes
}
