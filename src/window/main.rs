//! `unhunch-window`: the guide, the start page, guidance and about. It is started by a click and exits when it is closed.
//!
//! In reading order: the arguments (here), `opening` (startup), `shell` (the router between pages, with `playing` and
//! `own_items`), `context` (state shared by all pages) and `pages`, each with its state, callbacks and keys; `wire` connects
//! those to the markup. The pages use `appearance` (theme, language, text size), `exercises` (the library), `editor` and
//! `preview` (the user's own exercises while they are edited), `photo` and `thumbnails` (pictures of those), `past` (a summary of
//! the history), `charts` (statistics of the history), `live` (an animated figure), `canvas` (its pixels) and `inset` (the place
//! of its second view).
//!
//! The edges: `libraries` (shared libraries opened at run time), `link` (the connection to the tray program), `place` (the
//! initial position of the window), `surface` (screen size and full repaints), `shortcut` (shortcuts in every keyboard layout),
//! `desktop` (the desktop's settings for animations, contrast and text size), `dialog` (its file dialogs), `font` (for scripts
//! with joining letters), and `picture`, `card`, `export` and `sound`, which write files: an image of a figure, a page to print,
//! the history as a page, and the sound of a routine.

mod appearance;
mod canvas;
mod card;
mod chart_svg;
mod charts;
mod context;
mod desktop;
mod dialog;
mod display;
mod editor;
mod exercises;
mod export;
mod font;
mod inset;
#[cfg(target_os = "linux")]
mod libraries;
mod link;
mod live;
mod mistakes;
mod opener;
mod opening;
mod own_items;
mod pages;
mod paper;
mod past;
mod photo;
mod picture;
mod place;
mod playing;
mod preview;
mod shell;
mod shortcut;
mod sound;
mod surface;
#[cfg(test)]
mod tests;
mod thumbnails;
mod wire;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use unhunch::config::load;
use unhunch::ipc::Page;
use unhunch::{help, lang, reason};
use unhunch_ui as ui;

/// The window of Unhunch. It is usually started by `unhunch`; on its own, it records nothing.
#[derive(Debug, Parser)]
#[command(name = "unhunch-window", version = unhunch::VERSION)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
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
    /// A file or folder with exercises to show and to add
    #[arg(long, value_name = "FILE")]
    import: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Save a picture of an exercise’s figure
    Picture(picture::PictureArgs),
    /// Save a routine or an exercise as a printable page
    Card(card::CardArgs),
    /// Save the history as a page with charts
    History(export::HistoryArgs),
    /// Save a routine’s cues as an audio file
    Sound(sound::SoundArgs),
}

/// The examples for the help of the commands that users call as `unhunch picture` and so on.
const EXAMPLES: &[&str] = &[
    "picture cat-cow --sheet 8 --out cat-cow.png",
    "card desk --out desk.html",
    "sound desk --voice --out desk.wav",
];

fn parse() -> Result<Arguments, clap::Error> {
    let command = help::translate(Arguments::command(), EXAMPLES);
    Arguments::from_arg_matches(&command.try_get_matches()?)
}

fn main() -> ExitCode {
    lang::set_current(load::language());
    let arguments = match parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            eprint!("{}", help::usage_message(&error));
            return ExitCode::from(2);
        }
        // Help and version are not failures.
        Err(error) => {
            // The output may be closed.
            let _ = write!(io::stdout(), "{}", error.render());
            return ExitCode::SUCCESS;
        }
    };
    if let Some(verb) = arguments.verb {
        return match verb {
            Verb::Picture(args) => picture::write(&args),
            Verb::Card(args) => card::write(&args),
            Verb::History(args) => export::write(&args),
            Verb::Sound(args) => sound::write(&args),
        };
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = libraries::check() {
        eprintln!("unhunch-window: {error}");
        return ExitCode::FAILURE;
    }
    match opening::run(
        arguments.socket,
        arguments.page,
        arguments.routine,
        arguments.import,
    ) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("unhunch-window: {}", reason::of(&error));
            ExitCode::FAILURE
        }
    }
}
