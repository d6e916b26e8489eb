//! A connection to a Wayland compositor, for sources that need no window.
//!
//! This is the Rust backend of wayland-rs, without `wayland-client` on top: for the whole build, the tray included, the toolkit
//! of the window turns `wayland-client` into a wrapper of libwayland, and the tray loads no library of the windowing system.
//! Interfaces, and the names of requests and events, come from the protocol crates.

use std::ffi::CString;
use std::io;
use std::os::fd::{OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use async_channel::{Receiver, Sender};
use async_io::Async;
use wayland_backend::message;
use wayland_backend::protocol::{Argument, Interface, Message};
use wayland_backend::rs::client::{Backend, ObjectData, ObjectId, WaylandError};
use wayland_client::protocol::{wl_display, wl_registry};

use crate::lang::tr;

/// A request to an object of the compositor.
pub(in crate::watch) type Request = Message<ObjectId, RawFd>;

/// An event of an object of the compositor.
pub(in crate::watch) type Event = Message<ObjectId, OwnedFd>;

/// A connection to a compositor.
pub(in crate::watch) struct Client {
    backend: Backend,
    /// Another handle to the socket of the backend, to wait on.
    socket: Async<UnixStream>,
    inbox: Arc<Inbox>,
    events: Receiver<Event>,
}

/// The interfaces that a compositor offers.
pub(in crate::watch) struct Globals {
    registry: ObjectId,
    list: Vec<Global>,
}

struct Global {
    name: u32,
    interface: String,
    version: u32,
}

impl Client {
    pub(in crate::watch) async fn connect(socket: &Path) -> io::Result<Self> {
        Self::new(Async::<UnixStream>::connect(socket).await?)
    }

    pub(super) fn new(socket: Async<UnixStream>) -> io::Result<Self> {
        let stream = socket.get_ref().try_clone()?;
        let (inbox, events) = async_channel::unbounded();
        Ok(Self {
            backend: Backend::connect(stream).map_err(io::Error::other)?,
            socket,
            inbox: Arc::new(Inbox(inbox)),
            events,
        })
    }

    /// Asks for the interfaces that the compositor offers now.
    pub(in crate::watch) async fn globals(&self) -> anyhow::Result<Globals> {
        let registry = message!(
            self.backend.display_id(),
            wl_display::REQ_GET_REGISTRY_OPCODE,
            [Argument::NewId(ObjectId::null())]
        );
        let mut globals = Globals {
            registry: self.send(registry).await?,
            list: Vec::new(),
        };
        let listed = self.sync().await?;
        loop {
            let event = self.next().await?;
            if event.sender_id == listed {
                return Ok(globals);
            }
            if event.sender_id == globals.registry {
                globals.list.extend(Global::announced(&event));
            }
        }
    }

    /// Makes an object of an interface that the compositor offers.
    pub(in crate::watch) async fn bind(
        &self,
        globals: &Globals,
        interface: &'static Interface,
        version: u32,
    ) -> anyhow::Result<ObjectId> {
        let global = globals.find(interface).context(interface.name)?;
        let request = message!(
            globals.registry.clone(),
            wl_registry::REQ_BIND_OPCODE,
            [
                Argument::Uint(global.name),
                Argument::Str(Some(Box::new(CString::new(interface.name)?))),
                Argument::Uint(version),
                Argument::NewId(ObjectId::null()),
            ]
        );
        self.request(request, Some((interface, version))).await
    }

    /// Asks for an event of the object that is returned, which the compositor sends once it has handled all earlier requests.
    pub(in crate::watch) async fn sync(&self) -> anyhow::Result<ObjectId> {
        let display = self.backend.display_id();
        let new = Argument::NewId(ObjectId::null());
        self.send(message!(display, wl_display::REQ_SYNC_OPCODE, [new]))
            .await
    }

    /// Sends a request, and returns the object that it makes, if it makes one.
    pub(in crate::watch) async fn send(&self, request: Request) -> anyhow::Result<ObjectId> {
        self.request(request, None).await
    }

    /// `interface` is for requests that don't imply the interface of the object that they make.
    async fn request(
        &self,
        request: Request,
        interface: Option<(&'static Interface, u32)>,
    ) -> anyhow::Result<ObjectId> {
        let inbox = self.inbox.clone();
        let object = self.backend.send_request(request, Some(inbox), interface)?;
        let flush = |_: &_| self.backend.flush().map_err(io_error);
        let flushed = self.socket.write_with(flush).await;
        flushed.map_err(|error| self.failure(error))?;
        Ok(object)
    }

    /// Waits for the next event. Dropping the future loses no event.
    pub(in crate::watch) async fn next(&self) -> anyhow::Result<Event> {
        loop {
            if let Ok(event) = self.events.try_recv() {
                return Ok(event);
            }
            let read = self.socket.read_with(|_| self.read()).await;
            // The last events may have come together with the end.
            if self.events.is_empty() {
                read.map_err(|error| self.failure(error))?;
            }
        }
    }

    /// Moves the events that have arrived into the inbox.
    fn read(&self) -> io::Result<usize> {
        // The Rust backend never refuses.
        let reader = self.backend.prepare_read();
        let reader = reader.ok_or(io::ErrorKind::WouldBlock)?;
        reader.read().map_err(io_error)
    }

    fn failure(&self, error: io::Error) -> anyhow::Error {
        match self.backend.last_error() {
            Some(WaylandError::Protocol(error)) => {
                anyhow!(tr!(
                    "the compositor reports an error: {text}",
                    text = error.message
                ))
            }
            Some(WaylandError::Io(_)) | None => {
                anyhow!(error).context(tr("the compositor is gone"))
            }
        }
    }
}

fn io_error(error: WaylandError) -> io::Error {
    match error {
        // This is also how the backend reports the end of the stream.
        WaylandError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            io::ErrorKind::UnexpectedEof.into()
        }
        WaylandError::Io(error) => error,
        WaylandError::Protocol(error) => io::Error::other(error),
    }
}

impl Globals {
    /// The highest version of this interface that the compositor supports, if it offers the interface at all.
    pub(in crate::watch) fn version(&self, interface: &Interface) -> Option<u32> {
        Some(self.find(interface)?.version)
    }

    fn find(&self, interface: &Interface) -> Option<&Global> {
        let mut list = self.list.iter();
        list.find(|global| global.interface == interface.name)
    }
}

impl Global {
    fn announced(event: &Event) -> Option<Self> {
        match (event.opcode, &event.args[..]) {
            (
                wl_registry::EVT_GLOBAL_OPCODE,
                [
                    Argument::Uint(name),
                    Argument::Str(Some(interface)),
                    Argument::Uint(version),
                ],
            ) => Some(Self {
                name: *name,
                interface: interface.to_string_lossy().into_owned(),
                version: *version,
            }),
            _ => None,
        }
    }
}

/// Collects the events of all objects in the order of their arrival.
struct Inbox(Sender<Event>);

impl ObjectData for Inbox {
    fn event(self: Arc<Self>, _: &Backend, event: Event) -> Option<Arc<dyn ObjectData>> {
        let makes_object = event
            .args
            .iter()
            .any(|argument| matches!(argument, Argument::NewId(_)));
        // If nobody receives it, the connection is about to be closed.
        let _ = self.0.try_send(event);
        makes_object.then_some(self)
    }

    fn destroyed(&self, _: ObjectId) {}
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use futures_lite::future::block_on;
    use wayland_client::Proxy as _;
    use wayland_client::protocol::wl_output::WlOutput;
    use wayland_client::protocol::wl_seat::WlSeat;

    use super::*;

    /// The objects that a client makes first.
    const REGISTRY: u32 = 2;
    const LISTED: u32 = 3;

    fn pair() -> (Client, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (Client::new(Async::new(ours).unwrap()).unwrap(), theirs)
    }

    fn event(object: u32, opcode: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(8 + body.len()).unwrap();
        let mut event = object.to_ne_bytes().to_vec();
        event.extend((length << 16 | u32::from(opcode)).to_ne_bytes());
        event.extend(body);
        event
    }

    fn global(name: u32, interface: &str, version: u32) -> Vec<u8> {
        let mut body = name.to_ne_bytes().to_vec();
        body.extend((interface.len() as u32 + 1).to_ne_bytes());
        body.extend(interface.as_bytes());
        body.resize((body.len() + 1).next_multiple_of(4), 0);
        body.extend(version.to_ne_bytes());
        event(REGISTRY, wl_registry::EVT_GLOBAL_OPCODE, &body)
    }

    #[test]
    fn messages_come_whole_however_they_are_cut() {
        let (client, mut compositor) = pair();
        let mut sent = global(7, "wl_seat", 9);
        sent.extend(global(8, "ext_idle_notifier_v1", 2));
        sent.extend(event(LISTED, 0, &[0; 4]));
        let write = std::thread::spawn(move || {
            for byte in sent {
                compositor.write_all(&[byte]).unwrap();
            }
            compositor
        });
        let globals = block_on(client.globals()).unwrap();
        assert_eq!(globals.version(WlSeat::interface()), Some(9));
        assert_eq!(globals.version(WlOutput::interface()), None);
        // The compositor stays until all requests are sent.
        drop(write.join().unwrap());
        let error = block_on(client.next()).unwrap_err().to_string();
        assert_eq!(error, "the compositor is gone");
    }

    #[test]
    fn a_protocol_error_is_the_reason() {
        let (client, mut compositor) = pair();
        let mut body = [1_u32, 0, 4].map(u32::to_ne_bytes).concat();
        body.extend(b"no!\0");
        compositor.write_all(&event(1, 0, &body)).unwrap();
        let error = block_on(client.next()).unwrap_err();
        assert_eq!(format!("{error:#}"), "the compositor reports an error: no!");
    }

    #[test]
    fn nonsense_is_an_error_and_no_panic() {
        let too_short = vec![1, 0, 0, 0, 0, 0, 7, 0];
        let unknown_object = event(99, 0, &[]);
        let unknown_event = event(REGISTRY, 9, &[]);
        let bodies = [
            &[][..],
            &[0; 4],
            &[0; 8],
            &[0, 0, 0, 0, 255, 255, 255, 255],
            &[9; 16],
        ];
        let globals = bodies.map(|body| event(REGISTRY, wl_registry::EVT_GLOBAL_OPCODE, body));
        for nonsense in [too_short, unknown_object, unknown_event]
            .iter()
            .chain(&globals)
        {
            let (client, mut compositor) = pair();
            compositor.write_all(nonsense).unwrap();
            // Nothing more comes, not even the rest of a text.
            compositor.shutdown(std::net::Shutdown::Write).unwrap();
            assert!(block_on(client.globals()).is_err(), "{nonsense:?}");
        }
    }
}
