//! The code that Slint generates from the markup. It takes minutes to compile, so it is a crate of its own: a change to the code of the
//! window doesn't compile it again.

#![allow(
    clippy::all,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "written by Slint's compiler"
)]

slint::include_modules!();
