//! What the history's charts show, whoever draws them: the window or a page to print. Nothing here knows pixels or colours.
//!
//! Every chart has a sentence that says what is to be seen in it, and a table with all of it.

mod bars;
mod calendar;
mod day;
mod done;
mod felt;

use unhunch::routine::{Found, Library};

pub(crate) use self::bars::{Bars, longest, sitting};
pub(crate) use self::calendar::{Calendar, LEVELS, calendar};
pub(crate) use self::day::{Kind, day};
pub(crate) use self::done::{DoneBar, Share, exercises, reminders};
pub(crate) use self::felt::{Line, check_ins};

/// A table: what each column is, and the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A chart, or rather what it says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart<Shape> {
    pub(crate) title: &'static str,
    /// What is to be seen in it.
    pub(crate) about: String,
    pub(crate) shape: Shape,
    pub(crate) table: Table,
}

/// A place along an axis, from 0 to 1, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// So many bars have room side by side.
const MANY: usize = 14;

/// The name of a routine or an exercise; its id, where it is gone.
fn name(library: &Library, id: &str) -> String {
    let found = library.find(id);
    found.as_ref().map_or(id, Found::name).to_owned()
}
