//! The command line: the commands, their output, and the exit codes that scripts rely on.

pub mod config;
mod dates;
mod diagnose;
mod history;
mod programme;
mod simulate;
mod stats;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;
mod words;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::autostart;
use crate::config::guidance::Guidance;
use crate::config::{load, user_library};
use crate::help;
use crate::history::{Log, last_done};
use crate::ipc::{Call, Failure, Problem, Reply, Sources, Status, client};
use crate::lang::{self, tr};
use crate::paths::Paths;
use crate::reason;
use crate::routine::{Library, PlanOptions};
use crate::time::Span;

const DONE: u8 = 0;
/// It failed, and an error message was printed.
const FAILED: u8 = 1;
/// The command line is invalid.
const USAGE: u8 = 2;
const NOT_RUNNING: u8 = 3;

/// Reminds you to stand up and stretch, from the tray.
#[derive(Debug, Parser)]
#[command(name = "unhunch", version, about, long_about = None, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 usage error, 3 not running.")]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    run: Run,
}

#[derive(Clone, Copy, Debug, Args)]
struct Run {
    /// Run without a terminal or display, for services: each effect is a line of JSON
    #[arg(long)]
    headless: bool,
    /// Log what Unhunch does to stderr; `debug` also logs every event
    #[arg(long, value_name = "LEVEL", env = "UNHUNCH_LOG")]
    log: Option<LogLevel>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogLevel {
    Info,
    Debug,
}

#[derive(Debug, Subcommand)]
enum Verb {
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
        wish: HistoryArgs,
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
struct Length {
    /// Roughly how long it may take, such as `4min`: fewer sets and reps, never shorter holds
    #[arg(long = "for", value_name = "LENGTH")]
    length: Option<Span>,
}

#[derive(Clone, Copy, Debug, Args)]
struct StartFlag {
    /// Start Unhunch first if it isn’t running
    #[arg(long)]
    start: bool,
}

#[derive(Clone, Copy, Debug, Args)]
struct Json {
    /// Print as JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Days {
    /// From this day on, such as `2026-03-02`, `yesterday` or `7d`
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Up to and including this day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

#[derive(Debug, Args)]
struct HistoryArgs {
    #[command(flatten)]
    days: Days,
    #[command(flatten)]
    json: Json,
    /// Print as CSV, for spreadsheets
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Debug, Subcommand)]
enum HistoryVerb {
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
struct StatsArgs {
    /// A day in that period, such as `2026-03-02`, `yesterday` or `7d` (default: today)
    #[arg(value_name = "DATE")]
    date: Option<String>,
    /// Show a day
    #[arg(long, group = "period")]
    day: bool,
    /// Show a week (the default)
    #[arg(long, group = "period")]
    week: bool,
    /// Show a month
    #[arg(long, group = "period")]
    month: bool,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Subcommand)]
enum ProgrammeVerb {
    /// Check a file, or a folder of files, for mistakes
    Check {
        /// The file or folder
        place: PathBuf,
    },
    /// Add a file, or a folder of files, to your own exercises and routines
    Add {
        /// The file or folder
        place: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
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
enum AutostartVerb {
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

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    lang::set_current(load::language());
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            eprint!("{}", help::usage_message(&error));
            return ExitCode::from(USAGE);
        }
        // Help and version are not failures.
        Err(error) => return ExitCode::from(print(&error.render().to_string())),
    };
    match cli.verb {
        None => start(cli.run, None),
        Some(Verb::Run(run)) => {
            let headless = run.headless || cli.run.headless;
            let log = run.log.or(cli.run.log);
            start(Run { headless, log }, None)
        }
        Some(verb) => match start_call(&verb) {
            Ok(Some(call)) if !is_running() => start(cli.run, Some(call)),
            Ok(_) => ExitCode::from(execute(verb)),
            Err(code) => ExitCode::from(code),
        },
    }
}

/// Returns the definition of the command line, in English.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

fn parse() -> Result<Cli, clap::Error> {
    let mut matches = words::translate(command()).try_get_matches()?;
    Cli::from_arg_matches_mut(&mut matches)
}

/// The call for which `--start` starts the program if it is not running.
fn start_call(verb: &Verb) -> Result<Option<Call>, u8> {
    if let Verb::Stretch { id, length, ready } = verb
        && ready.start
    {
        return Ok(Some(stretch(id.clone(), *length)));
    }
    if let Verb::Pause { ready, end } = verb
        && ready.start
    {
        return pause(end).map(Some);
    }
    Ok(None)
}

fn is_running() -> bool {
    Paths::find().is_ok_and(|paths| client::connect(&paths.socket()).is_ok())
}

fn start(run: Run, wish: Option<Call>) -> ExitCode {
    if let Some(level) = run.log {
        crate::app::log_to_stderr(match level {
            LogLevel::Info => log::LevelFilter::Info,
            LogLevel::Debug => log::LevelFilter::Debug,
        });
    }
    crate::app::run(run.headless, wish)
        .unwrap_or_else(|error| ExitCode::from(failed(&reason::of(&error))))
}

fn execute(verb: Verb) -> u8 {
    match verb {
        Verb::Run(_) => DONE,
        Verb::Stretch { id, length, .. } => send(stretch(id, length)),
        Verb::Snooze { length } => snooze(&length),
        Verb::Skip => send(Call::Skip),
        Verb::Stood => send(Call::Stood),
        Verb::Pause { end, .. } => pause(&end).map_or_else(|code| code, send),
        Verb::Resume => send(Call::Resume),
        Verb::Status { json, watch: false } => status(json),
        Verb::Status { json, watch: true } => watch(json),
        Verb::Diagnose => diagnose::run(),
        Verb::Autostart { verb } => autostart(verb),
        Verb::Quit => quit(),
        Verb::List(json) => list(json),
        Verb::Show { id, length, json } => show(&id, length.length, json),
        Verb::Programme { verb } => programme::run(&verb),
        Verb::Config { verb } => config(&verb),
        Verb::History { wish, verb: None } => history::print_out(&wish),
        Verb::History {
            verb: Some(verb), ..
        } => history::run(&verb),
        Verb::Stats(wish) => stats::run(&wish),
        Verb::Picture { arguments } => run_window_program("picture", &arguments),
        Verb::Card { arguments } => run_window_program("card", &arguments),
        Verb::Sound { arguments } => run_window_program("sound", &arguments),
        Verb::Simulate { script, settings } => simulate::run(&script, settings.as_deref()),
        Verb::Guidance => print(&Guidance::shipped().text(80)),
    }
}

fn failed(sentence: &str) -> u8 {
    eprintln!("unhunch: {sentence}");
    FAILED
}

fn usage_error(sentence: &str) -> u8 {
    eprintln!("unhunch: {sentence}");
    USAGE
}

/// Prints a text. A closed pipe, as with `head`, is not a failure.
fn print(text: &str) -> u8 {
    let mut out = io::stdout().lock();
    let line_end = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    match write!(out, "{text}{line_end}").and_then(|()| out.flush()) {
        Ok(()) => DONE,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(error) => failed(&tr!(
            "the output can’t be written: {error}",
            error = reason::of_error(&error)
        )),
    }
}

fn print_json(value: &impl serde::Serialize) -> u8 {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&text),
        Err(error) => failed(&reason::of_error(&error)),
    }
}

fn ask(call: Call) -> Result<Reply, u8> {
    client::ask(&paths()?, call).map_err(|failure| call_failed(&failure))
}

fn ask_status() -> Result<Status, u8> {
    let silent = || {
        call_failed(&Failure::Silent(
            tr("there is no status in its answer").to_owned(),
        ))
    };
    ask(Call::Status)?.status.ok_or_else(silent)
}

fn paths() -> Result<Paths, u8> {
    Paths::find().map_err(|error| failed(&reason::of(&error)))
}

fn call_failed(failure: &Failure) -> u8 {
    let code = failed(&failure.to_string());
    match failure {
        Failure::NotRunning => NOT_RUNNING,
        Failure::Silent(_) | Failure::Refused(_) => code,
    }
}

fn send(call: Call) -> u8 {
    match ask(call) {
        Ok(reply) => print(&reply.message.unwrap_or_default()),
        Err(code) => code,
    }
}

fn quit() -> u8 {
    let paths = match paths() {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    match client::quit(&paths) {
        Ok(reply) => print(&reply.message.unwrap_or_default()),
        Err(failure) => call_failed(&failure),
    }
}

fn stretch(routine: Option<String>, Length { length }: Length) -> Call {
    Call::Stretch { routine, length }
}

fn snooze(words: &[String]) -> u8 {
    if words.is_empty() {
        return send(Call::Snooze { length: None });
    }
    match words.join(" ").parse() {
        Ok(length) => send(Call::Snooze {
            length: Some(length),
        }),
        Err(error) => usage_error(&error.to_string()),
    }
}

/// Parses the arguments of `pause`; the error is an exit code.
fn pause(words: &[String]) -> Result<Call, u8> {
    let (first, rest) = words
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    if first == "until" {
        let until = rest.join(" ");
        // The running program resolves the time by its own clock; only what can never be a time is rejected here.
        return match crate::time::next_time(&until, &crate::time::Clock.now().wall) {
            Ok(_) => Ok(Call::Pause {
                length: None,
                until: Some(until),
            }),
            Err(error) => Err(usage_error(&error.to_string())),
        };
    }
    match words.join(" ").parse::<Span>() {
        Ok(length) => Ok(Call::Pause {
            length: Some(length),
            until: None,
        }),
        // `pause tomorrow` and `pause 15:30` mean `pause until …`.
        Err(_) if crate::time::next_time(first, &crate::time::Clock.now().wall).is_ok() => {
            pause(&[&["until".to_owned()], words].concat())
        }
        Err(error) => Err(usage_error(&error.to_string())),
    }
}

fn status(json: Json) -> u8 {
    let status = match ask_status() {
        Ok(status) => status,
        Err(code) => return code,
    };
    if json.json {
        print_json(&status)
    } else {
        print(&status_text(&status))
    }
}

/// Prints a line for each change. A closed pipe is not a failure.
fn watch(json: Json) -> u8 {
    let paths = match paths() {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    system::exit_when_reader_closes();
    let mut out = io::stdout().lock();
    let mut last = String::new();
    let heard = client::watch(&paths, |reply| {
        let Some(status) = reply.status else {
            return true;
        };
        let line = if json.json {
            serde_json::to_string(&status).unwrap_or_default()
        } else {
            status.why
        };
        if line == last {
            return true;
        }
        let written = writeln!(out, "{line}").and_then(|()| out.flush());
        last = line;
        written.is_ok()
    });
    match heard {
        Ok(()) => DONE,
        Err(failure) => call_failed(&failure),
    }
}

fn status_text(status: &Status) -> String {
    let why = tr!("{sentence}.", sentence = status.why);
    let sat = Span::seconds(status.sit_seconds).localized();
    let sat = tr!("You’ve been sitting for {length}.", length = sat);
    let mut text = format!("{why}\n{sat}\n");
    if let Some(today) = status.today {
        text += &format!("{}\n", today.sentence());
    }
    let Sources {
        idle,
        session,
        quiet,
        tray,
        notifications,
    } = &status.sources;
    for (question, source) in [
        ("idle", idle),
        ("session", session),
        ("quiet", quiet),
        ("tray", tray),
        ("notifications", notifications),
    ] {
        text += &format!("  {question:<14} {}\n", source.localized());
    }
    for problem in &status.problems {
        text += &match problem {
            Problem::File(problem) => {
                let place = tr!("settings, line {line}", line = problem.line);
                format!("! {place}: {}\n", problem.what)
            }
            Problem::Other { what, .. } => format!("! {what}\n"),
        };
    }
    text
}

/// Loads the library of everything that can be done, and prints the problems in the user's own files.
fn library() -> Library {
    let Ok(paths) = Paths::find() else {
        return Library::shipped();
    };
    let (mut library, problems) = user_library::library(&paths);
    for problem in problems {
        eprintln!("unhunch: {}", problem.one_line());
    }
    let today = crate::time::Clock.now().wall.date();
    library.choose_surprises(&last_done(&Log::open(&paths).read_recent(today)));
    library
}

fn list(json: Json) -> u8 {
    let library = library();
    if json.json {
        print_json(&library.list())
    } else {
        print(&library.list_text())
    }
}

fn show(id: &str, length: Option<Span>, json: Json) -> u8 {
    let library = library();
    let plan = match length.map(|length| library.check_length(id, length)) {
        Some(Err(sentence)) => return usage_error(&sentence),
        Some(Ok(())) | None => library.plan_with(id, PlanOptions { sat: None, length }),
    };
    match plan {
        Ok(plan) if json.json => print_json(&plan.show()),
        Ok(plan) => print(&plan.show_text()),
        Err(unknown) => usage_error(&unknown.to_string()),
    }
}

fn config(verb: &ConfigVerb) -> u8 {
    let paths = match paths() {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    let library = user_library::library(&paths).0;
    let routines: Vec<&str> = library.ids().collect();
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    let mut verbs = config::Commands {
        paths: &paths,
        routines: &routines,
        out: &mut out,
        err: &mut err,
    };
    let code = match verb {
        ConfigVerb::Path => verbs.path(),
        ConfigVerb::Check { file } => verbs.check(file.as_deref()),
        ConfigVerb::Default => verbs.default(),
        ConfigVerb::Explain { key } => verbs.explain(key.as_deref()),
        ConfigVerb::Edit => verbs.edit(&config::Opener::find()),
    };
    u8::try_from(code).unwrap_or(FAILED)
}

/// Prints what the system will do. It is a failure if the program is not started at login although it is switched on.
fn autostart(verb: AutostartVerb) -> u8 {
    let state = match verb {
        AutostartVerb::On => autostart::switch(true),
        AutostartVerb::Off { .. } => autostart::switch(false),
        AutostartVerb::Status => autostart::state(),
    };
    let state = match state {
        Ok(state) => state,
        Err(error) => return failed(&reason::of(&error)),
    };
    if let AutostartVerb::Off { all: true } = verb
        && let Err(error) = autostart::leave_applications()
    {
        return failed(&reason::of(&error));
    }
    if !matches!(verb, AutostartVerb::On) {
        return print(&state.text());
    }
    let joined = autostart::join_applications();
    if !state.starts {
        return failed(&state.text());
    }
    match joined {
        Ok(None) => print(&state.text()),
        Ok(Some(file)) => print(&format!(
            "{}\n{}",
            state.text(),
            tr!(
                "It’s listed in your applications ({file}).",
                file = file.display()
            )
        )),
        Err(error) => failed(&format!("{} {}", state.text(), reason::of(&error))),
    }
}

/// Runs `unhunch-window`, which renders pictures and sounds, so that this binary stays small.
fn run_window_program(verb: &str, arguments: &[OsString]) -> u8 {
    let mut command = std::process::Command::new(crate::paths::program_path("unhunch-window"));
    command.arg(verb).args(arguments);
    match command.status() {
        Ok(status) => status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(FAILED),
        Err(error) => failed(&tr!(
            "`unhunch-window`, which creates such files, cannot be started: {error}",
            error = reason::of_error(&error)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_pause_until_a_time_may_leave_the_until_out() {
        for (said, until) in [
            ("until tomorrow", "tomorrow"),
            ("tomorrow", "tomorrow"),
            ("15:30", "15:30"),
        ] {
            let words: Vec<String> = said.split(' ').map(str::to_owned).collect();
            let until = Some(until.to_owned());
            let length = None;
            assert_eq!(pause(&words), Ok(Call::Pause { length, until }), "{said}");
        }
        assert!(pause(&["someday".to_owned()]).is_err());
    }

    #[test]
    fn lengths_of_several_words_need_no_quotes() {
        let cli = Cli::try_parse_from(["unhunch", "pause", "1", "h", "30", "min"]).unwrap();
        assert!(matches!(cli.verb, Some(Verb::Pause { end, .. }) if end.join(" ") == "1 h 30 min"));
    }
}
