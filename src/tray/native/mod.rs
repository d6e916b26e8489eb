//! The tray icon on Windows and macOS. It has to be created, used and dropped on the thread of the event loop.

mod menu;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

use anyhow::Context;
use tray_icon::menu::MenuEvent;
use tray_icon::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

use self::menu::{NativeMenu, same_shape};
use self::system::{MARGIN, MENU_ON_LEFT_CLICK};
use super::{Choice, Icon, TrayCallback, TrayEvent, TrayView, icon};

use crate::lang::tr;

/// The tray icon with its tooltip and menu.
pub struct Tray {
    icon: TrayIcon,
    menu: NativeMenu,
    last_view: TrayView,
}

impl Tray {
    /// Creates the icon. Only one can exist per process, because the event handlers are global.
    ///
    /// # Errors
    ///
    /// If the desktop rejects the icon.
    pub fn new(view: &TrayView, callback: TrayCallback) -> anyhow::Result<Self> {
        forward(callback);
        let menu = NativeMenu::new(&view.menu)?;
        // Don't set a title: it would be shown beside the icon all the time.
        let icon = TrayIconBuilder::new()
            .with_menu_on_left_click(MENU_ON_LEFT_CLICK)
            .with_id("unhunch")
            .with_tooltip(tooltip(view))
            .with_menu(menu.menu())
            .with_icon(picture(view.icon)?)
            .build()
            .context(tr("the tray icon cannot be shown"))?;
        Ok(Self {
            icon,
            menu,
            last_view: view.clone(),
        })
    }

    /// Updates the contents. Only differences are sent to the desktop.
    ///
    /// # Errors
    ///
    /// If the desktop rejects the menu, the tooltip or the icon.
    pub fn show(&mut self, view: &TrayView) -> anyhow::Result<()> {
        // Each part counts as shown only once it is, so that the next call retries what failed.
        if self.last_view.menu != view.menu {
            self.show_menu(view)?;
            self.last_view.menu.clone_from(&view.menu);
        }
        if self.last_view.tooltip != view.tooltip {
            self.icon.set_tooltip(Some(tooltip(view)))?;
            self.last_view.tooltip.clone_from(&view.tooltip);
        }
        if self.last_view.icon != view.icon {
            self.icon.set_icon(Some(picture(view.icon)?))?;
            self.last_view.icon = view.icon;
        }
        Ok(())
    }

    fn show_menu(&mut self, view: &TrayView) -> anyhow::Result<()> {
        if same_shape(&self.last_view.menu, &view.menu) {
            self.menu.update(&view.menu);
        } else {
            self.menu = NativeMenu::new(&view.menu)?;
            self.icon.set_menu(Some(self.menu.menu()));
        }
        Ok(())
    }
}

/// Converts the icon for a tray that takes a single size.
fn picture(icon: Icon) -> Result<tray_icon::Icon, tray_icon::BadIcon> {
    let (row, margin) = (4 * icon::LARGEST as usize, 4 * MARGIN as usize);
    let free = vec![0; (row + 2 * margin) * MARGIN as usize];
    let pixels = icon::pixels(icon, icon::LARGEST);
    let rows = pixels
        .chunks_exact(row)
        .flat_map(|pixels| [&vec![0; margin][..], pixels, &vec![0; margin]].concat());
    let framed = free.iter().copied().chain(rows).chain(free.clone());
    let size = icon::LARGEST + 2 * MARGIN;
    tray_icon::Icon::from_rgba(framed.collect(), size, size)
}

fn tooltip(view: &TrayView) -> String {
    format!("{}\n{}", view.tooltip_title, view.tooltip)
}

fn forward(callback: TrayCallback) {
    let callback = std::sync::Arc::new(callback);
    let menu = callback.clone();
    MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
        if let Some(choice) = Choice::from_id(event.id.as_ref()) {
            menu(TrayEvent::Menu(choice), None);
        }
    }));
    TrayIconEvent::set_event_handler(Some(move |event| {
        if let TrayIconEvent::Click {
            button: MouseButton::Left,
            button_state: MouseButtonState::Up,
            ..
        } = event
            && !MENU_ON_LEFT_CLICK
        {
            callback(TrayEvent::LeftClick, None);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tray_takes_every_picture() {
        for icon in [
            Icon::Calm,
            Icon::Due,
            Icon::Held,
            Icon::Paused,
            Icon::Stretching,
        ] {
            assert!(picture(icon).is_ok(), "{icon:?}");
        }
    }
}
