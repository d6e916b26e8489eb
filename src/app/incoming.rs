//! The events of the program. Each loop hands them to the App, one at a time.

use crate::ipc::server::Heard;
use crate::notify;
use crate::schedule::Event;
use crate::source::Source;
use crate::tray::TrayEvent;
use crate::watch::{quiet, session};

/// The closed list of all that can happen to the program, from without or by what it has done.
#[derive(Debug)]
pub enum Incoming {
    /// The time has come that somebody wanted to be woken at, the computer woke, or the clock was set.
    Wakeup,
    /// A source tells the schedule something.
    Event(Event),
    /// Another source of idleness answers.
    IdleSource(Source),
    /// News of the session.
    Session(session::News),
    /// The probe of that number has found something.
    Quiet(u64, quiet::News),
    /// No probe could be started, and this answers instead.
    QuietSource(Source),
    /// Something was done with the tray icon.
    Tray(TrayEvent),
    /// There is no tray, and none has come for a while.
    NoTray,
    /// The desktop shows tray icons in another way, or not at all.
    TrayHost(Source),
    /// News of the question on the screen.
    News(notify::News),
    /// Whether there is a server for notifications has changed.
    NotificationServer(Source),
    /// Something was heard on the control socket.
    Heard(Heard),
    /// Whether the window's program could be started, after [`Action::OpenWindow`](super::Action::OpenWindow).
    WindowStarted(anyhow::Result<()>),
    /// Another action could not be done.
    Failed(anyhow::Error),
    /// The window's process has ended.
    WindowEnded,
    /// The settings file may have changed.
    SettingsTouched,
    /// A key was pressed in the terminal.
    Key(char),
    /// End in order: a signal, or the session is over.
    Quit,
}
