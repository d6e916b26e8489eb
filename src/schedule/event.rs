//! What the schedule is told.

use std::time::Duration;

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use super::{Effect, Feeling, Hold, Outcome, Rhythm};
use crate::routine::Portion;
use crate::time::Span;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The wake-up that [`Schedule::next_wakeup`](super::Schedule::next_wakeup) asked for, or any other:
    /// the computer woke, the clock was set.
    Wakeup,
    /// The person began or ceased to use the computer.
    Activity(Activity),
    /// Something is on that is watched or listened to without touching anything, a film or a call, or it is over.
    /// Only while [`Schedule::wants_watching`](super::Schedule::wants_watching).
    Watching(bool),
    /// A reason to keep quiet has come up.
    Held(Hold),
    /// A reason to keep quiet has gone.
    Released(Hold),
    /// All that may keep us quiet has been looked at since the reminder fell due.
    Looked,
    /// The session was locked, unlocked, left or taken up again.
    Session(Session),
    /// The person told us to do something.
    Command(Command),
    /// The settings changed.
    Settings(Box<Rhythm>),
    /// An effect could not be brought about.
    Failed(Effect),
    /// A report of the guide on its routine. Progress decides nothing.
    Guide(Report),
}

/// Whether hands are on the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Typing or pointing, or simply there: a source that isn't asked for stillness tells no more.
    Busy,
    /// No input for a few seconds: a good moment.
    Still,
    /// No input for so long that nobody is at the computer.
    Away {
        /// The elapsed time of the last input.
        since: Duration,
    },
}

/// What happens to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The screen was locked, or another user's session came to the front.
    Locked,
    /// The person is back in the session.
    Unlocked,
}

/// What the person can ask for, from notification, tray, window and command line alike.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Begin a routine or a single exercise now.
    Start {
        /// Its id; without one, the routine that is offered.
        routine: Option<String>,
        /// About how long it may take; without a length, the full dose, or what the settings say of the routine that is
        /// offered.
        length: Option<Span>,
    },
    /// Ask again later; without a length, after the usual snooze.
    Snooze(Option<Duration>),
    /// Not this time.
    Skip,
    /// No reminders until then.
    Pause(Until),
    /// The pause is over.
    Resume,
    /// "I just got up."
    Stood,
}

/// How long a pause lasts. Every pause has an end.
#[derive(Clone, Debug, PartialEq)]
pub enum Until {
    /// A length of time from now, time asleep included.
    For(Duration),
    /// A time on the wall clock.
    Clock(Box<Zoned>),
}

/// A report of the guide on its routine: the window's line on the socket, and what the schedule is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "kebab-case")]
pub enum Report {
    /// So much of the routine has been done by now; reported after each phase.
    Progress {
        /// Its id.
        routine: String,
        /// The length that was done, in seconds.
        seconds: u64,
        /// How long the whole is, in seconds.
        total: u64,
        /// What was done of each exercise so far.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The routine was done to its end.
    Finished {
        /// Its id.
        routine: String,
        /// How long it took, pauses left out.
        seconds: u64,
        /// What was done of each exercise.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The routine was ended early.
    Ended {
        /// Its id.
        routine: String,
        /// How much of it was done.
        seconds: u64,
        /// How long the whole is.
        total: u64,
        /// What was done of each exercise.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The answer to "How does your upper back feel?"
    CheckIn {
        /// The routine that came before.
        routine: String,
        /// The answer.
        feeling: Feeling,
    },
}

/// A routine that was left within this many seconds was opened by mistake: it leaves no trace.
pub const SHORTEST_SESSION: u64 = 10;

impl Report {
    /// Whether it tells of a routine that was hardly begun.
    #[must_use]
    pub fn is_too_short(&self) -> bool {
        match self {
            Self::Finished { seconds, .. } | Self::Ended { seconds, .. } => {
                *seconds < SHORTEST_SESSION
            }
            Self::Progress { .. } | Self::CheckIn { .. } => false,
        }
    }

    /// The same at the end of the routine, if that ends here.
    #[must_use]
    pub fn broken_off(self) -> Self {
        match self {
            Self::Progress {
                routine,
                seconds,
                total,
                exercises,
            } => Self::Ended {
                routine,
                seconds,
                total,
                exercises,
            },
            over @ (Self::Finished { .. } | Self::Ended { .. } | Self::CheckIn { .. }) => over,
        }
    }

    /// The lines of the history that come of it.
    #[must_use]
    pub fn outcomes(self) -> Vec<Outcome> {
        if self.is_too_short() {
            return Vec::new();
        }
        let id = self.routine().to_owned();
        let (session, exercises) = match self {
            Self::Finished {
                routine,
                seconds,
                exercises,
            } => (Outcome::Done { routine, seconds }, exercises),
            Self::Ended {
                routine,
                seconds,
                total,
                exercises,
            } => {
                let session = Outcome::Partly {
                    routine,
                    seconds,
                    total,
                };
                (session, exercises)
            }
            Self::CheckIn { routine, feeling } => {
                return vec![Outcome::CheckIn { routine, feeling }];
            }
            Self::Progress { .. } => return Vec::new(),
        };
        let lines = exercises.into_iter().map(|portion| Outcome::Exercise {
            routine: id.clone(),
            portion,
        });
        std::iter::once(session).chain(lines).collect()
    }

    /// The routine that it tells of.
    #[must_use]
    pub fn routine(&self) -> &str {
        match self {
            Self::Progress { routine, .. }
            | Self::Finished { routine, .. }
            | Self::Ended { routine, .. }
            | Self::CheckIn { routine, .. } => routine,
        }
    }
}
