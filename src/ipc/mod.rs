//! How the running program is spoken to: newline-delimited JSON over a local socket.
//!
//! A request is one line and gets one line back. The window is the one client that stays: both sides speak whenever
//! something happens, until it closes. One lock file says which program is the running one; the kernel takes the lock
//! away however that program ends, so that nothing left behind stops the next start.

pub mod client;
pub mod message;
pub mod server;
mod socket;
pub mod status;
pub mod window;

pub use client::Failure;
pub use message::{Call, LONGEST, Refusal, Reply, Request};
pub use socket::Stream;
pub use status::{Held, LocalTime, Next, Prescribed, Problem, Sources, Status, Today};
pub use window::{Page, WindowSettings, WindowView};

pub use crate::schedule::Report;
