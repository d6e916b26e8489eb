//! What the desktop says about animations and contrast.
//!
//! The portal is asked for `reduced-motion` and `contrast`, and for GNOME's `enable-animations` and `high-contrast`; what it
//! doesn't know, the X settings tell by GTK's `EnableAnimations` and by the name of the desktop's theme.

#[cfg(target_os = "linux")]
pub(crate) use linux::ask;

/// What the desktop wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// Less motion.
    pub(crate) still: bool,
    /// More contrast.
    pub(crate) contrast: bool,
}

/// Asks once and tells, on another thread, if the desktop wants anything.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ask(_tell: impl FnOnce(Wants) + Send + 'static) {}

#[cfg(target_os = "linux")]
mod linux {
    use std::thread;

    use x11rb::connection::Connection as _;
    use x11rb::errors::ReplyError;
    use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
    use zbus::zvariant::OwnedValue;

    use super::Wants;

    /// Asks once and tells, on another thread, if the desktop wants anything.
    pub(crate) fn ask(tell: impl FnOnce(Wants) + Send + 'static) {
        let asked = thread::Builder::new()
            .name("desktop".into())
            .spawn(move || {
                let wants = futures_lite::future::block_on(portal())
                    .or(x_settings)
                    .wants();
                if wants != Wants::default() {
                    tell(wants);
                }
            });
        if let Err(error) = asked {
            eprintln!("unhunch-window: cannot ask the desktop: {error}");
        }
    }

    /// What a source says; none: it doesn't know.
    #[derive(Clone, Copy, Default)]
    struct Said {
        still: Option<bool>,
        contrast: Option<bool>,
    }

    impl Said {
        /// What is still open, another source may answer.
        fn or(self, other: impl FnOnce() -> Self) -> Self {
            if self.still.is_some() && self.contrast.is_some() {
                return self;
            }
            let other = other();
            Self {
                still: self.still.or(other.still),
                contrast: self.contrast.or(other.contrast),
            }
        }

        fn wants(self) -> Wants {
            Wants {
                still: self.still == Some(true),
                contrast: self.contrast == Some(true),
            }
        }
    }

    async fn portal() -> Said {
        let Ok(connection) = zbus::Connection::session().await else {
            return Said::default();
        };
        let number = async |key| {
            let value = read(&connection, "org.freedesktop.appearance", key).await?;
            u32::try_from(value).ok()
        };
        let switch = async |namespace, key| {
            let value = read(&connection, namespace, key).await?;
            bool::try_from(value).ok()
        };
        let still = match number("reduced-motion").await {
            Some(reduced) => Some(reduced == 1),
            None => switch("org.gnome.desktop.interface", "enable-animations")
                .await
                .map(|moves| !moves),
        };
        let contrast = match number("contrast").await {
            Some(contrast) => Some(contrast == 1),
            None => switch("org.gnome.desktop.a11y.interface", "high-contrast").await,
        };
        // Without a wish for contrast the theme may still be one of high contrast.
        let contrast = contrast.filter(|wanted| *wanted);
        Said { still, contrast }
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

    /// What the settings say that X desktops share.
    fn x_settings() -> Said {
        let Ok(settings) = x_settings_bytes() else {
            return Said::default();
        };
        Said {
            still: integer(&settings, b"Gtk/EnableAnimations").map(|moves| moves == 0),
            contrast: text(&settings, b"Net/ThemeName").map(is_high_contrast),
        }
    }

    /// `HighContrast` and `HighContrastInverse` are the themes that GTK desktops offer to those who see badly.
    fn is_high_contrast(theme: &[u8]) -> bool {
        theme == b"HighContrast" || theme == b"HighContrastInverse"
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

    /// A value in the bytes of `_XSETTINGS_SETTINGS` (XSETTINGS 0.5, section "Format of settings").
    enum Value<'a> {
        Integer(u32),
        Text(&'a [u8]),
        Colour,
    }

    fn integer(bytes: &[u8], name: &[u8]) -> Option<u32> {
        match value(bytes, name)? {
            Value::Integer(number) => Some(number),
            Value::Text(_) | Value::Colour => None,
        }
    }

    fn text<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
        match value(bytes, name)? {
            Value::Text(text) => Some(text),
            Value::Integer(_) | Value::Colour => None,
        }
    }

    fn value<'a>(bytes: &'a [u8], name: &[u8]) -> Option<Value<'a>> {
        let big = *bytes.first()? == 1;
        let mut settings = Reader { bytes, at: 8, big };
        let count = settings.u32()?;
        for _ in 0..count {
            let (kind, found) = settings.head()?;
            let value = match kind {
                0 => Value::Integer(settings.u32()?),
                1 => {
                    let length = usize::try_from(settings.u32()?).ok()?;
                    let text = settings.take(length)?;
                    settings.skip(padded(length) - length)?;
                    Value::Text(text)
                }
                2 => {
                    settings.skip(8)?;
                    Value::Colour
                }
                _ => return None,
            };
            if found == name {
                return Some(value);
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
            assert_eq!(integer(&settings(), b"Net/ThemeName"), None);
            assert_eq!(text(&settings(), b"Net/ThemeName"), Some(&b"Arc-D"[..]));
        }

        #[test]
        fn high_contrast_is_known_by_its_theme() {
            assert!(is_high_contrast(b"HighContrast") && is_high_contrast(b"HighContrastInverse"));
            assert!(!is_high_contrast(b"Arc-D") && !is_high_contrast(b""));
        }

        #[test]
        fn the_second_source_answers_what_the_first_leaves_open() {
            let first = Said {
                still: Some(false),
                contrast: None,
            };
            let both = first.or(|| Said {
                still: Some(true),
                contrast: Some(true),
            });
            assert_eq!(
                both.wants(),
                Wants {
                    still: false,
                    contrast: true
                }
            );
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
