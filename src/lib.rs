//! Unhunch: a posture-break reminder for people who sit at a desk. This is the map of its code.
//!
//! 1. A pure [`schedule`] decides: events and the time go in, effects come out, and it says when it wants to be called next.
//! 2. Edges touch the world ([`watch`], [`tray`], [`notify`], `sound`, [`ipc`], [`history::log`], [`config::load`],
//!    [`autostart`]), one thing each; they speak the schedule's words and are told whom to call.
//! 3. The [`app`] joins them: one event and its time in, the actions that it leads to out, one owner of all state, on the main
//!    thread. Only the event loop reads the clock, once for each event, and carries the actions out.
//! 4. What is shown is computed from state each time ([`schedule::Status`], [`tray::TrayView`]); nothing shown is remembered
//!    elsewhere.
//! 5. Exercises are data ([`routine`], [`figure`]): counts, holds, sides and poses stand in `config/exercises/*.toml`; phases,
//!    totals, sentences and pictures are derived from them, so that they cannot contradict each other.
//! 6. There are two programs: `unhunch` (tray and command line) is tiny and lives all day; `unhunch-window` shows what is to be
//!    seen, as a client of the first one's control socket, and gives all its memory back when it closes. Status,
//!    pages, requests and settings have one type for both, in [`ipc`].
//!
//! Who may know whom, always inwards (`tests/layers.rs` holds it so):
//!
//! ```text
//! time <- figure <- routine <- schedule <- history::{entry, stats}, config::{settings, problem, check}     pure
//!                                 ^
//!    watch · tray · notify · sound · ipc · history::log · config::{load, reload} · autostart        edges
//!                                 ^
//!                      app <- cli <- main                                                         shell
//!    window/main -> the pure modules and the control socket; the library never knows the window
//! ```
//!
//! *The deadline passes while she types.* The loop had armed its timer, and reads the clock once → [`app::App::take`] →
//! [`schedule::Schedule::handle`]: a reminder falls due, she is busy, the next deadline is now + grace → the tray icon turns;
//! nobody interrupts. Her fingers rest: [`watch`] tells `Still` → the same door → the question is put → [`notify`]. Each file is
//! visited once, and policy is in `schedule` alone.
//!
//! What is deliberately absent: a clock anywhere but in [`time`], a tick, a poll, a network.

pub mod schedule;

pub mod figure;
pub mod lang;
pub mod routine;
pub mod source;
pub mod time;

pub mod config;
pub mod disk;
pub mod history;
pub mod paths;
pub mod simulate;
pub mod state;

pub mod autostart;
#[cfg(target_os = "linux")]
mod child;
pub mod ipc;
pub mod notify;
#[cfg(feature = "sound")]
pub mod sound;
pub mod tray;
pub mod watch;

pub mod app;
pub mod cli;
