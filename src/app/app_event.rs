//! The events of the program. Each event loop passes them to the App one at a time.

use crate::ipc::server::ServerEvent;
use crate::notify;
use crate::schedule::Event;
use crate::source::Source;
use crate::tray::TrayEvent;
use crate::watch::{quiet, session};

/// An event from outside, or the result of an action.
#[derive(Debug)]
pub enum AppEvent {
    /// A deadline was reached, the computer woke up, or the clock was set.
    Wakeup,
    /// An event for the schedule from one of the sources.
    Schedule(Event),
    /// The idle source has changed.
    IdleSource(Source),
    /// An event of the user's session.
    Session(session::SessionEvent),
    /// An event from the probe with this number.
    Quiet(u64, quiet::QuietEvent),
    /// No probe could be started; this source says why.
    QuietSource(Source),
    /// The activation token of the event that follows.
    ActivationToken(String),
    /// An event of the tray icon.
    Tray(TrayEvent),
    /// There is no tray, and none has appeared within the timeout.
    NoTray,
    /// The program that shows tray icons, such as a panel, has appeared, changed or gone.
    TrayHost(Source),
    /// An event of the question on the screen.
    Question(notify::QuestionEvent),
    /// A notification server has appeared or disappeared.
    NotificationServer(Source),
    /// A request or a disconnection on the control socket.
    Server(ServerEvent),
    /// The result of starting the window process, after [`Action::OpenWindow`](super::Action::OpenWindow).
    WindowStarted(anyhow::Result<()>),
    /// An action other than opening the window has failed.
    ActionFailed(anyhow::Error),
    /// The window process has exited.
    WindowExited,
    /// The settings file may have changed.
    SettingsMayHaveChanged,
    /// A key was pressed in the terminal.
    Key(char),
    /// Shut down cleanly, because of a signal or the end of the session.
    Quit,
}
