//! The input of the schedule: events, commands of the user, and reports of the guide.

use std::time::Duration;

use jiff::ZonedDateTime;
use serde::{Deserialize, Serialize};

use super::{Effect, Feeling, Hold, Outcome, Rhythm};
use crate::routine::Portion;
use crate::time::Span;

/// Something that happened, as input for [`Schedule::handle`](super::Schedule::handle).
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The wake-up requested by [`Schedule::next_wakeup`](super::Schedule::next_wakeup), or another
    /// one: the computer woke, the clock was set.
    Wakeup,
    /// The user began or stopped using the computer.
    Activity(Activity),
    /// Something that needs no input, such as a film or a call, began (`true`) or ended (`false`). A beginning is
    /// ignored unless [`Schedule::wants_watching`](super::Schedule::wants_watching) is `true`.
    Watching(bool),
    /// A reason to keep quiet has come up.
    Held(Hold),
    /// A reason to keep quiet has gone.
    Released(Hold),
    /// All reasons to keep quiet have been checked since the reminder fell due.
    QuietChecked,
    /// The session was locked or unlocked, or lost or regained the foreground.
    Session(Session),
    /// A command of the user.
    Command(Command),
    /// The settings have changed.
    Settings(Box<Rhythm>),
    /// An effect could not be carried out.
    Failed(Effect),
    /// A report of the guide on its routine. [`Report::Progress`] has no influence on the schedule.
    Guide(Report),
}

/// The state of the keyboard and the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// There is input, or there was recently: a source that does not measure stillness reports only this and `Away`.
    Busy,
    /// No input for a few seconds: a good moment for a question.
    Still,
    /// There was no input for the time in `presence.away`, so the user is assumed to have left.
    Away {
        /// The elapsed time of the last input.
        since: Duration,
    },
}

/// A change of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The screen was locked, or the session of another user came to the foreground.
    Locked,
    /// The user is back in the session.
    Unlocked,
}

/// A command of the user, from a notification, the tray, the window or the command line.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Starts a routine or a single exercise now.
    Start {
        /// The id of the routine or exercise; if `None`, the routine that is offered.
        routine: Option<String>,
        /// About how long it may take. If `None`, the length in the settings for the routine that
        /// is offered, and the full dose otherwise.
        length: Option<Span>,
    },
    /// Asks again after this time; if `None`, after the default snooze.
    Snooze(Option<Duration>),
    /// Skips the current reminder.
    Skip,
    /// Suspends reminders until the given end.
    Pause(Until),
    /// Ends the pause, if there is one.
    Resume,
    /// Reports a break that the program did not notice ("I just got up").
    Stood,
}

/// The end of a pause. Every pause has one.
#[derive(Clone, Debug, PartialEq)]
pub enum Until {
    /// A length of time from now, which includes time asleep.
    For(Duration),
    /// A time on the wall clock.
    Clock(Box<ZonedDateTime>),
}

/// A report of the guide on its routine. It is a line on the socket from the window, and an event of the schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "kebab-case")]
pub enum Report {
    /// The progress so far, reported after each phase.
    Progress {
        /// The id of the routine.
        routine: String,
        /// The length of the part that is done, in seconds.
        seconds: u64,
        /// The length of the whole routine, in seconds.
        total: u64,
        /// The part of each exercise that is done so far.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The routine was completed.
    Finished {
        /// The id of the routine.
        routine: String,
        /// The time it took without pauses, in seconds.
        seconds: u64,
        /// The part of each exercise that was done.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The routine was ended early.
    Ended {
        /// The id of the routine.
        routine: String,
        /// The length of the part that was done, in seconds.
        seconds: u64,
        /// The length of the whole routine, in seconds.
        total: u64,
        /// The part of each exercise that was done.
        #[serde(default)]
        exercises: Vec<Portion>,
    },
    /// The answer to "How does your upper back feel?"
    CheckIn {
        /// The id of the routine before the question.
        routine: String,
        /// The answer of the user.
        feeling: Feeling,
    },
}

/// A routine that lasted fewer seconds was opened by mistake: it leaves no trace in the history.
pub const SHORTEST_SESSION: u64 = 10;

impl Report {
    /// Returns `true` if the routine ended within [`SHORTEST_SESSION`]. One that is so short itself counts if all of it was done.
    #[must_use]
    pub fn is_too_short(&self) -> bool {
        match self {
            Self::Finished {
                seconds, exercises, ..
            } => {
                let is_done = !exercises.is_empty() && exercises.iter().all(Portion::is_done);
                *seconds < SHORTEST_SESSION && !is_done
            }
            Self::Ended { seconds, .. } => *seconds < SHORTEST_SESSION,
            Self::Progress { .. } | Self::CheckIn { .. } => false,
        }
    }

    /// Returns the report that ends the routine here: progress becomes an early end, all others are unchanged.
    #[must_use]
    pub fn into_ended(self) -> Self {
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

    /// Returns the history records of the report; none for progress and for a routine that was too short.
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

    /// Returns the id of the routine.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_short_routine_counts_if_all_of_it_was_done() {
        let (routine, seconds) = ("breathe".to_owned(), SHORTEST_SESSION / 2);
        let portion = |reps| Portion {
            exercise: routine.clone(),
            seconds,
            total: seconds,
            sets: reps,
            reps,
            sides: BTreeMap::new(),
            phases: BTreeMap::new(),
        };
        let finished = |exercises| Report::Finished {
            routine: routine.clone(),
            seconds,
            exercises,
        };
        assert_eq!(finished(vec![portion([2, 2])]).outcomes().len(), 2);
        assert_eq!(finished(vec![portion([1, 2])]).outcomes(), []);
        let ended = Report::Ended {
            routine: routine.clone(),
            seconds,
            total: 2 * seconds,
            exercises: vec![portion([2, 2])],
        };
        assert_eq!(ended.outcomes(), []);
    }
}
