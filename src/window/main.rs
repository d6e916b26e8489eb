//! `unhunch-window`: the guide, the start page, guidance and about. Started by a click, gone with it.
//!
//! In reading order: the arguments here, then `opening` (how the window comes up), `shell` (which page is shown), `context` (what
//! all pages share), and `pages`, each with its state, its callbacks and its keys; `wire` joins those to the markup. The
//! pages use `appearance` (theme, language, size of text), `exercises` (all that can be done), `past` (what the history says),
//! `charts` (what it adds up to), `live` (a figure that moves), `canvas` (its pixels) and `inset` (where its second view has room).
//!
//! The edges: `libraries` (those opened at run time), `link` (the tray), `place` (where the window opens), `surface` (how large
//! the screen is, and when all is painted), `desktop` (what it says about animations and contrast), `font` (for a script whose
//! letters join), and `picture`, `card`, `export` and `sound` (a figure, a page to print, the history as a page, and what is
//! heard during a routine, as files).

mod appearance;
mod canvas;
mod card;
mod chart_svg;
mod charts;
mod context;
mod desktop;
mod exercises;
mod export;
mod font;
mod inset;
#[cfg(target_os = "linux")]
mod libraries;
mod link;
mod live;
mod opening;
mod pages;
mod paper;
mod past;
mod picture;
mod place;
mod shell;
mod sound;
mod surface;
#[cfg(test)]
mod tests;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use unhunch::ipc::Page;

/// What the markup compiles to.
#[allow(
    clippy::allow_attributes_without_reason,
    clippy::todo,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    reason = "written by Slint's compiler"
)]
mod ui {
    slint::include_modules!();
}

/// The windows of Unhunch. `unhunch` opens them; alone they work, too, and record nothing.
#[derive(Debug, Parser)]
#[command(name = "unhunch-window", version)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// The control socket of the tray program
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// The page to open
    #[arg(long, value_enum, value_name = "PAGE")]
    page: Option<Page>,
    /// The routine or exercise to play
    #[arg(long, value_name = "ID")]
    routine: Option<String>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write a picture of a routine or exercise
    Picture(picture::Wish),
    /// Write a page to print of a routine or exercise
    Card(card::Wish),
    /// Write the history as a page with charts
    History(export::Wish),
    /// Write what is heard during a routine or exercise
    Sound(sound::Wish),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(verb) = arguments.verb {
        unhunch::lang::speak(unhunch::config::load::language());
        return match verb {
            Verb::Picture(wish) => picture::write(&wish),
            Verb::Card(wish) => card::write(&wish),
            Verb::History(wish) => export::write(&wish),
            Verb::Sound(wish) => sound::write(&wish),
        };
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = libraries::check() {
        eprintln!("unhunch-window: {error}");
        return ExitCode::FAILURE;
    }
    match opening::run(arguments.socket, arguments.page, arguments.routine) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("unhunch-window: {error:#}");
            ExitCode::FAILURE
        }
    }
}
