//! Shared code of the sources on Linux: D-Bus, display servers, and sockets that come and go.

pub mod arrival;
pub(super) mod bell;
pub mod bus;
pub mod display_server;
pub(super) mod login;
pub mod presence;
pub(super) mod wayland;
pub(super) mod x11;
mod xwayland;
