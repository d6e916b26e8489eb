//! Translates the help of both programs, and the usage errors that clap would report in English.

use std::error::Error as _;

use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

use crate::lang::tr;

/// Translates a command with its arguments and subcommands, and adds the first example that begins with the name of a command
/// to its help.
#[must_use]
pub fn translate(command: Command, examples: &[&str]) -> Command {
    let mut command = translate_below(command, examples, "");
    // The usage of a subcommand begins with the names of the commands above it.
    command.build();
    with_translated_usage(command)
}

/// Replaces the placeholder for options, which clap writes in English, in the usage of a command and its subcommands.
fn with_translated_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let mut usage = usage.replace("[OPTIONS]", &format!("[{}]", tr("Options").to_uppercase()));
    let is_subcommand = command
        .get_bin_name()
        .is_some_and(|name| name.contains(' '));
    if is_subcommand {
        // Users call the commands of the window through `unhunch`.
        usage = usage.replace("unhunch-window ", "unhunch ");
    }
    command
        .mut_subcommands(with_translated_usage)
        .override_usage(usage)
}

/// Like [`translate`], for the subcommand at the end of `path`, such as `history export`.
fn translate_below(command: Command, examples: &[&str], path: &str) -> Command {
    let mut command = translated(command)
        .mut_args(translate_argument)
        .mut_subcommands(|sub| {
            let path = format!("{path} {}", sub.get_name());
            translate_below(sub, examples, path.trim_start())
        });
    // A group of commands has no example of its own; its subcommands have.
    if !command.is_subcommand_required_set()
        && let Some(example) = examples.iter().find(|example| belongs_to(example, path))
    {
        let example = tr!("Example: {command}", command = format!("unhunch {example}"));
        command = command.after_help(example);
    }
    with_own_flags(command)
        .subcommand_help_heading(tr("Commands"))
        .subcommand_value_name(tr("COMMAND"))
        .help_template(format!(
            "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            tr("Usage:")
        ))
}

/// Returns `true` if the example is one of this command, or of one of its subcommands.
fn belongs_to(example: &str, path: &str) -> bool {
    let rest = example.strip_prefix(path);
    !path.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn translated(command: Command) -> Command {
    let translate = |text: &StyledStr| tr(&text.to_string()).to_owned();
    let about = command.get_about().map(translate);
    let after = command.get_after_help().map(translate);
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
        .map(|help| format!("{}{}", tr(&help.to_string()), value_hints(&argument)));
    let heading = if argument.is_positional() {
        tr("Arguments")
    } else {
        tr("Options")
    };
    let argument = argument.help_heading(heading);
    let argument = if argument.get_action().takes_values() {
        // These would be described in English.
        argument
            .hide_possible_values(true)
            .hide_default_value(true)
            .hide_env(true)
    } else {
        argument
    };
    match help {
        Some(help) => argument.help(help),
        None => argument,
    }
}

/// Describes the values that an argument may have, its default, and the environment variable in its place.
fn value_hints(argument: &Arg) -> String {
    if !argument.get_action().takes_values() {
        return String::new();
    }
    let values = argument.get_possible_values();
    let described = values.iter().any(|value| value.get_help().is_some());
    let mut hints = Vec::new();
    if !values.is_empty() && !described {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        hints.push(tr!("one of {words}", words = names.join(", ")));
    }
    if let [value] = argument.get_default_values() {
        hints.push(tr!("default: {what}", what = value.display()));
    }
    if let Some(name) = argument.get_env() {
        hints.push(format!("${}", name.display()));
    }
    let mut text = match &hints[..] {
        [] => String::new(),
        hints => format!(" ({})", hints.join("; ")),
    };
    for value in values.iter().filter(|_| described) {
        let help = value.get_help().map(ToString::to_string);
        let help = help.map_or_else(String::new, |help| format!(": {}", tr(&help)));
        text += &format!("\n- {}{help}", value.get_name());
    }
    text
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
#[must_use]
pub fn usage_message(error: &Error) -> String {
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
        reason = "other kinds do not come up here, and are reported in the parser's words"
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
        // Our own parsers describe the mistake in the user's language.
        ErrorKind::ValueValidation => return error.source().map(ToString::to_string),
        ErrorKind::InvalidValue => tr!(
            "`{value}` is not valid for {what}",
            value = context(ContextKind::InvalidValue)?,
            what = argument()
        ),
        _ => return None,
    };
    let suggestions = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    Some(match suggestions.into_iter().find_map(context) {
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
    use super::*;

    #[test]
    fn values_and_defaults_are_described_in_own_words() {
        let theme = Arg::new("theme")
            .long("theme")
            .help("The colours")
            .value_parser(["light", "dark"])
            .default_value("light");
        let figure = Arg::new("figure").help("The figure").value_parser([
            PossibleValue::new("teal").help("Short hair, a teal T-shirt"),
            PossibleValue::new("plum"),
        ]);
        let command = Command::new("unhunch").subcommand(
            Command::new("picture")
                .about("Save a picture")
                .args([theme, figure]),
        );
        let examples = ["picture cat-cow"];
        let mut command = translate(command, &examples);
        let picture = command.find_subcommand_mut("picture").unwrap();
        let help = picture.render_long_help().to_string();
        for text in [
            "The colours (one of light, dark; default: light)\n",
            "- teal: Short hair, a teal T-shirt\n",
            "- plum\n",
            "Show this help",
            "Example: unhunch picture cat-cow",
            "Usage: unhunch picture [OPTIONS] [figure]",
        ] {
            assert!(help.contains(text), "{text}: {help}");
        }
        for text in ["Print help", "[default", "ossible values"] {
            assert!(!help.contains(text), "{text}: {help}");
        }
    }
}
