//! The pointer and the keyboard of an X server: the time since a key was pressed, the place of the pointer, and presses of
//! buttons, with version 2 of the X Input extension.

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::sync::{ConnectionExt as _, Counter};
use x11rb::protocol::xinput::{
    self, ConnectionExt as _, Device, DeviceType, EventMask, XIEventMask,
};
use x11rb::protocol::xproto::{ConnectionExt as _, GE_GENERIC_EVENT, Window};
use x11rb::rust_connection::RustConnection;

/// The pointer and the keyboard.
pub(super) struct Pointer {
    /// Counts the time since a key was pressed.
    pub(super) keys: Counter,
    root: Window,
    /// The major opcode of the extension.
    extension: u8,
    listens: bool,
}

impl Pointer {
    /// Finds the devices. `None` if the server can't tell keys from other input, or if it has several keyboards with a focus
    /// of their own.
    pub(super) fn find(server: &RustConnection, screen: usize) -> anyhow::Result<Option<Self>> {
        let Some(extension) = server.extension_information(xinput::X11_EXTENSION_NAME)? else {
            return Ok(None);
        };
        let version = server.xinput_xi_query_version(2, 2)?.reply()?;
        if (version.major_version, version.minor_version) < (2, 1) {
            return Ok(None);
        }
        let devices = server.xinput_xi_query_device(Device::ALL_MASTER)?.reply()?;
        let keyboards = devices.infos.iter();
        let mut keyboards = keyboards.filter(|device| device.type_ == DeviceType::MASTER_KEYBOARD);
        let (Some(keyboard), None) = (keyboards.next(), keyboards.next()) else {
            return Ok(None);
        };
        let name = format!("DEVICEIDLETIME {}", keyboard.deviceid);
        let counters = server.sync_list_system_counters()?.reply()?.counters;
        let keys = counters
            .iter()
            .find(|counter| counter.name == name.as_bytes());
        let root = server.setup().roots.get(screen);
        Ok(keys.zip(root).map(|(keys, root)| Self {
            keys: keys.counter,
            root: root.root,
            extension: extension.major_opcode,
            listens: false,
        }))
    }

    /// Returns the place of the pointer.
    pub(super) fn place(&self, server: &RustConnection) -> anyhow::Result<(i16, i16)> {
        let pointer = server.query_pointer(self.root)?.reply()?;
        Ok((pointer.root_x, pointer.root_y))
    }

    /// Starts or stops listening for presses of buttons, which include the wheel, and for touches.
    pub(super) fn listen(&mut self, server: &RustConnection, listens: bool) -> anyhow::Result<()> {
        if self.listens == listens {
            return Ok(());
        }
        let events = match listens {
            true => XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_TOUCH_BEGIN,
            false => XIEventMask::default(),
        };
        let mask = EventMask {
            deviceid: Device::ALL.into(),
            mask: vec![events],
        };
        server
            .xinput_xi_select_events(self.root, &[mask])?
            .check()?;
        self.listens = listens;
        Ok(())
    }

    /// Returns `true` if this event is one that was listened for. Only its header is read: parsing events in full would need
    /// the code for hundreds of event types.
    pub(super) fn is_press(&self, event: &[u8]) -> bool {
        let kinds = [
            xinput::RAW_BUTTON_PRESS_EVENT,
            xinput::RAW_TOUCH_BEGIN_EVENT,
        ];
        self.listens
            && event
                .first()
                .is_some_and(|code| code & 0x7f == GE_GENERIC_EVENT)
            && event.get(1) == Some(&self.extension)
            && kinds
                .iter()
                .any(|kind| event.get(8..10) == Some(&kind.to_ne_bytes()))
    }
}
