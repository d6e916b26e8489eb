//! The messages of the Extended Window Manager Hints that bring a window to the user.

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, MapState,
    PropMode, Timestamp, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::super::Sight;

/// The value of `_NET_WM_DESKTOP` for a window on all desktops.
const ALL_DESKTOPS: u32 = u32::MAX;

/// The sender of a message to the window manager: the user, by way of a panel or a launcher.
const FROM_USER: u32 = 2;

/// A connection of our own to the X server.
pub(super) struct Server {
    connection: RustConnection,
    root: Window,
}

impl Server {
    pub(super) fn connect() -> anyhow::Result<Self> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    fn is_viewable(&self, window: Window) -> anyhow::Result<bool> {
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    pub(super) fn sight(&self, window: Window) -> anyhow::Result<Sight> {
        let active = self.number(self.root, b"_NET_ACTIVE_WINDOW")?;
        Ok(if !self.is_viewable(window)? {
            Sight::Hidden
        } else if active.is_none_or(|active| active == window) {
            // A window manager may not name the active window.
            Sight::InFront
        } else {
            Sight::Behind
        })
    }

    /// Returns `true` if the window is visible or has a state, which the window manager sets.
    pub(super) fn has_taken(&self, window: Window) -> anyhow::Result<bool> {
        Ok(self.is_viewable(window)? || self.number(window, b"WM_STATE")?.is_some())
    }

    /// Uses the messages of the Extended Window Manager Hints.
    pub(super) fn activate(&self, window: Window, token: Option<&str>) -> anyhow::Result<()> {
        let time = match token.and_then(time_in) {
            Some(time) => time,
            None => self.time()?,
        };
        let current = self.number(self.root, b"_NET_CURRENT_DESKTOP")?;
        let desktop = self.number(window, b"_NET_WM_DESKTOP")?;
        if let Some(current) = current
            && desktop.is_some_and(|desktop| desktop != current && desktop != ALL_DESKTOPS)
        {
            self.tell_manager(window, b"_NET_WM_DESKTOP", [current, FROM_USER, 0, 0, 0])?;
        }
        self.tell_manager(window, b"_NET_ACTIVE_WINDOW", [FROM_USER, time, 0, 0, 0])
    }

    fn tell_manager(&self, window: Window, name: &[u8], data: [u32; 5]) -> anyhow::Result<()> {
        let message = ClientMessageEvent::new(32, window, self.atom(name)?, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        let sent = self
            .connection
            .send_event(false, self.root, mask, message)?;
        // The X server drops requests that it has not read when their connection closes, so wait until it has.
        Ok(sent.check()?)
    }

    /// Returns the time of the server, which it tells with a changed property.
    fn time(&self) -> anyhow::Result<Timestamp> {
        let window = self.connection.generate_id()?;
        let changes = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let class = WindowClass::INPUT_ONLY;
        let created = self
            .connection
            .create_window(0, window, self.root, 0, 0, 1, 1, 0, class, 0, &changes);
        created?;
        let name = self.connection.change_property8(
            PropMode::APPEND,
            window,
            AtomEnum::WM_NAME,
            AtomEnum::STRING,
            &[],
        );
        name?;
        self.connection.flush()?;
        loop {
            if let Event::PropertyNotify(changed) = self.connection.wait_for_event()? {
                return Ok(changed.time);
            }
        }
    }

    fn atom(&self, name: &[u8]) -> Result<u32, ReplyError> {
        Ok(self.connection.intern_atom(false, name)?.reply()?.atom)
    }

    /// Returns the first number of a property.
    fn number(&self, window: Window, name: &[u8]) -> Result<Option<u32>, ReplyError> {
        let atom = self.atom(name)?;
        let cookie = self
            .connection
            .get_property(false, window, atom, AtomEnum::ANY, 0, 1)?;
        let reply = cookie.reply()?;
        Ok(reply.value32().and_then(|mut numbers| numbers.next()))
    }
}

/// Returns the time of the click from an X11 startup id, such as `panel-7-host_TIME123456`.
fn time_in(token: &str) -> Option<Timestamp> {
    let (_, time) = token.rsplit_once("_TIME")?;
    time.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_click_is_part_of_its_token() {
        assert_eq!(time_in("panel/unhunch/7-0-host_TIME123456"), Some(123_456));
        assert_eq!(time_in("a_TIME1_TIME2"), Some(2));
        for token in [
            "",
            "b6c3f0e2-7f5f",
            "a_TIME",
            "a_TIMEx",
            "a_TIME99999999999",
        ] {
            assert_eq!(time_in(token), None, "{token}");
        }
    }
}
