//! The contents of the history charts, for both the window and the page to print, without pixels or colours.
//!
//! Every chart has a sentence that summarises it and a table with all its data.

mod bars;
mod calendar;
mod day;
mod done;
mod felt;

pub(crate) use self::bars::{Bars, longest, sitting};
pub(crate) use self::calendar::{Calendar, LEVELS, calendar};
pub(crate) use self::day::{Kind, day};
pub(crate) use self::done::{DoneBar, Share, exercises, reminders};
pub(crate) use self::felt::{Line, check_ins};

/// A table with column titles.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A chart with its texts. `Shape` contains the data to draw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart<Shape> {
    pub(crate) title: &'static str,
    /// The summary in a sentence.
    pub(crate) about: String,
    pub(crate) shape: Shape,
    pub(crate) table: Table,
}

/// A label at a position along an axis, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// The maximum number of bars side by side.
const MAX_BARS: usize = 14;
