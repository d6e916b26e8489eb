//! Reads the desktop's preferences for motion, contrast and text size.
//!
//! The settings portal offers `reduced-motion` and `contrast`, and GNOME's `enable-animations`, `high-contrast` and
//! `text-scaling-factor`. The fallbacks are the X settings (GTK's `EnableAnimations` and the name of the theme) and the
//! animation speed in KDE's `kdeglobals`, which KDE's portal doesn't offer.
//!
//! `mundy` 0.2.3, which the other systems use, reads three of these eight: `reduced-motion`, `contrast` and `enable-animations`.

use std::{env, fs, path::PathBuf, thread};

use futures_lite::StreamExt as _;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
use zbus::zvariant::{OwnedValue, Value as Variant};
use zbus::{Connection, MatchRule, MessageStream, message::Type};

use super::Preferences;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const APPEARANCE: &str = "org.freedesktop.appearance";
const GNOME: &str = "org.gnome.desktop.interface";
const GNOME_A11Y: &str = "org.gnome.desktop.a11y.interface";
/// The text sizes accepted from the desktop. Beyond them the pages run out of room.
const TEXT_SCALES: std::ops::RangeInclusive<f64> = 0.75..=2.0;

/// Calls back, on another thread, with the desktop's preferences, and again when one of the portal changes. A change of the fallbacks is
/// noticed at the next start.
pub(crate) fn follow(callback: impl Fn(Preferences) + Send + Sync + 'static) {
    let started = thread::Builder::new()
        .name("desktop".into())
        .spawn(move || futures_lite::future::block_on(follow_portal(callback)));
    if let Err(error) = started {
        eprintln!("unhunch-window: cannot read the desktop's preferences: {error}");
    }
}

async fn follow_portal(callback: impl Fn(Preferences)) {
    let Ok(connection) = Connection::session().await else {
        callback(
            PartialPreferences::default()
                .or(kde)
                .or(x_settings)
                .into_preferences(),
        );
        return;
    };
    // Subscribe before the first query so that no change is missed in between.
    let changes = subscribe(&connection).await;
    let mut before = None;
    let mut report_changes = async || {
        let wants = query(&connection)
            .await
            .or(kde)
            .or(x_settings)
            .into_preferences();
        if before.replace(wants) != Some(wants) {
            callback(wants);
        }
    };
    report_changes().await;
    let Ok(mut changes) = changes else { return };
    while let Some(Ok(change)) = changes.next().await {
        let body = change.body();
        let Ok((namespace, _, _)) = body.deserialize::<(&str, &str, Variant<'_>)>() else {
            continue;
        };
        if [APPEARANCE, GNOME, GNOME_A11Y].contains(&namespace) {
            report_changes().await;
        }
    }
}

async fn subscribe(connection: &Connection) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface(SETTINGS)?
        .member("SettingChanged")?
        .path(PATH)?
        .build();
    MessageStream::for_match_rule(rule, connection, None).await
}

/// The answer of one source. `None` if the source doesn't know.
#[derive(Clone, Copy, Default)]
struct PartialPreferences {
    still: Option<bool>,
    contrast: Option<bool>,
    text_scale: Option<f32>,
}

impl PartialPreferences {
    /// Fills the gaps from another source. It is queried only if motion or contrast is unknown.
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.still.is_some() && self.contrast.is_some() {
            return self;
        }
        let other = other();
        Self {
            still: self.still.or(other.still),
            contrast: self.contrast.or(other.contrast),
            text_scale: self.text_scale.or(other.text_scale),
        }
    }

    fn into_preferences(self) -> Preferences {
        Preferences {
            still: self.still == Some(true),
            contrast: self.contrast == Some(true),
            text_scale: self.text_scale.unwrap_or(1.0),
        }
    }
}

async fn query(connection: &Connection) -> PartialPreferences {
    let number = async |key| {
        let value = read(connection, APPEARANCE, key).await?;
        u32::try_from(value).ok()
    };
    let switch = async |namespace, key| {
        let value = read(connection, namespace, key).await?;
        bool::try_from(value).ok()
    };
    let still = match number("reduced-motion").await {
        Some(reduced) => Some(reduced == 1),
        None => switch(GNOME, "enable-animations").await.map(|moves| !moves),
    };
    let contrast = match number("contrast").await {
        Some(contrast) => Some(contrast == 1),
        None => switch(GNOME_A11Y, "high-contrast").await,
    };
    let text_scale = read(connection, GNOME, "text-scaling-factor").await;
    let text_scale = text_scale.and_then(|value| f64::try_from(value).ok());
    PartialPreferences {
        // A portal may say "no" to a preference that it doesn't support while the desktop has it turned on, so only "yes" is trusted.
        still: still.filter(|wanted| *wanted),
        contrast: contrast.filter(|wanted| *wanted),
        text_scale: text_scale
            .filter(|scale| TEXT_SCALES.contains(scale))
            .map(|scale| scale as f32),
    }
}

/// Reads a setting from the portal. Version 1, as in Debian 12, has only `Read`, which wraps the value twice.
async fn read(connection: &Connection, namespace: &str, key: &str) -> Option<OwnedValue> {
    let call = async |method| {
        let reply = connection
            .call_method(
                Some(PORTAL),
                PATH,
                Some(SETTINGS),
                method,
                &(namespace, key),
            )
            .await
            .ok()?;
        reply.body().deserialize::<OwnedValue>().ok()
    };
    match call("ReadOne").await {
        Some(value) => Some(value),
        None => call("Read").await.map(unwrapped),
    }
}

fn unwrapped(value: OwnedValue) -> OwnedValue {
    if let Variant::Value(inner) = &*value {
        inner.try_to_owned().unwrap_or(value)
    } else {
        value
    }
}

/// Reads Plasma's own settings file in a Plasma session.
fn kde() -> PartialPreferences {
    let desktop = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    if !desktop.split(':').any(|name| name == "KDE") {
        return PartialPreferences::default();
    }
    let config = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".config")));
    let file = config.and_then(|config| fs::read_to_string(config.join("kdeglobals")).ok());
    PartialPreferences {
        still: file.as_deref().and_then(has_no_animations),
        ..PartialPreferences::default()
    }
}

/// Returns `true` if `kdeglobals` sets `AnimationDurationFactor` in its group `KDE` to 0 or less, `None` if it isn't set.
fn has_no_animations(kdeglobals: &str) -> Option<bool> {
    let group = kdeglobals.lines().skip_while(|line| line.trim() != "[KDE]");
    let group = group.skip(1).take_while(|line| !line.starts_with('['));
    let factor = group
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "AnimationDurationFactor")?
        .1;
    Some(factor.trim().parse::<f64>().ok()? <= 0.0)
}

/// Reads the settings that X desktops share (XSETTINGS).
fn x_settings() -> PartialPreferences {
    let Ok(settings) = x_settings_bytes() else {
        return PartialPreferences::default();
    };
    PartialPreferences {
        still: integer(&settings, b"Gtk/EnableAnimations").map(|moves| moves == 0),
        contrast: text(&settings, b"Net/ThemeName").map(is_high_contrast),
        text_scale: None,
    }
}

/// `HighContrast` and `HighContrastInverse` are the high-contrast themes of GTK desktops.
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
    // The length is in units of four bytes.
    let property = connection.get_property(false, owner, settings, AtomEnum::ANY, 0, 1 << 16)?;
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
    let big_endian = *bytes.first()? == 1;
    let mut settings = Reader {
        bytes,
        at: 8,
        big_endian,
    };
    let count = settings.u32()?;
    for _ in 0..count {
        let (kind, setting_name) = settings.setting_header()?;
        let value = match kind {
            0 => Value::Integer(settings.u32()?),
            1 => {
                let length = usize::try_from(settings.u32()?).ok()?;
                let text = settings.read_bytes(length)?;
                settings.skip(padded(length) - length)?;
                Value::Text(text)
            }
            2 => {
                settings.skip(8)?;
                Value::Colour
            }
            _ => return None,
        };
        if setting_name == name {
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
    big_endian: bool,
}

impl<'a> Reader<'a> {
    fn read_bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.read_bytes(length).map(|_| ())
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes: [u8; 4] = self.read_bytes(4)?.try_into().ok()?;
        Some(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    /// Reads a setting's type and name, and skips its serial number.
    fn setting_header(&mut self) -> Option<(u8, &'a [u8])> {
        let kind = *self.read_bytes(2)?.first()?;
        let bytes: [u8; 2] = self.read_bytes(2)?.try_into().ok()?;
        let length = if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        };
        let name = self.read_bytes(usize::from(length))?;
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
    fn the_second_source_fills_the_gaps_of_the_first() {
        let first = PartialPreferences {
            still: Some(false),
            text_scale: Some(1.25),
            ..PartialPreferences::default()
        };
        let both = first.or(|| PartialPreferences {
            still: Some(true),
            contrast: Some(true),
            text_scale: None,
        });
        let wants = Preferences {
            still: false,
            contrast: true,
            text_scale: 1.25,
        };
        assert_eq!(both.into_preferences(), wants);
    }

    #[test]
    fn plasma_without_animations_is_known() {
        let file = "[General]\nAnimationDurationFactor=0\n\n[KDE]\nLookAndFeelPackage=x\n";
        assert_eq!(has_no_animations(file), None, "another group");
        let off = format!("{file}AnimationDurationFactor=0\n[WM]\n");
        assert_eq!(has_no_animations(&off), Some(true));
        let on = format!("{file}AnimationDurationFactor=0.5\n");
        assert_eq!(has_no_animations(&on), Some(false));
    }

    #[test]
    fn a_value_of_the_first_portal_is_unwrapped() {
        let plain = OwnedValue::from(1_u32);
        let wrapped = Variant::Value(Box::new(Variant::U32(1)));
        let wrapped = OwnedValue::try_from(wrapped).unwrap();
        assert_eq!(u32::try_from(unwrapped(wrapped)).unwrap(), 1);
        assert_eq!(u32::try_from(unwrapped(plain)).unwrap(), 1);
    }

    #[test]
    fn truncated_settings_are_ignored() {
        let complete = settings();
        for length in 0..complete.len() {
            assert_eq!(
                integer(&complete[..length], b"Gtk/EnableAnimations"),
                None,
                "{length}"
            );
        }
    }
}
