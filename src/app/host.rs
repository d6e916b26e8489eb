//! What a place to run in can do for us.

use std::time::Duration;

use crate::config::Problem;
use crate::ipc::{Page, Report};
use crate::notify::Question;
use crate::routine::Plan;
use crate::schedule::{Effect, Status};
use crate::time::Moment;
use crate::tray::Offers;

/// A place to run in: a desktop, a terminal, or nothing at all.
pub trait Host {
    /// Puts the question; it takes the place of one that is there.
    fn ask(&mut self, question: Question);

    /// Takes the question back.
    fn withdraw(&mut self);

    /// Opens the guide with this routine. `first`: nobody has read the safety text yet.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open_guide(&mut self, plan: &Plan, first: bool, now: &Moment) -> anyhow::Result<()>;

    /// Shows another page of the window.
    ///
    /// # Errors
    /// When there is no window here, or it cannot be opened.
    fn open_page(&mut self, page: Page) -> anyhow::Result<()>;

    /// Whether somebody sits before it who can be shown a window.
    fn has_windows(&self) -> bool {
        false
    }

    /// Puts the guide away. What was done of the routine comes back as a report, here or later from the window.
    fn close_guide(&mut self, now: &Moment) -> Option<Report>;

    /// Shows how things stand, and the first mistake in the settings.
    fn show(&mut self, status: &Status, problem: Option<&Problem>);

    /// Sets the choices that the menu lists from the next [`show`](Self::show) on.
    fn offer(&mut self, _offers: Offers) {}

    /// Tells the person something once, or (`None`) that it is no longer so.
    fn notice(&mut self, notice: Option<(&str, &str)>);

    /// Opens the settings file in an editor.
    ///
    /// # Errors
    /// When it cannot be created, or no editor can be started.
    fn edit_settings(&mut self) -> anyhow::Result<()>;

    /// Hears of every effect before it is brought about; a place for services and tests writes it down.
    fn note(&mut self, _effect: &Effect, _now: &Moment) {}

    /// A key was pressed in the terminal. Whether it meant something here, and what became of the routine.
    fn key(&mut self, _key: char, _now: &Moment) -> Key {
        Key::Free
    }

    /// When this place itself wants to be called, in elapsed time.
    fn next_wakeup(&self, _now: &Moment) -> Option<Duration> {
        None
    }

    /// The time has come. What became of a routine that is led here is the answer.
    fn wake(&mut self, _now: &Moment) -> Option<Report> {
        None
    }
}

/// What a place made of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// It means nothing to the place.
    Free,
    /// It was for the routine that is led here.
    Taken,
    /// It ended that routine.
    Ended(Report),
}
