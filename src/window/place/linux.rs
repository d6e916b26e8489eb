//! X11: the monitor with the pointer, full-screen windows, and window names and types.

use std::env;

use slint::winit_030::WinitWindowAccessor as _;
use unhunch::paths::application_id;
use winit::platform::x11::{WindowAttributesExtX11 as _, WindowType};
use winit::raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
use winit::window::WindowAttributes;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{
    AtomEnum, BackingStore, ChangeWindowAttributesAux, ConnectionExt as _, PropMode, Window,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{Place, fit};

/// Sets the name of the desktop entry. On X11 it adds the type "dialog" so that tiling window managers let the window float;
/// other window managers use the first type.
pub(super) fn with_name(attributes: WindowAttributes) -> WindowAttributes {
    // Sets the class on X11 and the app ID on Wayland.
    attributes
        .with_name(application_id(), application_id())
        .with_x11_window_type(vec![WindowType::Normal, WindowType::Dialog])
}

/// Returns the place for a window of this logical size.
pub(crate) fn detect(size: (f64, f64)) -> Place {
    let wayland = env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
    match x11rb::connect(None) {
        Ok((connection, screen)) if !wayland => {
            let root = connection.setup().roots[screen].root;
            let desktop = Desktop { connection, root };
            desktop.place(size).unwrap_or_default()
        }
        Ok(_) | Err(_) => Place::default(),
    }
}

/// Sets the user time to 0 before the window is mapped, so that the window manager doesn't give it the focus
/// (`_NET_WM_USER_TIME` of the Extended Window Manager Hints).
pub(crate) fn open_without_focus(window: &slint::Window) {
    let id = window.with_winit_window(id);
    let (Some(Some(id)), Ok((connection, _))) = (id, x11rb::connect(None)) else {
        return;
    };
    if let Err(error) = refuse_focus(&connection, id) {
        eprintln!("unhunch-window: the window may take the keyboard: {error}");
    }
}

/// Enables the backing store. Without a compositor, X discards what another window covers, and Slint repaints only changed
/// parts.
pub(crate) fn enable_backing_store(window: &winit::window::Window) {
    let Some(id) = id(window) else { return };
    let Ok((connection, _)) = x11rb::connect(None) else {
        return;
    };
    let attributes = ChangeWindowAttributesAux::new().backing_store(BackingStore::WHEN_MAPPED);
    let request = connection.change_window_attributes(id, &attributes);
    if let Err(error) = request
        .map_err(ReplyError::from)
        .and_then(|cookie| cookie.check())
    {
        eprintln!("unhunch-window: other windows may leave traces on this one: {error}");
    }
}

fn id(window: &winit::window::Window) -> Option<Window> {
    match window.window_handle().map(|handle| handle.as_raw()) {
        Ok(RawWindowHandle::Xlib(handle)) => u32::try_from(handle.window).ok(),
        Ok(RawWindowHandle::Xcb(handle)) => Some(handle.window.get()),
        Ok(_) | Err(_) => None,
    }
}

fn refuse_focus(connection: &RustConnection, window: Window) -> Result<(), ReplyError> {
    let user_time = connection
        .intern_atom(false, b"_NET_WM_USER_TIME")?
        .reply()?
        .atom;
    connection
        .change_property32(
            PropMode::REPLACE,
            window,
            user_time,
            AtomEnum::CARDINAL,
            &[0],
        )?
        .check()
}

struct Desktop {
    connection: RustConnection,
    root: Window,
}

impl Desktop {
    fn place(&self, size: (f64, f64)) -> Result<Place, ReplyError> {
        let scale = self.scale()?;
        let monitor = self.monitor_in_use()?;
        let logical = |monitor: Area| {
            (
                f64::from(monitor.width) / scale,
                f64::from(monitor.height) / scale,
            )
        };
        let size = monitor.map_or(size, |monitor| fit(size, logical(monitor)));
        let pixels = ((size.0 * scale) as i32, (size.1 * scale) as i32);
        Ok(Place {
            corner: monitor.map(|monitor| monitor.centred_corner(pixels)),
            size: Some(size),
            without_focus: self.is_full_screen()?,
        })
    }

    /// Returns the monitor with the pointer.
    fn monitor_in_use(&self) -> Result<Option<Area>, ReplyError> {
        let pointer = self.connection.query_pointer(self.root)?.reply()?;
        let pointer = (i32::from(pointer.root_x), i32::from(pointer.root_y));
        let monitors = self
            .connection
            .randr_get_monitors(self.root, true)?
            .reply()?
            .monitors;
        let areas = monitors.iter().map(|monitor| Area {
            x: monitor.x.into(),
            y: monitor.y.into(),
            width: monitor.width.into(),
            height: monitor.height.into(),
        });
        Ok(areas.into_iter().find(|area| area.contains(pointer)))
    }

    /// Returns `true` if the active window is full screen.
    fn is_full_screen(&self) -> Result<bool, ReplyError> {
        let full = self.atom(b"_NET_WM_STATE_FULLSCREEN")?;
        let active = self.numbers(self.root, b"_NET_ACTIVE_WINDOW")?;
        match active.first() {
            Some(&window) if window != 0 => {
                Ok(self.numbers(window, b"_NET_WM_STATE")?.contains(&full))
            }
            _ => Ok(false),
        }
    }

    fn atom(&self, name: &[u8]) -> Result<u32, ReplyError> {
        Ok(self.connection.intern_atom(false, name)?.reply()?.atom)
    }

    fn numbers(&self, window: Window, name: &[u8]) -> Result<Vec<u32>, ReplyError> {
        let atom = self.atom(name)?;
        let property = self
            .connection
            .get_property(false, window, atom, AtomEnum::ANY, 0, 64)?;
        let reply = property.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// Returns the number of physical pixels per logical pixel, from the environment or the desktop's `Xft.dpi`.
    fn scale(&self) -> Result<f64, ReplyError> {
        let variables = ["SLINT_SCALE_FACTOR", "WINIT_X11_SCALE_FACTOR"];
        let variables = variables
            .iter()
            .find_map(|name| env::var(name).ok()?.parse().ok());
        if let Some(scale) = variables {
            return Ok(scale);
        }
        let resources = self.connection.get_property(
            false,
            self.root,
            AtomEnum::RESOURCE_MANAGER,
            AtomEnum::STRING,
            0,
            1 << 16,
        )?;
        let text = String::from_utf8_lossy(&resources.reply()?.value).into_owned();
        let dpi = text
            .lines()
            .find_map(|line| line.strip_prefix("Xft.dpi:")?.trim().parse::<f64>().ok());
        Ok(dpi.map_or(1.0, |dpi| dpi / 96.0))
    }
}

/// A rectangle in desktop coordinates, in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

impl Area {
    fn contains(&self, (x, y): (i32, i32)) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }

    /// Returns the upper left corner of a centred window of this size, clamped to the area's own corner.
    fn centred_corner(&self, (width, height): (i32, i32)) -> (i32, i32) {
        let inset = |room: i32| (room / 2).max(0);
        (
            self.x + inset(self.width - width),
            self.y + inset(self.height - height),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_opens_in_the_middle_of_its_monitor() {
        let right = Area {
            x: 1280,
            y: 0,
            width: 1920,
            height: 1080,
        };
        assert!(right.contains((1280, 500)));
        assert!(!right.contains((1279, 500)));
        assert_eq!(right.centred_corner((440, 720)), (1280 + 740, 180));
        assert_eq!(right.centred_corner((4000, 720)), (1280, 180));
    }
}
