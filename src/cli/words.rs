//! The help of the command line, with an example for each command.

use clap::Command;

use crate::help;

/// An example for the help of each command. `unhunch-window` has those of `picture`, `card` and `sound`.
pub(super) const EXAMPLES: &[&str] = &[
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
    "programme new neck-side-bend",
    "programme check prescribed.toml",
    "programme open prescribed.toml",
    "programme add prescribed.toml",
    "programme export neck-side-bend --out prescribed.toml",
    "programme remove neck-side-bend",
    "programme list",
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

/// Translates the command line, and adds the examples to the help.
pub(super) fn translate(command: Command) -> Command {
    help::translate(command, EXAMPLES)
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;
    use crate::help::usage_message;

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
        let runs_alone = !path.is_empty() && !command.is_subcommand_required_set();
        let path_of = |name: &str| format!("{path} {name}").trim_start().to_owned();
        let below = command
            .get_subcommands()
            .flat_map(|sub| commands(sub, &path_of(sub.get_name())));
        runs_alone
            .then(|| path.to_owned())
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
