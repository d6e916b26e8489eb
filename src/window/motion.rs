//! Whether the desktop wants animations.
//!
//! The portal is asked for `reduced-motion` and GNOME's `enable-animations`, then the X settings for GTK's `EnableAnimations`.

#[cfg(target_os = "linux")]
pub(crate) use linux::ask;

/// Asks once and tells, on another thread, if the desktop wants less motion.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ask(_tell: impl FnOnce() + Send + 'static) {}

#[cfg(target_os = "linux")]
mod linux {
    use std::thread;

    use x11rb::connection::Connection as _;
    use x11rb::errors::ReplyError;
    use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
    use zbus::zvariant::OwnedValue;

    /// Asks once and tells, on another thread, if the desktop wants less motion.
    pub(crate) fn ask(tell: impl FnOnce() + Send + 'static) {
        let asked = thread::Builder::new().name("motion".into()).spawn(move || {
            let wanted = futures_lite::future::block_on(portal()).or_else(x_settings);
            if wanted == Some(false) {
                tell();
            }
        });
        if let Err(error) = asked {
            eprintln!("unhunch-window: cannot ask for reduced motion: {error}");
        }
    }

    /// Whether animations are wanted, by the desktop portal.
    async fn portal() -> Option<bool> {
        let connection = zbus::Connection::session().await.ok()?;
        let reduced = read(&connection, "org.freedesktop.appearance", "reduced-motion").await;
        if let Some(reduced) = reduced.and_then(|value| u32::try_from(value).ok()) {
            return Some(reduced == 0);
        }
        let animations = read(
            &connection,
            "org.gnome.desktop.interface",
            "enable-animations",
        )
        .await?;
        bool::try_from(animations).ok()
    }

    async fn read(connection: &zbus::Connection, namespace: &str, key: &str) -> Option<OwnedValue> {
        let reply = connection
            .call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.Settings"),
                "ReadOne",
                &(namespace, key),
            )
            .await
            .ok()?;
        reply.body().deserialize().ok()
    }

    /// Whether animations are wanted, by the settings that X desktops share.
    fn x_settings() -> Option<bool> {
        let settings = x_settings_bytes().ok()?;
        integer(&settings, b"Gtk/EnableAnimations").map(|value| value != 0)
    }

    fn x_settings_bytes() -> Result<Vec<u8>, ReplyError> {
        let Ok((connection, screen)) = x11rb::connect(None) else {
            return Ok(Vec::new());
        };
        let atom =
            |name: &[u8]| Ok::<_, ReplyError>(connection.intern_atom(false, name)?.reply()?.atom);
        let selection = atom(format!("_XSETTINGS_S{screen}").as_bytes())?;
        let owner = connection.get_selection_owner(selection)?.reply()?.owner;
        let settings = atom(b"_XSETTINGS_SETTINGS")?;
        connection.flush()?;
        let property =
            connection.get_property(false, owner, settings, AtomEnum::ANY, 0, 1 << 16)?;
        Ok(property.reply()?.value)
    }

    /// The whole number of that name in the bytes of `_XSETTINGS_SETTINGS` (XSETTINGS 0.5, section "Format of settings").
    fn integer(bytes: &[u8], name: &[u8]) -> Option<u32> {
        let big = *bytes.first()? == 1;
        let mut settings = Reader { bytes, at: 8, big };
        let count = settings.u32()?;
        for _ in 0..count {
            let (kind, found) = settings.head()?;
            match kind {
                0 if found == name => return settings.u32(),
                0 => settings.skip(4)?,
                1 => {
                    let length = settings.u32()?;
                    settings.skip(padded(usize::try_from(length).ok()?))?;
                }
                2 => settings.skip(8)?,
                _ => return None,
            }
        }
        None
    }

    fn padded(length: usize) -> usize {
        length.saturating_add(3) & !3
    }

    struct Reader<'a> {
        bytes: &'a [u8],
        at: usize,
        big: bool,
    }

    impl<'a> Reader<'a> {
        fn take(&mut self, length: usize) -> Option<&'a [u8]> {
            let end = self.at.checked_add(length)?;
            let taken = self.bytes.get(self.at..end)?;
            self.at = end;
            Some(taken)
        }

        fn skip(&mut self, length: usize) -> Option<()> {
            self.take(length).map(|_| ())
        }

        fn u32(&mut self) -> Option<u32> {
            let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
            Some(if self.big {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            })
        }

        /// A setting's type and name.
        fn head(&mut self) -> Option<(u8, &'a [u8])> {
            let kind = *self.take(2)?.first()?;
            let bytes: [u8; 2] = self.take(2)?.try_into().ok()?;
            let length = if self.big {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            };
            let name = self.take(usize::from(length))?;
            self.at = padded(self.at);
            self.skip(4)?;
            Some((kind, name))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn settings() -> Vec<u8> {
            let mut bytes = vec![0, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0];
            bytes.extend([1, 0, 13, 0]);
            bytes.extend(b"Net/ThemeName\0\0\0");
            bytes.extend([0, 0, 0, 0, 5, 0, 0, 0]);
            bytes.extend(b"Arc-D\0\0\0");
            bytes.extend([0, 0, 20, 0]);
            bytes.extend(b"Gtk/EnableAnimations");
            bytes.extend([0, 0, 0, 0, 1, 0, 0, 0]);
            bytes
        }

        #[test]
        fn the_shared_settings_are_read() {
            assert_eq!(integer(&settings(), b"Gtk/EnableAnimations"), Some(1));
            assert_eq!(integer(&settings(), b"Gtk/Other"), None);
        }

        #[test]
        fn torn_settings_say_nothing() {
            let whole = settings();
            for length in 0..whole.len() {
                assert_eq!(
                    integer(&whole[..length], b"Gtk/EnableAnimations"),
                    None,
                    "{length}"
                );
            }
        }
    }
}
