//! The tray icon with its tooltip and menu.

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
pub use view::{Choice, Facts, Icon, Named, Offers, Pause, TrayView, update_sentence};

/// An action of the user on the tray icon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayEvent {
    /// An item of the menu was chosen.
    Menu(Choice),
    /// The icon was clicked with the main button. Not every desktop reports this.
    LeftClick,
}

/// The callback for tray events, with the activation token of the click if the desktop sends one. It is called on a thread of
/// the tray with a lock held, so it must return quickly.
pub type TrayCallback = Box<dyn Fn(TrayEvent, Option<String>) + Send + Sync>;
