//! A file that is dragged from the window of another program, on Wayland. The toolkit itself handles drags on X11.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use serde_json::Value;
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_offer::WlDataOffer;
use wayland_client::protocol::wl_data_source::{self, WlDataSource};
use wayland_client::protocol::wl_pointer::{self, ButtonState, WlPointer};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::{Format, WlShm};
use wayland_client::protocol::wl_shm_pool::WlShmPool;
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{
    Connection, Dispatch, EventQueue, QueueHandle, delegate_noop, event_created_child,
};
use wayland_protocols::xdg::shell::client::xdg_surface::{self, XdgSurface};
use wayland_protocols::xdg::shell::client::xdg_toplevel::XdgToplevel;
use wayland_protocols::xdg::shell::client::xdg_wm_base::{self, XdgWmBase};
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1;

use crate::coming::{find_in_sway as window, in_sway, used_home};
use crate::common::harness::{pass, wait};
use crate::common::{Needs, Running, sway};

/// The app id of the window that files are dragged from.
const SOURCE: &str = "source";

/// The code of the left mouse button in Linux.
const LEFT: u32 = 0x110;

/// A file manager with one file, and a mouse.
struct Files {
    queue: EventQueue<Seen>,
    seen: Seen,
    mouse: ZwlrVirtualPointerV1,
    manager: WlDataDeviceManager,
    device: WlDataDevice,
    surface: WlSurface,
    /// The width and height of the screen.
    screen: (u32, u32),
}

/// The events that the compositor has sent.
#[derive(Default)]
struct Seen {
    is_configured: bool,
    /// The serial of the press of a mouse button in the window.
    pressed: Option<u32>,
    /// The list of files that is dragged.
    list: String,
    /// `true` if another program has received it.
    is_finished: bool,
    is_cancelled: bool,
}

impl Files {
    fn open() -> Self {
        let connection = Connection::connect_to_env().unwrap();
        let (globals, mut queue) = registry_queue_init::<Seen>(&connection).unwrap();
        let handle = queue.handle();
        let mice: ZwlrVirtualPointerManagerV1 = globals.bind(&handle, 1..=1, ()).unwrap();
        let seat: WlSeat = globals.bind(&handle, 1..=1, ()).unwrap();
        let mouse = mice.create_virtual_pointer(Some(&seat), &handle, ());
        // The seat has a pointer once the compositor knows the mouse.
        let mut seen = Seen::default();
        queue.roundtrip(&mut seen).unwrap();
        seat.get_pointer(&handle, ());
        let manager: WlDataDeviceManager = globals.bind(&handle, 3..=3, ()).unwrap();
        let device = manager.get_data_device(&seat, &handle, ());
        let compositor: WlCompositor = globals.bind(&handle, 1..=1, ()).unwrap();
        let surface = compositor.create_surface(&handle, ());
        let shell: XdgWmBase = globals.bind(&handle, 1..=1, ()).unwrap();
        let window = shell.get_xdg_surface(&surface, &handle, ());
        let toplevel = window.get_toplevel(&handle, ());
        toplevel.set_app_id(SOURCE.into());
        surface.commit();
        while !seen.is_configured {
            queue.blocking_dispatch(&mut seen).unwrap();
        }
        let pixels = memfd_create("pixels", MemfdFlags::CLOEXEC).unwrap();
        let (width, height) = (300, 300);
        let size = width * height * 4;
        ftruncate(&pixels, size as u64).unwrap();
        let memory: WlShm = globals.bind(&handle, 1..=1, ()).unwrap();
        let pool = memory.create_pool(pixels.as_fd(), size, &handle, ());
        let buffer = pool.create_buffer(0, width, height, width * 4, Format::Xrgb8888, &handle, ());
        surface.attach(Some(&buffer), 0, 0);
        surface.commit();
        queue.roundtrip(&mut seen).unwrap();
        let outputs = sway::query("get_outputs");
        let size = |name: &str| u32::try_from(outputs[0]["rect"][name].as_u64().unwrap()).unwrap();
        Self {
            queue,
            seen,
            mouse,
            manager,
            device,
            surface,
            screen: (size("width"), size("height")),
        }
    }

    fn exchange(&mut self) {
        self.queue.roundtrip(&mut self.seen).unwrap();
    }

    fn move_to(&mut self, (x, y): (u32, u32)) {
        self.mouse
            .motion_absolute(0, x, y, self.screen.0, self.screen.1);
        self.mouse.frame();
        self.exchange();
        pass(0.05);
    }

    fn button(&mut self, state: ButtonState) {
        self.mouse.button(0, LEFT, state);
        self.mouse.frame();
        self.exchange();
        pass(0.05);
    }

    fn click(&mut self, place: (u32, u32)) {
        self.move_to(place);
        self.button(ButtonState::Pressed);
        self.button(ButtonState::Released);
    }

    /// Drags from this window and drops there. `kind` is the MIME type of what is dragged.
    fn drag(&mut self, kind: &str, list: &str, to: (u32, u32)) {
        list.clone_into(&mut self.seen.list);
        (self.seen.is_finished, self.seen.is_cancelled) = (false, false);
        self.seen.pressed = None;
        let rect = window(SOURCE).unwrap()["rect"].clone();
        self.move_to(place_in(&rect, 0.5, 0.5));
        self.button(ButtonState::Pressed);
        self.exchange();
        let serial = self.seen.pressed.expect("the press was in the window");
        let source = self.manager.create_data_source(&self.queue.handle(), ());
        source.offer(kind.into());
        source.set_actions(DndAction::Copy | DndAction::Move);
        self.device
            .start_drag(Some(&source), &self.surface, None, serial);
        self.exchange();
        self.move_to((to.0 - 5, to.1));
        self.move_to(to);
        // The other program accepts it meanwhile.
        pass(0.5);
        self.button(ButtonState::Released);
        while !(self.seen.is_finished || self.seen.is_cancelled) {
            self.queue.blocking_dispatch(&mut self.seen).unwrap();
        }
        source.destroy();
    }
}

/// A place in a rectangle, as parts of its width and height.
fn place_in(rect: &Value, right: f64, down: f64) -> (u32, u32) {
    let number = |name: &str| rect[name].as_f64().unwrap();
    let x = number("x") + right * number("width");
    let y = number("y") + down * number("height");
    (x as u32, y as u32)
}

const EXERCISE: &str = "name = \"Neck side bend\"\nsteps = [\"Sit tall.\", \"Let your right ear sink.\", \"Come back.\"]\nhold = \"15 s\"\n";

#[test]
fn a_file_dropped_on_wayland_is_shown_and_added() {
    let name = "dragging::a_file_dropped_on_wayland_is_shown_and_added";
    let needs = Needs {
        bus: true,
        ..Needs::default()
    };
    sway::on_sway(name, needs, || {
        let home = used_home();
        let file = home.path().join("My neck.toml");
        fs::write(&file, EXERCISE).unwrap();
        let address = |path: &Path| {
            let path = path.to_str().unwrap().replace(' ', "%20");
            format!("file://{path}\r\n")
        };
        let mut command = in_sway("unhunch-window", home.path());
        let _window = Running::silently(&mut command);
        wait("the window", || window("unhunch"));
        let mut files = Files::open();
        wait("both windows", || window(SOURCE));
        pass(1.0);
        let rect = || window("unhunch").unwrap()["rect"].clone();
        // Text is refused.
        files.drag("text/plain", "Sit tall.", place_in(&rect(), 0.5, 0.5));
        assert!(files.seen.is_cancelled);
        files.drag(
            "text/uri-list",
            &address(&file),
            place_in(&rect(), 0.5, 0.5),
        );
        assert!(files.seen.is_finished, "the window has read the list");
        // "Add" is at the lower right.
        let added = home.path().join(".config/unhunch/exercises");
        pass(1.0);
        for down in 60..95 {
            files.click(place_in(&rect(), 0.7, f64::from(down) / 100.0));
            if added.exists() {
                break;
            }
        }
        let name = fs::read_dir(added).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::read_to_string(name).unwrap(), EXERCISE);
    });
}

impl Dispatch<WlDataSource, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &WlDataSource,
        event: wl_data_source::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_source::Event::Send { fd, .. } => send(fd, &seen.list),
            wl_data_source::Event::DndFinished => seen.is_finished = true,
            wl_data_source::Event::Cancelled => seen.is_cancelled = true,
            wl_data_source::Event::Target { .. }
            | wl_data_source::Event::DndDropPerformed
            | wl_data_source::Event::Action { .. }
            | _ => {}
        }
    }
}

fn send(pipe: OwnedFd, list: &str) {
    File::from(pipe).write_all(list.as_bytes()).unwrap();
}

impl Dispatch<WlPointer, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &WlPointer,
        event: wl_pointer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wl_pointer::Event::Button { serial, .. } = event {
            seen.pressed.get_or_insert(serial);
        }
    }
}

impl Dispatch<XdgSurface, ()> for Seen {
    fn event(
        seen: &mut Self,
        window: &XdgSurface,
        event: xdg_surface::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_surface::Event::Configure { serial } = event {
            window.ack_configure(serial);
            seen.is_configured = true;
        }
    }
}

impl Dispatch<XdgWmBase, ()> for Seen {
    fn event(
        _: &mut Self,
        shell: &XdgWmBase,
        event: xdg_wm_base::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_wm_base::Event::Ping { serial } = event {
            shell.pong(serial);
        }
    }
}

impl Dispatch<WlDataDevice, ()> for Seen {
    fn event(
        _: &mut Self,
        _: &WlDataDevice,
        _: wl_data_device::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }

    event_created_child!(Seen, WlDataDevice, [
        wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, ()),
    ]);
}

impl Dispatch<WlRegistry, GlobalListContents> for Seen {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

delegate_noop!(Seen: ignore WlBuffer);
delegate_noop!(Seen: ignore WlDataOffer);
delegate_noop!(Seen: ignore WlSeat);
delegate_noop!(Seen: ignore WlShm);
delegate_noop!(Seen: ignore WlSurface);
delegate_noop!(Seen: ignore XdgToplevel);
delegate_noop!(Seen: WlCompositor);
delegate_noop!(Seen: WlDataDeviceManager);
delegate_noop!(Seen: WlShmPool);
delegate_noop!(Seen: ZwlrVirtualPointerManagerV1);
delegate_noop!(Seen: ZwlrVirtualPointerV1);
