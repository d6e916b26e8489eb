//! Files that are dropped on the window on Wayland. The toolkit reports them only on X11.
//!
//! In the sandbox of a Flatpak, paths of other programs mean nothing. There, the file transfer portal makes the files readable and
//! names them.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures_lite::future::block_on;
use percent_encoding::percent_decode_str;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use unhunch::paths::is_flatpak;
use wayland_client::backend::WaylandError;
use wayland_client::globals::registry_queue_init;
use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_offer::{self, WlDataOffer};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{
    Connection, Dispatch, EventQueue, Proxy as _, QueueHandle, WEnum, delegate_noop,
    event_created_child,
};

use super::wayland::{self, IgnoreEvents};

/// The MIME type of a list of files (RFC 2483).
const URI_LIST: &str = "text/uri-list";

/// The MIME type of a key with which the file transfer portal names the files.
const TRANSFER_KEY: &str = "application/vnd.portal.filetransfer";

/// The longest list that is read, in bytes.
const MAX_LIST: usize = 1 << 20;

/// The time that the other program has to send the next part of the list.
const SEND_TIMEOUT: Timespec = Timespec {
    tv_sec: 5,
    tv_nsec: 0,
};

/// The time that the portal has to answer. The window can't close before.
const PORTAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Receives the files that are dropped on the window, on a thread of its own. Dropping it ends the thread, which must happen before the
/// toolkit closes its connection.
pub(crate) struct FileDrops {
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl FileDrops {
    /// Calls back, on another thread, with the files of each drop. Returns `None` on X11, where the toolkit reports them.
    pub(crate) fn follow(
        window: &winit::window::Window,
        callback: impl Fn(Vec<PathBuf>) + Send + 'static,
    ) -> Option<Self> {
        let connection = wayland::connection(window)?;
        let started = io::pipe().and_then(|(stopped, stop)| {
            let thread = thread::Builder::new().name("drops".into()).spawn(move || {
                if let Err(error) = run(&connection, &stopped, Box::new(callback)) {
                    log::debug!("dropped files: {error}");
                }
            })?;
            Ok(Self {
                stop: Some(stop),
                thread: Some(thread),
            })
        });
        match started {
            Ok(drops) => Some(drops),
            Err(error) => {
                eprintln!("unhunch-window: no files can be dropped on the window: {error}");
                None
            }
        }
    }
}

impl Drop for FileDrops {
    fn drop(&mut self) {
        // The thread sees that the pipe was closed.
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic was printed when it happened.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, stopped: &PipeReader, callback: Callback) -> anyhow::Result<()> {
    let (globals, _registry_queue) = registry_queue_init::<IgnoreEvents>(connection)?;
    let mut queue = connection.new_event_queue::<Target>();
    let handle = queue.handle();
    let seat: WlSeat = globals.bind(&handle, 1..=1, ())?;
    let manager: WlDataDeviceManager = globals.bind(&handle, 3..=3, ())?;
    let _device = manager.get_data_device(&seat, &handle, ());
    let mut target = Target {
        callback,
        offer: None,
    };
    while wait_for_events(&queue, stopped)? {
        queue.dispatch_pending(&mut target)?;
    }
    Ok(())
}

/// Waits until the compositor has sent something, which may be for another part of the program. Returns `false` if the thread is to end.
fn wait_for_events(queue: &EventQueue<Target>, stopped: &PipeReader) -> anyhow::Result<bool> {
    queue.flush()?;
    let Some(reader) = queue.prepare_read() else {
        // Events are waiting already.
        return Ok(true);
    };
    let connection = reader.connection_fd();
    let mut sources = [
        PollFd::new(&connection, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    retry_on_intr(|| poll(&mut sources, None))?;
    if !sources[1].revents().is_empty() {
        return Ok(false);
    }
    match reader.read() {
        Ok(_) => Ok(true),
        // The toolkit has read them.
        Err(WaylandError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error.into()),
    }
}

type Callback = Box<dyn Fn(Vec<PathBuf>) + Send>;

/// The window as the target of a drag.
struct Target {
    callback: Callback,
    /// The offer of the drag that is over the window. `None` if there is no drag.
    offer: Option<WlDataOffer>,
}

/// The properties of an offer, which the compositor sends one by one.
#[derive(Default)]
struct Offered {
    has_list: AtomicBool,
    has_transfer_key: AtomicBool,
    /// `true` if both sides agree on copying.
    is_copied: AtomicBool,
}

impl Offered {
    /// Returns the MIME type in which we want the files, if there are any.
    fn wanted(&self, in_sandbox: bool) -> Option<&'static str> {
        if in_sandbox && self.has_transfer_key.load(Ordering::Relaxed) {
            return Some(TRANSFER_KEY);
        }
        self.has_list.load(Ordering::Relaxed).then_some(URI_LIST)
    }
}

fn wanted(offer: &WlDataOffer) -> Option<&'static str> {
    offer.data::<Offered>()?.wanted(is_flatpak())
}

impl Target {
    fn enter(&mut self, serial: u32, offer: WlDataOffer) {
        let wanted = wanted(&offer);
        offer.accept(serial, wanted.map(str::to_owned));
        let action = match wanted {
            Some(_) => DndAction::Copy,
            None => DndAction::None,
        };
        offer.set_actions(action, action);
        self.offer = Some(offer);
    }

    fn receive(&self, offer: &WlDataOffer, connection: &Connection) -> anyhow::Result<()> {
        let Some(wanted) = wanted(offer) else {
            return Ok(());
        };
        let (pipe, sender) = io::pipe()?;
        offer.receive(wanted.to_owned(), sender.as_fd());
        connection.flush()?;
        drop(sender);
        let sent = read(pipe)?;
        // Anything else would be an error of the protocol, which ends the connection.
        if offer
            .data::<Offered>()
            .is_some_and(|offered| offered.is_copied.load(Ordering::Relaxed))
        {
            offer.finish();
        }
        let files = if wanted == TRANSFER_KEY {
            block_on(async {
                let builder = zbus::connection::Builder::session()?;
                let bus = builder.method_timeout(PORTAL_TIMEOUT).build().await?;
                transferred_files(&bus, &sent).await
            })?
        } else {
            files(&sent)
        };
        if !files.is_empty() {
            (self.callback)(files);
        }
        Ok(())
    }
}

/// Returns the files that another program has given to the file transfer portal under this key.
async fn transferred_files(bus: &zbus::Connection, key: &[u8]) -> zbus::Result<Vec<PathBuf>> {
    // GTK sends the zero at the end of the string, too.
    let key = String::from_utf8_lossy(key);
    let key = key.trim_end_matches('\0');
    let options = HashMap::<&str, zbus::zvariant::Value<'_>>::new();
    let answer = bus
        .call_method(
            Some("org.freedesktop.portal.Documents"),
            "/org/freedesktop/portal/documents",
            Some("org.freedesktop.portal.FileTransfer"),
            "RetrieveFiles",
            &(key, options),
        )
        .await?;
    let files: Vec<String> = answer.body().deserialize()?;
    Ok(files.into_iter().map(PathBuf::from).collect())
}

/// Reads what the other program sends.
fn read(mut pipe: PipeReader) -> io::Result<Vec<u8>> {
    let mut list = Vec::new();
    let mut part = [0; 4096];
    loop {
        let mut sources = [PollFd::new(&pipe, PollFlags::IN)];
        if retry_on_intr(|| poll(&mut sources, Some(&SEND_TIMEOUT)))? == 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let length = pipe.read(&mut part)?;
        if length == 0 {
            return Ok(list);
        }
        list.extend_from_slice(&part[..length]);
        if list.len() > MAX_LIST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
}

/// Returns the files of a list of addresses. What is on another computer is left out.
fn files(list: &[u8]) -> Vec<PathBuf> {
    let list = String::from_utf8_lossy(list);
    let paths = list.lines().filter_map(|line| {
        let address = line.trim().strip_prefix("file://")?;
        let (host, _) = address.split_once('/')?;
        let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
        let path: Vec<u8> = percent_decode_str(&address[host.len()..]).collect();
        is_here.then(|| OsStr::from_bytes(&path).into())
    });
    paths.collect()
}

impl Dispatch<WlDataDevice, ()> for Target {
    fn event(
        target: &mut Self,
        _: &WlDataDevice,
        event: wl_data_device::Event,
        (): &(),
        connection: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_device::Event::Enter {
                serial,
                id: Some(offer),
                ..
            } => target.enter(serial, offer),
            wl_data_device::Event::Drop => {
                let Some(offer) = target.offer.take() else {
                    return;
                };
                if let Err(error) = target.receive(&offer, connection) {
                    eprintln!(
                        "unhunch-window: the dropped files cannot be read: {}",
                        unhunch::reason::of(&error)
                    );
                }
                offer.destroy();
            }
            wl_data_device::Event::Leave => {
                if let Some(offer) = target.offer.take() {
                    offer.destroy();
                }
            }
            // The clipboard, which the toolkit reads by other means.
            wl_data_device::Event::Selection { id: Some(offer) } => offer.destroy(),
            wl_data_device::Event::DataOffer { .. }
            | wl_data_device::Event::Enter { .. }
            | wl_data_device::Event::Motion { .. }
            | wl_data_device::Event::Selection { .. }
            | _ => {}
        }
    }

    event_created_child!(Target, WlDataDevice, [
        wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, Offered::default()),
    ]);
}

impl Dispatch<WlDataOffer, Offered> for Target {
    fn event(
        _: &mut Self,
        _: &WlDataOffer,
        event: wl_data_offer::Event,
        offered: &Offered,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_offer::Event::Offer { mime_type } if mime_type == URI_LIST => {
                offered.has_list.store(true, Ordering::Relaxed);
            }
            wl_data_offer::Event::Offer { mime_type } if mime_type == TRANSFER_KEY => {
                offered.has_transfer_key.store(true, Ordering::Relaxed);
            }
            wl_data_offer::Event::Action { dnd_action } => {
                let is_copied = dnd_action == WEnum::Value(DndAction::Copy);
                offered.is_copied.store(is_copied, Ordering::Relaxed);
            }
            wl_data_offer::Event::Offer { .. } | wl_data_offer::Event::SourceActions { .. } | _ => {
            }
        }
    }
}

delegate_noop!(Target: ignore WlSeat);
delegate_noop!(Target: WlDataDeviceManager);

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use futures_lite::future::zip;
    use zbus::connection::Builder;
    use zbus::zvariant::OwnedValue;

    use super::*;

    /// The file transfer portal, to which another program has given one file.
    struct Portal;

    #[zbus::interface(name = "org.freedesktop.portal.FileTransfer")]
    impl Portal {
        fn retrieve_files(
            &self,
            key: &str,
            options: HashMap<String, OwnedValue>,
        ) -> zbus::fdo::Result<Vec<String>> {
            assert!(options.is_empty());
            if key == "1234" {
                Ok(vec!["/run/user/1000/doc/a1/My exercises.toml".to_owned()])
            } else {
                Err(zbus::fdo::Error::AccessDenied("unknown key".to_owned()))
            }
        }
    }

    #[test]
    fn the_portal_names_the_files_of_a_key() {
        let (server_end, client_end) = UnixStream::pair().unwrap();
        block_on(async {
            let server = Builder::async_io_unix_stream(server_end)
                .server(zbus::Guid::generate())
                .unwrap()
                .p2p()
                .serve_at("/org/freedesktop/portal/documents", Portal)
                .unwrap()
                .build();
            let client = Builder::async_io_unix_stream(client_end).p2p().build();
            let (server, client) = zip(server, client).await;
            let (_server, client) = (server.unwrap(), client.unwrap());
            let files = transferred_files(&client, b"1234\0").await.unwrap();
            let expected = PathBuf::from("/run/user/1000/doc/a1/My exercises.toml");
            assert_eq!(files, [expected]);
            assert!(transferred_files(&client, b"4321").await.is_err());
        });
    }

    #[test]
    fn only_a_sandbox_needs_the_portal() {
        let offered = Offered::default();
        assert_eq!(offered.wanted(true), None);
        offered.has_list.store(true, Ordering::Relaxed);
        assert_eq!(offered.wanted(true), Some(URI_LIST));
        offered.has_transfer_key.store(true, Ordering::Relaxed);
        assert_eq!(offered.wanted(true), Some(TRANSFER_KEY));
        assert_eq!(offered.wanted(false), Some(URI_LIST));
    }

    #[test]
    fn a_list_names_local_files() {
        let list = b"# two files\r\nfile:///home/anna/My%20exercises.toml\r\nfile://localhost/tmp/%C3%BC.png\r\n\
            file://server/share/a.toml\r\nhttps://example.org/b.toml\r\n/tmp/c.toml\r\nfile:///tmp/%FF\r\n";
        let expected: [&[u8]; 3] = [
            b"/home/anna/My exercises.toml",
            "/tmp/\u{fc}.png".as_bytes(),
            b"/tmp/\xff",
        ];
        assert_eq!(
            files(list),
            expected.map(|path| PathBuf::from(OsStr::from_bytes(path)))
        );
        assert_eq!(files(b""), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_list_that_is_too_long_or_never_ends_is_not_read() {
        use std::io::Write as _;
        let (list, mut sender) = io::pipe().unwrap();
        let sending = thread::spawn(move || while sender.write_all(&[b'a'; 4096]).is_ok() {});
        let error = read(list).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        sending.join().unwrap();
        let (list, _sender) = io::pipe().unwrap();
        assert_eq!(read(list).unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
