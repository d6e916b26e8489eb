//! The command line: the commands, their output, and the exit codes that scripts rely on.

mod arguments;
pub mod config;
mod dates;
mod diagnose;
mod documented;
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
mod watch;
mod words;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use self::arguments::{
    AutostartVerb, Cli, ConfigVerb, HistoryVerb, Json, Length, LogLevel, ProgrammeVerb, Run, Verb,
};
pub use self::documented::documented_command;
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
use crate::text::printable;
use crate::time::{Clock, ParseSpanError, Span, day, next_time};
use crate::tray::update_sentence;

const DONE: u8 = 0;
/// It failed, and an error message was printed.
const FAILED: u8 = 1;
/// The command line is invalid.
const USAGE: u8 = 2;
const NOT_RUNNING: u8 = 3;

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    lang::set_current(load::language());
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            eprint!("{}", printable(&help::usage_message(&error)));
            return ExitCode::from(USAGE);
        }
        // Help and version are not failures.
        Err(error) => return ExitCode::from(print(&error.render().to_string())),
    };
    match cli.verb {
        None => start(cli.run, None),
        Some(Verb::Run(run)) => {
            let merged = Run {
                headless: run.headless || cli.run.headless,
                at_login: run.at_login || cli.run.at_login,
                log: run.log.or(cli.run.log),
            };
            start(merged, None)
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
    Paths::find().is_ok_and(|paths| client::is_running(&paths))
}

fn start(run: Run, request: Option<Call>) -> ExitCode {
    if let Some(level) = run.log {
        crate::app::log_to_stderr(match level {
            LogLevel::Info => log::LevelFilter::Info,
            LogLevel::Debug => log::LevelFilter::Debug,
        });
    }
    crate::app::run(crate::app::Launch {
        headless: run.headless,
        at_login: run.at_login,
        request,
    })
    .unwrap_or_else(|error| ExitCode::from(failed(&reason::of(&error))))
}

fn execute(verb: Verb) -> u8 {
    if writes_files(&verb)
        && let Err(error) = Paths::find().and_then(|paths| paths.check_owner())
    {
        return failed(&reason::of(&error));
    }
    match verb {
        Verb::Run(_) => DONE,
        Verb::Stretch { id, length, .. } => send(stretch(id, length)),
        Verb::Snooze { length } => snooze(&length),
        Verb::Skip => send(Call::Skip),
        Verb::Stood => send(Call::Stood),
        Verb::Pause { end, .. } => pause(&end).map_or_else(|code| code, send),
        Verb::Resume => send(Call::Resume),
        Verb::Status {
            json, watch: false, ..
        } => status(json),
        Verb::Status { json, wait, .. } => watch::run(json, wait),
        Verb::Diagnose => diagnose::run(),
        Verb::Autostart { verb } => autostart(verb),
        Verb::Quit => quit(),
        Verb::List(json) => list(json),
        Verb::Show { id, length, json } => show(&id, length.length, json),
        Verb::Programme { verb } => programme::run(&verb),
        Verb::Config { verb } => config(&verb),
        Verb::History { args, verb: None } => history::print_out(&args),
        Verb::History {
            verb: Some(verb), ..
        } => history::run(&verb),
        Verb::Stats(args) => stats::run(&args),
        Verb::Picture { arguments } => run_window_program("picture", &arguments),
        Verb::Card { arguments } => run_window_program("card", &arguments),
        Verb::Sound { arguments } => run_window_program("sound", &arguments),
        Verb::Simulate { script, settings } => simulate::run(&script, settings.as_deref()),
        Verb::Guidance => print(&Guidance::shipped().text(80)),
    }
}

/// `true` for the commands that write files of the user themselves, instead of asking the running program.
fn writes_files(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Autostart {
            verb: AutostartVerb::On | AutostartVerb::Off { .. }
        } | Verb::Programme {
            verb: ProgrammeVerb::New { .. }
                | ProgrammeVerb::Add { .. }
                | ProgrammeVerb::Remove { .. }
        } | Verb::Config {
            verb: ConfigVerb::Edit
        } | Verb::History {
            verb: Some(HistoryVerb::Forget { .. }),
            ..
        }
    )
}

fn failed(sentence: &str) -> u8 {
    print_error(sentence);
    FAILED
}

fn usage_error(sentence: &str) -> u8 {
    print_error(sentence);
    USAGE
}

fn print_error(sentence: &str) {
    // If stderr is closed, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "unhunch: {}", printable(sentence));
}

/// Prints a text for people. Names in it cannot control the terminal.
fn print(text: &str) -> u8 {
    print_raw(&printable(text))
}

/// Prints a text for programs, or one with colours.
fn print_raw(text: &str) -> u8 {
    let mut out = io::stdout().lock();
    let line_end = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    written(write!(out, "{text}{line_end}").and_then(|()| out.flush()))
}

/// The exit code after output was written. A closed pipe, as with `head`, is not a failure.
fn written(result: io::Result<()>) -> u8 {
    match result {
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
        Ok(text) => print_raw(&text),
        Err(error) => failed(&reason::of_error(&error)),
    }
}

fn request(call: Call) -> Result<Reply, u8> {
    client::request(&paths()?, call).map_err(|failure| call_failed(&failure))
}

fn request_status() -> Result<Status, u8> {
    let silent = || {
        call_failed(&Failure::Silent(
            tr("there is no status in its answer").to_owned(),
        ))
    };
    request(Call::Status)?.status.ok_or_else(silent)
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
    match request(call) {
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
        Err(error) => usage_error(&ParseSpanError::with_advice(&error)),
    }
}

/// Parses the arguments of `pause`; the error is an exit code.
fn pause(words: &[String]) -> Result<Call, u8> {
    let now = Clock.now().wall;
    if let Some((first, rest)) = words.split_first()
        && first.to_lowercase() == "until"
    {
        let until = rest.join(" ");
        // The running program resolves the time by its own clock; only what can never be a time is rejected here.
        return match next_time(&until, &now) {
            Ok(_) => Ok(pause_until(until)),
            Err(error) => Err(usage_error(&error.to_string())),
        };
    }
    let end = words.join(" ");
    match (end.parse::<Span>(), next_time(&end, &now)) {
        (Ok(length), _) => Ok(Call::Pause {
            length: Some(length),
            until: None,
        }),
        // `pause 9` may mean minutes, or nine o'clock.
        (Err(error @ ParseSpanError::NoUnit(_)), Ok(time)) => Err(usage_error(&format!(
            "{}; {}",
            error.with_advice(),
            tr!(
                "for a time of day, write `pause until {time}`",
                time = time.strftime("%-H:%M")
            )
        ))),
        // `pause tomorrow` and `pause 15:30` mean `pause until …`.
        (Err(_), Ok(_)) => Ok(pause_until(end)),
        (Err(error), Err(_)) => Err(usage_error(&error.with_advice())),
    }
}

fn pause_until(until: String) -> Call {
    Call::Pause {
        length: None,
        until: Some(until),
    }
}

fn status(json: Json) -> u8 {
    let status = match request_status() {
        Ok(status) => status,
        Err(code) => return code,
    };
    if json.json {
        print_json(&status)
    } else {
        print(&status_text(&status))
    }
}

fn status_text(status: &Status) -> String {
    let why = tr!("{sentence}.", sentence = status.why);
    let length = Span::seconds(status.sit_seconds).localized();
    let sitting = tr!("You’ve been sitting for {length}.", length = length);
    let mut text = format!("{why}\n{sitting}\n");
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
            Problem::File(problem) => format!("! {}: {}\n", problem.place(), problem.what),
            Problem::Other { what, .. } => format!("! {what}\n"),
        };
    }
    if status.is_updated {
        text += &format!("{}\n", tr!("{sentence}.", sentence = update_sentence()));
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
    let today = day(&Clock.now().wall);
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
        Some(Ok(())) | None => library.plan_with(
            id,
            PlanOptions {
                sit_seconds: None,
                length,
            },
        ),
    };
    match plan {
        Ok(plan) if json.json => print_json(&plan.show(&library)),
        Ok(plan) => print(&plan.show_text(&library)),
        Err(unknown) => usage_error(&unknown.to_string()),
    }
}

fn config(verb: &ConfigVerb) -> u8 {
    let paths = match paths() {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    let (library, exercise_problems) = user_library::library(&paths);
    let routines: Vec<&str> = library.ids().collect();
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    let mut verbs = config::Commands {
        paths: &paths,
        routines: &routines,
        exercise_problems: &exercise_problems,
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
    use clap::Parser as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_pause_until_a_time_may_leave_the_until_out() {
        for (typed, until) in [
            ("until tomorrow", "tomorrow"),
            ("tomorrow", "tomorrow"),
            ("15:30", "15:30"),
            ("1:30", "1:30"),
            ("24:00", "24:00"),
            ("9 pm", "9 pm"),
            ("9pm", "9pm"),
            ("noon", "noon"),
            ("Until 21.00", "21.00"),
            ("until 9", "9"),
        ] {
            let words: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            let until = Some(until.to_owned());
            let length = None;
            assert_eq!(pause(&words), Ok(Call::Pause { length, until }), "{typed}");
        }
        for (typed, seconds) in [("1h30", 5400), ("21h", 75_600), ("45\u{A0}min", 2700)] {
            let length = Some(Span::seconds(seconds));
            let until = None;
            let words = [typed.to_owned()];
            assert_eq!(pause(&words), Ok(Call::Pause { length, until }), "{typed}");
        }
        for unclear in ["someday", "9", "21.00", "930", "until soon"] {
            let words: Vec<String> = unclear.split(' ').map(str::to_owned).collect();
            assert!(pause(&words).is_err(), "{unclear}");
        }
    }

    #[test]
    fn the_status_names_the_file_of_a_mistake() {
        let nasty = "& < > \" ' <b>\u{1b}[2J\u{202e}.toml";
        let problem = |file: &str, line: usize| {
            serde_json::json!({
                "file": file, "line": line, "column": 1, "key": null, "snippet": "", "caret": 0,
                "width": 1, "what": "no id", "expected": "", "hint": null, "meanwhile": "",
            })
        };
        let status = serde_json::json!({
            "phase": "sitting",
            "why": "Next: short walk, about 09:30",
            "problems": [
                problem("/home/me/settings.toml", 3),
                problem(&format!("/home/me/exercises/{nasty}"), 0),
                {"what": "the disk is full"},
            ],
        });
        let text = status_text(&serde_json::from_value(status).unwrap());
        let warnings: Vec<_> = text.lines().filter(|line| line.starts_with('!')).collect();
        assert_eq!(
            warnings,
            [
                "! settings.toml, line 3: no id",
                "! & < > \" ' <b>\u{fffd}[2J\u{fffd}.toml: no id",
                "! the disk is full",
            ]
        );
    }

    #[test]
    fn lengths_of_several_words_need_no_quotes() {
        let cli = Cli::try_parse_from(["unhunch", "pause", "1", "h", "30", "min"]).unwrap();
        assert!(matches!(cli.verb, Some(Verb::Pause { end, .. }) if end.join(" ") == "1 h 30 min"));
    }
}
