//! Unhunch: a posture-break reminder for people who sit at a desk. This is an overview of the code.
//!
//! 1. A pure [`schedule`] makes the decisions: events and the time go in, effects come out, and it returns its next deadline.
//! 2. The edges do the I/O ([`watch`], [`tray`], [`notify`], `sound`, [`ipc`], [`history::log`], [`config::load`],
//!    [`autostart`]), each for one purpose. They use the schedule's types and receive a callback for their events.
//! 3. The [`app`] connects them: one event and its time go in, the resulting actions come out. It owns all state and runs on
//!    the main thread. Only the event loop reads the clock, once per event, and performs the actions.
//! 4. The output is computed from the state each time ([`schedule::Status`], [`tray::TrayView`]) and not stored elsewhere.
//! 5. Exercises are data ([`routine`], [`figure`]): counts, holds, sides and poses are in `config/exercises/*.toml`. Phases,
//!    totals, sentences and pictures are derived from them, so that they can't contradict each other.
//! 6. There are two programs: `unhunch` (tray and command line) is small and runs all day. `unhunch-window` shows everything
//!    else as a client of the first one's control socket, and frees all its memory when it closes. Both share the types for
//!    status, pages, requests and settings in [`ipc`].
//!
//! Dependencies always point inwards (checked by `tests/layers.rs`):
//!
//! ```text
//! text <- time <- figure <- routine <- schedule <- history::{entry, stats}, config::{settings, problem, check}     pure
//!                                 ^
//!    watch · tray · notify · sound · ipc · history::log · config::{load, reload} · autostart        edges
//!                                 ^
//!                      app <- cli <- main                                                         shell
//!    window/main -> the pure modules and the control socket; the library never depends on the window
//! ```
//!
//! An example: *the deadline passes while the user is typing.* The loop's timer fires, and the loop reads the clock once →
//! [`app::App::handle`] → [`schedule::Schedule::handle`]: a reminder is due, but the user is busy, so the next deadline is now +
//! grace → the tray icon changes, and nothing interrupts the user. The user stops typing: [`watch`] reports `Still` → the same
//! path → the question is shown → [`notify`]. Each file is visited once, and only `schedule` decides.
//!
//! Deliberately absent: clocks outside [`time`], periodic ticks, polling, and network access.

/// The version, and how this program was built: for which system, optimised or not, and from which commit if that is known.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("UNHUNCH_BUILD"), ")");

pub mod schedule;

pub mod figure;
pub mod lang;
pub mod reason;
pub mod routine;
pub mod source;
pub mod text;
pub mod time;

pub mod config;
pub mod disk;
pub mod help;
pub mod history;
pub mod paths;
pub mod simulate;
pub mod state;

pub mod autostart;
#[cfg(target_os = "linux")]
mod child;
#[cfg(windows)]
#[path = "handles/windows.rs"]
mod handles;
pub mod ipc;
pub mod notify;
#[cfg(feature = "sound")]
pub mod sound;
pub mod tray;
pub mod update;
pub mod watch;

pub mod app;
pub mod cli;
