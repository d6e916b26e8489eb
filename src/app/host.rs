//! The actions requested by the App, and the trait of the hosts that perform them.

use std::time::Duration;

use super::text_guide::Beat;
use crate::config::Problem;
use crate::ipc::Reply;
use crate::ipc::server::Caller;
use crate::notify::Question;
use crate::schedule::{Effect, Status};
use crate::time::Moment;
use crate::tray::Offers;
use crate::watch::idle::IdleSettings;
use crate::watch::quiet::Switches;

/// An action of the App. Actions are performed in order.
#[derive(Debug)]
pub enum Action {
    /// An effect of the schedule, for hosts that log it. The actions that carry it out follow separately.
    Effect(Effect),
    /// Show a question, replacing the one that is open.
    Ask(Question),
    /// Withdraw the open question.
    Withdraw,
    /// Start the window process unless it is running. It receives its page once it connects. The
    /// result arrives as [`AppEvent::WindowStarted`](super::AppEvent::WindowStarted).
    OpenWindow,
    /// Announce a beat of a routine that plays as text.
    Announce(Beat),
    /// Display the current status.
    Show(Box<View>),
    /// Show a notice to the user once.
    Notice {
        /// A title of a few words.
        title: String,
        /// The text below the title.
        body: String,
    },
    /// Withdraw the last notice, because it no longer applies.
    WithdrawNotice,
    /// Open the settings file in an editor.
    EditSettings,
    /// Add the desktop entry that gives windows and notifications their name and icon.
    JoinApplications,
    /// Repair the entries by which the desktop starts the program, if they name one that no longer exists.
    RepairEntries,
    /// Send a reply to the program at the other end of a connection.
    Reply(Caller, Box<Reply>),
    /// Exit the event loop.
    Quit,
}

/// The state that a host displays all the time.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The status of the schedule.
    pub status: Status,
    /// The first mistake in the settings, if any.
    pub problem: Option<Problem>,
    /// `true` if the program was updated while it runs.
    pub is_updated: bool,
    /// The routines, exercises and snooze length listed in the menu.
    pub offers: Offers,
}

/// The background work that should be running at present. The event loop starts and stops it accordingly.
#[derive(Clone, Debug, PartialEq)]
pub struct Wants {
    /// The latest time to wake up, in elapsed time, with the reason for the log.
    pub wakeup: Option<(Duration, &'static str)>,
    /// The settings of the idle source. `None` if there is no screen.
    pub presence: Option<IdleSettings>,
    /// `true` while waiting for a good moment, when every pause in typing matters.
    pub stillness: bool,
    /// The probe for reasons to keep quiet, if one should be running.
    pub quiet: Option<Probe>,
}

/// A request for a probe for reasons to keep quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The sequence number. A different number means a new probe.
    pub number: u64,
    /// The reasons to look for.
    pub switches: Switches,
}

/// An environment to run in: a desktop, a terminal or headless.
pub trait Host {
    /// Performs an action. [`Action::Reply`] and [`Action::Quit`] are handled by the event loop instead.
    ///
    /// # Errors
    /// If the action fails or is not supported here.
    fn perform(&mut self, action: Action, now: &Moment) -> anyhow::Result<()>;
}
