//! Requests to the X server and the window manager: pixels, sizes, resizing and maximising.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, ImageFormat,
};
use x11rb::rust_connection::RustConnection;

pub(crate) struct Screen {
    connection: RustConnection,
    root: u32,
}

impl Screen {
    pub(crate) fn open(display: &str) -> Self {
        let (connection, number) = x11rb::connect(Some(display)).expect("a screen");
        let root = connection.setup().roots[number].root;
        Self { connection, root }
    }

    /// The width and height of a window.
    pub(crate) fn size(&self, window: u32) -> (i32, i32) {
        let cookie = self.connection.get_geometry(window).expect("a screen");
        let geometry = cookie.reply().expect("a window");
        (i32::from(geometry.width), i32::from(geometry.height))
    }

    /// Resizes the window, as dragging its edges does.
    pub(crate) fn resize(&self, window: u32, (width, height): (i32, i32)) {
        let size = ConfigureWindowAux::new()
            .width(width as u32)
            .height(height as u32);
        self.connection
            .configure_window(window, &size)
            .expect("a screen");
        self.connection.flush().expect("a screen");
    }

    /// Maximises or restores the window, as a double click on its title does.
    pub(crate) fn maximise(&self, window: u32, on: bool) {
        let atom = |name: &[u8]| {
            let cookie = self.connection.intern_atom(false, name).expect("a screen");
            cookie.reply().expect("a screen").atom
        };
        let state = atom(b"_NET_WM_STATE");
        let both = [
            u32::from(on),
            atom(b"_NET_WM_STATE_MAXIMIZED_HORZ"),
            atom(b"_NET_WM_STATE_MAXIMIZED_VERT"),
            2,
            0,
        ];
        let message = ClientMessageEvent::new(32, window, state, both);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection
            .send_event(false, self.root, mask, message)
            .expect("a screen");
        self.connection.flush().expect("a screen");
    }

    /// The raw pixels of a part of the window; empty if they can't be read.
    pub(crate) fn pixels(
        &self,
        window: u32,
        (x, y, width, height): (i32, i32, i32, i32),
    ) -> Vec<u8> {
        let cookie = self.connection.get_image(
            ImageFormat::Z_PIXMAP,
            window,
            x as i16,
            y as i16,
            width as u16,
            height as u16,
            u32::MAX,
        );
        let image = cookie.expect("a screen").reply();
        image.map(|image| image.data).unwrap_or_default()
    }
}
