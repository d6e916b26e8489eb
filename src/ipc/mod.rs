//! The control interface of the running program: newline-delimited JSON over a local socket.
//!
//! A request is one line and gets one line back. The window and watchers keep their connection: the window and the program send
//! lines whenever something happens. A lock file decides which instance is the running one. The kernel releases the lock
//! however that instance exits, so stale files never block the next start.

pub mod client;
pub mod message;
pub mod server;
mod socket;
pub mod status;
pub mod window;

pub use client::Failure;
pub use message::{Call, MAX_LINE_BYTES, Refusal, Reply, Request};
pub use socket::Stream;
pub use status::{Held, LocalTime, Next, Prescribed, Problem, Sources, Status, Today};
pub use window::{Page, WindowSettings, WindowView};

pub use crate::schedule::Report;
