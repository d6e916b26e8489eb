//! Translates the help of the command line, and its usage errors.

use std::error::Error as _;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

use crate::lang::tr;

/// An example for the help of each command. `picture`, `card` and `sound` are explained by `unhunch-window`.
const EXAMPLES: &[&str] = &[
    "run --log debug",
    "stretch desk --for 4min",
    "snooze 15 min",
    "skip",
    "stood",
    "pause until 15:30",
    "resume",
    "status --json",
    "diagnose",
    "autostart on",
    "autostart off --all",
    "autostart status",
    "quit",
    "list --json",
    "show cat-cow",
    "programme check prescribed.toml",
    "programme add prescribed.toml",
    "config path",
    "config check settings.toml",
    "config default",
    "config explain rhythm.sit",
    "config edit",
    "history --since 7d",
    "history export --html history.html",
    "history forget --before 2026-01-01",
    "stats --month 2026-03-02",
    "simulate day.txt --settings settings.toml",
    "guidance",
];

/// Translates a command with its arguments and subcommands, and adds an example to the help of each.
pub(super) fn translate(command: Command) -> Command {
    said_below(command, "")
}

/// As [`translate`], for the subcommand at the end of `path`, such as `history export`.
fn said_below(command: Command, path: &str) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let arguments: Vec<String> = command
        .get_arguments()
        .map(|argument| argument.get_id().to_string())
        .collect();
    let mut command = translated(command);
    for name in arguments {
        command = command.mut_arg(name, translate_argument);
    }
    for name in names {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |sub| said_below(sub, path.trim_start()));
    }
    // A group of commands has no example of its own; its subcommands have.
    let mut examples = EXAMPLES.iter().filter(|example| is_of(example, path));
    if !command.is_subcommand_required_set()
        && let Some(example) = examples.next()
    {
        let example = tr!("Example: {command}", command = format!("unhunch {example}"));
        command = command.after_help(example);
    }
    with_own_flags(command)
        .subcommand_help_heading(tr("Commands"))
        .help_template(format!(
            "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            tr("Usage:")
        ))
}

/// Returns `true` if the example is one of this command, or of one of its subcommands.
fn is_of(example: &str, path: &str) -> bool {
    let rest = example.strip_prefix(path);
    !path.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn translated(command: Command) -> Command {
    let say = |text: &StyledStr| tr(&text.to_string()).to_owned();
    let about = command.get_about().map(say);
    let after = command.get_after_help().map(say);
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    match after {
        Some(after) => command.after_help(after),
        None => command,
    }
}

fn translate_argument(argument: Arg) -> Arg {
    let help = argument
        .get_help()
        .map(|help| tr(&help.to_string()).to_owned());
    let heading = if argument.is_positional() {
        tr("Arguments")
    } else {
        tr("Options")
    };
    let argument = argument.help_heading(heading);
    match help {
        Some(help) => argument.help(help),
        None => argument,
    }
}

/// Replaces the flags for help and version, which would otherwise be described in English.
fn with_own_flags(command: Command) -> Command {
    let flag = |name: &'static str, action, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(action)
            .help(help)
            .help_heading(tr("Options"))
    };
    let has_version = command.get_version().is_some();
    let mut command = command.disable_version_flag(true);
    if !command.is_disable_help_flag_set() {
        command = command
            .disable_help_flag(true)
            .arg(flag("help", ArgAction::Help, tr("Show this help")).short('h'));
    }
    if has_version {
        command =
            command.arg(flag("version", ArgAction::Version, tr("Show the version")).short('V'));
    }
    command
}

/// Describes a usage error in a sentence, with a pointer to the help. Help and version, which clap
/// also returns as errors, are unchanged.
pub(super) fn usage_message(error: &Error) -> String {
    match sentence(error) {
        Some(sentence) => format!(
            "unhunch: {sentence}\n{}\n",
            tr("Run `unhunch --help` to see all commands.")
        ),
        None => error.render().to_string(),
    }
}

fn sentence(error: &Error) -> Option<String> {
    let context = |kind| error.get(kind).map(words);
    let argument = || context(ContextKind::InvalidArg).unwrap_or_default();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other kinds do not come up here, and are told as the parser tells them"
    )]
    let sentence = match error.kind() {
        ErrorKind::InvalidSubcommand => tr!(
            "there is no command `{word}`",
            word = context(ContextKind::InvalidSubcommand)?
        ),
        ErrorKind::UnknownArgument => tr!("unknown argument `{word}`", word = argument()),
        ErrorKind::MissingRequiredArgument => tr!("{what} is missing", what = argument()),
        ErrorKind::MissingSubcommand => tr("a command is missing").to_owned(),
        ErrorKind::ArgumentConflict => tr!("`{word}` cannot be used here", word = argument()),
        // Our own parsers say it in the user's language, with the correction.
        ErrorKind::ValueValidation => return error.source().map(ToString::to_string),
        ErrorKind::InvalidValue => tr!(
            "`{value}` is not valid for {what}",
            value = context(ContextKind::InvalidValue)?,
            what = argument()
        ),
        _ => return None,
    };
    let meant = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    Some(match meant.into_iter().find_map(context) {
        Some(word) => tr!(
            "{sentence}; did you mean `{word}`?",
            sentence = sentence,
            word = word
        ),
        None => tr!("{sentence}.", sentence = sentence),
    })
}

fn words(value: &ContextValue) -> String {
    if let ContextValue::Strings(many) = value {
        many.join(", ")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;

    fn wrong(arguments: &[&str]) -> String {
        let all = std::iter::once("unhunch").chain(arguments.iter().copied());
        usage_message(&translate(command()).try_get_matches_from(all).unwrap_err())
    }

    #[test]
    fn a_length_that_is_a_time_of_day_is_said_to_be_one() {
        assert_eq!(
            wrong(&["stretch", "--for", "1:30"]),
            "unhunch: \"1:30\" is a time of day, not a length of time; did you mean \"1 h 30 min\"?\nRun `unhunch --help` to see all commands.\n"
        );
    }

    #[test]
    fn usage_errors_are_described_in_own_words() {
        for (arguments, sentence) in [
            (
                &["strech"][..],
                "there is no command `strech`; did you mean `stretch`?",
            ),
            (
                &["status", "--jsno"],
                "unknown argument `--jsno`; did you mean `--json`?",
            ),
            (&["show"], "<ID> is missing."),
            (&["status", "now"], "unknown argument `now`."),
        ] {
            let expected =
                format!("unhunch: {sentence}\nRun `unhunch --help` to see all commands.\n");
            assert_eq!(wrong(arguments), expected);
        }
    }

    /// Returns the paths of all commands that do something by themselves.
    fn commands(command: &Command, path: &str) -> Vec<String> {
        let own = !path.is_empty() && !command.is_subcommand_required_set();
        let path_of = |name: &str| format!("{path} {name}").trim_start().to_owned();
        let below = command
            .get_subcommands()
            .flat_map(|sub| commands(sub, &path_of(sub.get_name())));
        own.then(|| path.to_owned())
            .into_iter()
            .chain(below)
            .collect()
    }

    #[test]
    fn every_command_has_a_valid_example() {
        for path in commands(&command(), "") {
            if ["picture", "card", "sound"].contains(&path.as_str()) {
                continue;
            }
            let words: Vec<_> = path.split(' ').collect();
            let help = wrong(&[&words[..], &["--help"]].concat());
            let example = help
                .lines()
                .find_map(|line| line.strip_prefix("Example: unhunch "))
                .unwrap_or_else(|| panic!("no example of {path}: {help}"));
            assert!(example.starts_with(&path), "{example} is none of {path}");
            let all = std::iter::once("unhunch").chain(example.split(' '));
            let parsed = command().try_get_matches_from(all);
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }

    #[test]
    fn help_names_every_command() {
        let help = wrong(&["--help"]);
        for sub in command().get_subcommands() {
            assert!(help.contains(&format!("\n  {}", sub.get_name())), "{help}");
        }
        assert!(
            help.contains("\nOptions:\n") && help.contains("Exit codes"),
            "{help}"
        );
        translate(command()).debug_assert();
    }
}
