//! Exercises and routines as read from their files, and the plans derived from them.
//!
//! Counts, holds and sides are written in `config/exercises/*.toml` and nowhere else. Phases, totals, spoken sentences, alt texts
//! and the output of the command line are computed from those fields, so they cannot contradict each other.
//!
//! ```
//! use unhunch::routine::{Kind, Library};
//!
//! let library = Library::shipped();
//! let plan = library.plan("thoracic-extension").unwrap();
//! assert_eq!(plan.at(0.0).phase.kind, Kind::Ready);
//! assert_eq!(plan.at(6.0).phase.rep, Some(1));
//! ```

mod check;
mod cue;
mod easier;
mod exercise;
mod figure;
mod library;
mod phases;
mod plan;
mod player;
mod read;
mod shipped;
mod short;
mod sides;
mod view;

pub use check::{Fault, is_id};
pub use cue::{Cue, NextPhase};
pub use exercise::{
    Dose, Easier, Exercise, Group, Instruction, Kind, Position, Prop, Ready, Segment, Sides,
};
pub use figure::Figure;
pub use library::{Library, LibraryItem, PlanOptions, Routine, UnknownId, WARM_UP};
pub use phases::{Part, Phase, Side};
pub use plan::Plan;
pub use player::{DoneOfPlanned, Player, Portion};
pub use read::Problem;
pub use short::{STEP_KINDS, ShortExercise, Step};
pub use view::{ListView, PhaseView, ShowView};
