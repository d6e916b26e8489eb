//! The definition of the command line: commands, options and their help in English.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::time::{ParseSpanError, Span};

/// Reminds you to stand up and stretch, from the tray.
#[derive(Debug, Parser)]
#[command(name = "unhunch", version = crate::VERSION, about, long_about = None, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 usage error, 3 not running.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    #[command(flatten)]
    pub(super) run: Run,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Run {
    /// Run without a terminal or display, for services: each effect is a line of JSON
    #[arg(long)]
    pub(super) headless: bool,
    /// Started by the desktop at login: opens no window
    #[arg(long, hide = true)]
    pub(super) at_login: bool,
    /// Log what Unhunch does to stderr; `debug` also logs every event
    #[arg(long, value_name = "LEVEL", env = "UNHUNCH_LOG")]
    pub(super) log: Option<LogLevel>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogLevel {
    Info,
    Debug,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Run in the tray, or in the terminal if there is no display (the default)
    Run(Run),
    /// Start a routine or an exercise (see `list`)
    Stretch {
        /// The id of the routine or exercise (default: the one that is offered)
        id: Option<String>,
        #[command(flatten)]
        length: Length,
        #[command(flatten)]
        ready: StartFlag,
    },
    /// Snooze this reminder
    Snooze {
        /// How long to snooze, such as `15 min`
        #[arg(value_name = "FOR", num_args = 0.., trailing_var_arg = true)]
        length: Vec<String>,
    },
    /// Skip this reminder; the next comes after a full interval
    Skip,
    /// Restart your sitting time ("I just got up")
    Stood,
    /// Pause reminders: `pause 1 h`, `pause until 15:30`, `pause tomorrow`
    Pause {
        #[command(flatten)]
        ready: StartFlag,
        /// How long to pause, or until when
        #[arg(value_name = "FOR | until TIME", required = true, num_args = 1.., trailing_var_arg = true)]
        end: Vec<String>,
    },
    /// Resume reminders
    Resume,
    /// Show the current status
    Status {
        #[command(flatten)]
        json: Json,
        /// Keep printing: a line now and after each change, until Unhunch quits
        #[arg(long)]
        watch: bool,
        /// With `--watch`: wait until Unhunch is started, and go on when it has quit (after an empty line)
        #[arg(long, requires = "watch")]
        wait: bool,
    },
    /// Check what your desktop supports and how to improve it
    Diagnose,
    /// Turn starting at login on or off
    Autostart {
        #[command(subcommand)]
        verb: AutostartVerb,
    },
    /// Quit Unhunch
    Quit,
    /// List all routines and exercises
    List(Json),
    /// Show a routine or an exercise step by step
    Show {
        /// The id of the routine or exercise
        id: String,
        #[command(flatten)]
        length: Length,
        #[command(flatten)]
        json: Json,
    },
    /// Check exercises and routines you were given, or add them to your own
    Programme {
        #[command(subcommand)]
        verb: ProgrammeVerb,
    },
    /// Show or change the settings
    Config {
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Show what happened to reminders and stretches
    #[command(args_conflicts_with_subcommands = true)]
    History {
        #[command(flatten)]
        args: HistoryArgs,
        #[command(subcommand)]
        verb: Option<HistoryVerb>,
    },
    /// Show statistics: sitting, breaks, and how your back feels
    Stats(StatsArgs),
    /// Save a picture of an exercise’s figure
    #[command(disable_help_flag = true)]
    Picture {
        /// ID [--at SECONDS] [--size PX] [--theme THEME] [--figure NAME] [--view second] [--sheet N] --out FILE.png
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ID …"
        )]
        arguments: Vec<OsString>,
    },
    /// Save a routine or an exercise as a printable page
    #[command(disable_help_flag = true)]
    Card {
        /// ID [--for LENGTH] [--figure NAME] --out FILE.html
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ID …"
        )]
        arguments: Vec<OsString>,
    },
    /// Save a routine’s cues as an audio file
    #[command(disable_help_flag = true)]
    Sound {
        /// ID [--voice] --out FILE.wav
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ID …"
        )]
        arguments: Vec<OsString>,
    },
    /// Run a scripted day through the schedule, and print what it does
    Simulate {
        /// The script; `-` reads from standard input
        script: PathBuf,
        /// Use these settings instead of your own
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
    },
    /// Show what to know before you stretch, and when to see a doctor
    Guidance,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Length {
    /// Roughly how long it may take, such as `4min`: fewer sets and reps, never shorter holds
    #[arg(long = "for", value_name = "LENGTH", value_parser = length_of_time)]
    pub(super) length: Option<Span>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct StartFlag {
    /// Start Unhunch first if it isn’t running
    #[arg(long)]
    pub(super) start: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Json {
    /// Print as JSON, for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Days {
    /// From this day on, such as `2026-03-02`, `yesterday` or `7d`
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<String>,
    /// Up to and including this day
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    pub(super) days: Days,
    #[command(flatten)]
    pub(super) json: Json,
    /// Print as CSV, for spreadsheets
    #[arg(long, conflicts_with = "json")]
    pub(super) csv: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistoryVerb {
    /// Save it as a page with charts, to print or take to your doctor
    Export {
        /// The file to write
        #[arg(long, value_name = "FILE")]
        html: PathBuf,
        #[command(flatten)]
        days: Days,
    },
    /// Delete old entries
    Forget {
        /// Delete everything before this day
        #[arg(long, value_name = "DATE")]
        before: String,
        /// Also delete what other computers recorded, if they share the folder
        #[arg(long)]
        all_devices: bool,
        /// Don’t ask for confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// A day in that period, such as `2026-03-02`, `yesterday` or `7d` (default: today)
    #[arg(value_name = "DATE")]
    pub(super) date: Option<String>,
    /// Show a day
    #[arg(long, group = "period")]
    pub(super) day: bool,
    /// Show a week (the default)
    #[arg(long, group = "period")]
    pub(super) week: bool,
    /// Show a month
    #[arg(long, group = "period")]
    pub(super) month: bool,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProgrammeVerb {
    /// Write a file for a new exercise, and open it in an editor
    New {
        /// The name of the exercise
        name: String,
    },
    /// Check a file, a folder of files, or all of your own for mistakes, and show the defaults that were chosen
    Check {
        /// The file or folder (default: your own exercises and routines)
        place: Option<PathBuf>,
        /// Check it again after each change, and show how it is played
        #[arg(long)]
        watch: bool,
    },
    /// Show what is in a file or folder in the window, which asks whether to add it
    Open {
        /// The file or folder
        place: PathBuf,
    },
    /// Add a file, or a folder of files, to your own exercises and routines
    Add {
        /// The file or folder
        place: PathBuf,
    },
    /// Write some of your exercises and routines into one file, with their pictures beside it
    Export {
        /// The ids of the exercises and routines
        #[arg(required = true)]
        ids: Vec<String>,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Move one of your exercises or routines to the trash folder
    Remove {
        /// The id of the exercise or routine
        id: String,
    },
    /// List your own exercises and routines, with their files
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigVerb {
    /// Print the path of the settings file
    Path,
    /// Check your settings, or another file, for mistakes
    Check {
        /// The file to check
        file: Option<PathBuf>,
    },
    /// Print the settings file with all defaults
    Default,
    /// Explain one setting, or all of them
    Explain {
        /// The setting, such as `rhythm.sit` or `sit`
        key: Option<String>,
    },
    /// Open your settings in an editor; the file is created if there is none
    Edit,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum AutostartVerb {
    /// Start it at each login; on Linux, also add it to your applications
    On,
    /// Stop starting it at login
    Off {
        /// Also remove it from your applications (Linux)
        #[arg(long)]
        all: bool,
    },
    /// Show whether it will start, and why
    Status,
}

fn length_of_time(text: &str) -> Result<Span, String> {
    text.parse()
        .map_err(|error: ParseSpanError| error.with_advice())
}
