//! The actions that the App wants done, and the place that does them.

use std::time::Duration;

use super::lead::Beat;
use crate::config::Problem;
use crate::ipc::Reply;
use crate::ipc::server::Caller;
use crate::notify::Question;
use crate::schedule::{Effect, Status};
use crate::time::Moment;
use crate::tray::Offers;
use crate::watch::idle::Thresholds;
use crate::watch::quiet::Switches;

/// Something to do, in the order of the list that it is in.
#[derive(Debug)]
pub enum Action {
    /// The schedule wants this. Its own actions follow; a place for services and tests writes it down.
    Effect(Effect),
    /// Put the question; it takes the place of one that is there.
    Ask(Question),
    /// Take the question back.
    Withdraw,
    /// Start the program of the window, unless it runs. It connects, and is told then what to show.
    /// [`Incoming::WindowStarted`](super::Incoming::WindowStarted) says whether that worked.
    OpenWindow,
    /// Say this of the routine that is led as text.
    Lead(Beat),
    /// Show the current status.
    Show(Box<View>),
    /// Tell the person something once.
    Notice {
        /// A few words.
        title: String,
        /// The rest.
        body: String,
    },
    /// Take the last notice back: it is no longer true.
    WithdrawNotice,
    /// Open the settings file in an editor.
    EditSettings,
    /// Add the desktop entry that gives the windows and notifications their name and icon.
    JoinApplications,
    /// Say this to the program at the other end of a connection.
    Say(Caller, Box<Reply>),
    /// End.
    Quit,
}

/// The state of things, as a place shows it all the time.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The current status.
    pub status: Status,
    /// The first mistake in the settings.
    pub problem: Option<Problem>,
    /// The routines, exercises and snooze that the menu lists.
    pub offers: Offers,
}

/// The things that should be running beside the App at present. The event loop starts and stops them accordingly.
#[derive(Clone, Debug, PartialEq)]
pub struct Wants {
    /// When to be woken at the latest, in elapsed time, and why.
    pub wakeup: Option<(Duration, &'static str)>,
    /// The thresholds for the source of idleness; `None` where nobody sits at a screen.
    pub presence: Option<Thresholds>,
    /// A good moment is waited for, so that every pause in typing matters.
    pub stillness: bool,
    /// The probe for reasons to keep quiet.
    pub quiet: Option<Probe>,
}

/// A probe for reasons to keep quiet that should be running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its number: each other one is another probe.
    pub number: u64,
    /// The things that it looks at.
    pub switches: Switches,
}

/// A place to run in: a desktop, a terminal, or nothing at all.
pub trait Host {
    /// Does it. [`Action::Say`] and [`Action::Quit`] are left to the event loop.
    ///
    /// # Errors
    /// When it cannot be done here.
    fn perform(&mut self, action: Action, now: &Moment) -> anyhow::Result<()>;
}
