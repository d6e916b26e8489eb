//! The tray icon on Linux: a StatusNotifierItem on the session bus, with a thread of its own.

pub mod host;

use std::env;

use anyhow::Context as _;
use ksni::blocking::{Handle, TrayMethods as _};
use ksni::current_xdg_activation_token;
use ksni::menu::{MenuItem, StandardItem, SubMenu};

use super::view::Entry;
use super::{Icon, TrayCallback, TrayEvent, TrayView, icon};
use crate::lang::tr;
use crate::paths;
use crate::text::{markup, printable_line};

/// The tray icon with its tooltip and menu. Without a panel it waits for one to appear.
pub struct Tray {
    handle: Handle<Item>,
    last_view: TrayView,
}

impl Tray {
    /// Creates and shows the icon.
    ///
    /// # Errors
    ///
    /// If there is no session bus. A desktop without a tray is not an error: see `tray::host`.
    pub fn new(view: &TrayView, callback: TrayCallback) -> anyhow::Result<Self> {
        let item = Item {
            view: view.clone(),
            callback,
        };
        let handle = item
            .assume_sni_available(true)
            .disable_dbus_name(is_sandboxed() || is_gnome(&desktop()))
            .spawn()
            .context(tr("the tray icon cannot be shown"))?;
        let last_view = view.clone();
        Ok(Self { handle, last_view })
    }

    /// Updates the contents. Only differences are sent to the desktop, and an open menu stays open.
    ///
    /// # Errors
    ///
    /// If the session bus is gone.
    pub fn show(&mut self, view: &TrayView) -> anyhow::Result<()> {
        if self.last_view == *view {
            return Ok(());
        }
        self.last_view = view.clone();
        let view = view.clone();
        self.handle
            .update(|item| item.view = view)
            .context(tr("the session bus is gone"))
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.handle.shutdown().wait();
    }
}

/// Sandboxes don't let a program own a name on the bus.
fn is_sandboxed() -> bool {
    paths::is_flatpak() || env::var_os("SNAP").is_some()
}

/// GNOME's AppIndicator extension tracks an icon by its bus name, and drops it permanently if it learns of that name after it
/// has read the icon's properties (seen with 42). An icon without a name is tracked by its connection.
fn is_gnome(desktop: &str) -> bool {
    desktop.split(':').any(|name| name == "GNOME")
}

/// Returns the names of the current desktop, separated by colons.
fn desktop() -> String {
    env::var("XDG_CURRENT_DESKTOP").unwrap_or_default()
}

/// The object that answers the panel's requests.
struct Item {
    view: TrayView,
    callback: TrayCallback,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "unhunch".to_owned()
    }

    fn title(&self) -> String {
        self.view.tooltip_title.clone()
    }

    fn icon_name(&self) -> String {
        let name = is_monochrome(&desktop()).then(|| symbolic_icon(self.view.icon));
        let is_installed = |name: &String| paths::installed_icon(&symbolic_file(name)).is_some();
        // Without a name, the panel uses the pixmaps.
        name.filter(is_installed).unwrap_or_default()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        icon::SIZES.map(|size| pixmap(self.view.icon, size)).into()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        ksni::ToolTip {
            icon_pixmap: vec![pixmap(self.view.icon, icon::LARGEST)],
            title: markup(&self.view.tooltip_title),
            // The description is markup, as in a notification; a panel shows an empty box if it is malformed.
            description: markup(&self.view.tooltip),
            ..Default::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.callback)(TrayEvent::LeftClick, current_xdg_activation_token());
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        items(&self.view.menu)
    }

    /// Does nothing, but implementing it tells the panel that the menu needs no update before it opens.
    fn menu_about_to_show(&mut self) {}
}

/// Returns `true` if panels of this desktop show icons in a single colour.
fn is_monochrome(desktop: &str) -> bool {
    const ONES: [&str; 5] = ["GNOME", "KDE", "Unity", "Pantheon", "Budgie"];
    desktop.split(':').any(|name| ONES.contains(&name))
}

/// Returns the icon's name in the icon theme, where `autostart::join_applications` or a package has installed it.
fn symbolic_icon(icon: super::Icon) -> String {
    format!("unhunch-{}-symbolic", name(icon))
}

fn symbolic_file(name: &str) -> String {
    format!("symbolic/apps/{name}.svg")
}

/// Converts the pixels to the ARGB order of the protocol.
fn pixmap(icon: super::Icon, size: u32) -> ksni::Icon {
    let mut data = icon::pixels(icon, size);
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    let side = size.cast_signed();
    ksni::Icon {
        width: side,
        height: side,
        data,
    }
}

fn items(entries: &[Entry]) -> Vec<MenuItem<Item>> {
    entries.iter().map(item).collect()
}

fn item(entry: &Entry) -> MenuItem<Item> {
    match entry {
        Entry::Separator => MenuItem::Separator,
        Entry::Line(text) => StandardItem {
            label: escape(text),
            enabled: false,
            ..Default::default()
        }
        .into(),
        Entry::Item {
            choice,
            label,
            enabled,
        } => {
            let choice = choice.clone();
            StandardItem {
                label: escape(label),
                enabled: *enabled,
                activate: Box::new(move |item: &mut Item| {
                    let token = current_xdg_activation_token();
                    (item.callback)(TrayEvent::Menu(choice.clone()), token);
                }),
                ..Default::default()
            }
            .into()
        }
        Entry::Submenu { label, entries } => SubMenu {
            label: escape(label),
            enabled: !entries.is_empty(),
            submenu: items(entries),
            ..Default::default()
        }
        .into(),
    }
}

/// Returns the label of an item, which is plain text on one line. `_` would mark the next letter as an access key.
fn escape(text: &str) -> String {
    printable_line(text).replace('_', "__")
}

/// Returns the NAME in the file name `icons/tray-NAME-symbolic.svg`.
fn name(icon: Icon) -> &'static str {
    match icon {
        Icon::Calm => "calm",
        Icon::Due => "due",
        Icon::Held => "held",
        Icon::Paused => "paused",
        Icon::Stretching => "stretching",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as nobody should call a routine, and a file.
    const NASTY: &str = "& < > \" ' </b> _\u{1b}[2J\u{7}\u{202e}";

    #[test]
    fn a_tooltip_is_markup_and_a_label_is_plain() {
        let item = Item {
            view: TrayView {
                icon: Icon::Calm,
                tooltip_title: "Unhunch".to_owned(),
                tooltip: format!("Next: {NASTY}\n{NASTY}.toml, line 1"),
                menu: vec![Entry::Line(NASTY.to_owned())],
            },
            callback: Box::new(|_, _| {}),
        };
        let escaped = "&amp; &lt; &gt; \" ' &lt;/b&gt; _\u{fffd}[2J\u{fffd}\u{fffd}";
        let tooltip = ksni::Tray::tool_tip(&item);
        assert_eq!(tooltip.title, "Unhunch");
        assert_eq!(
            tooltip.description,
            format!("Next: {escaped}\n{escaped}.toml, line 1")
        );
        assert_eq!(
            escape(NASTY),
            "& < > \" ' </b> __\u{fffd}[2J\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn panels_that_have_a_colour_of_their_own_are_known() {
        for desktop in ["GNOME", "ubuntu:GNOME", "KDE"] {
            assert!(is_monochrome(desktop), "{desktop}");
        }
        for desktop in ["XFCE", "MATE", "X-Cinnamon", "LXQt", ""] {
            assert!(!is_monochrome(desktop), "{desktop}");
        }
        assert!(is_gnome("ubuntu:GNOME") && !is_gnome("KDE"));
    }

    #[test]
    fn the_symbolic_icons_are_those_that_are_installed() {
        let folder = tempfile::tempdir().unwrap();
        let apps = folder.path().join("icons/hicolor/symbolic/apps");
        std::fs::create_dir_all(&apps).unwrap();
        let name = symbolic_icon(super::super::Icon::Due);
        let folders = [folder.path().to_owned()];
        let has_icon = || paths::icon_in(&folders, &symbolic_file(&name)).is_some();
        assert!(!has_icon());
        std::fs::write(apps.join("unhunch-due-symbolic.svg"), "").unwrap();
        assert!(has_icon());
    }
}
