//! The entry point of the tray program and command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    unhunch::cli::run()
}
