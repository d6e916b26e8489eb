//! The icon in the tray, its tooltip and its menu.

mod icon;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;
pub mod view;

#[cfg(target_os = "linux")]
pub use linux::{Tray, host};
#[cfg(not(target_os = "linux"))]
pub use native::Tray;
pub use view::{Choice, Facts, Icon, Offers, Pause, TrayView};

/// What the person does with the tray icon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayEvent {
    /// Chose an item of the menu.
    Menu(Choice),
    /// Clicked the icon itself with the main button. Not every desktop tells it.
    LeftClick,
}

/// Whom the tray tells. It is called on a thread of the tray's own, under its lock: hand the event on and return.
pub type Tell = Box<dyn Fn(TrayEvent) + Send + Sync>;
