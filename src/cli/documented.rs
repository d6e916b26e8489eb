//! The command line as man pages and completions describe it: with the arguments of `picture`, `card` and `sound`, which the tray
//! program passes on to `unhunch-window` without reading them. `tests/packages.rs` compares them with that program's own help.

use clap::{Arg, ArgAction, Command, ValueHint};

use super::words;
use crate::help;

/// Examples of the commands of `unhunch-window`.
const EXAMPLES: &[&str] = &[
    "picture cat-cow --sheet 8 --out cat-cow.png",
    "card desk --out desk.html",
    "sound desk --voice --out desk.wav",
];

const FIGURES: [&str; 3] = ["teal", "plum", "slate"];

/// Returns the definition of the whole command line, in the current language.
#[must_use]
pub fn documented_command() -> Command {
    let mut command = super::command();
    for defined in [picture(), card(), sound()] {
        let name = defined.get_name().to_owned();
        command = command.mut_subcommand(name, |passed_on| {
            defined.about(passed_on.get_about().cloned().unwrap_or_default())
        });
    }
    help::translate(command, &[words::EXAMPLES, EXAMPLES].concat())
}

fn picture() -> Command {
    Command::new("picture").args([
        id(),
        option("at", "SECONDS", "The time within the routine, in seconds"),
        option(
            "size",
            "PX",
            "The longer side of a picture, in pixels (default: 640, or 480 with `--animate`)",
        ),
        option("theme", "THEME", "The colours")
            .value_parser(["light", "dark", "contrast-light", "contrast-dark"])
            .default_value("light"),
        figure(),
        option("view", "VIEW", "The side from which the figure is seen")
            .value_parser(["first", "second"])
            .default_value("first"),
        option(
            "sheet",
            "N",
            "The number of pictures on one sheet, spread over a rep of an exercise or over a whole routine",
        ),
        flag(
            "animate",
            "One repetition of an exercise as a loop; long holds are shortened",
        ),
        file(
            "FILE",
            "The file to write: `.png`, or with `--animate` also `.webp` or `.gif`",
        ),
    ])
}

fn card() -> Command {
    Command::new("card").args([
        id(),
        option(
            "for",
            "LENGTH",
            "Roughly how long it may take, such as `4min`: fewer sets and reps, never shorter holds",
        ),
        figure(),
        file("FILE.html", "The file to write"),
    ])
}

fn sound() -> Command {
    Command::new("sound").args([
        id(),
        flag("voice", "Also speak the cues"),
        file("FILE.wav", "The file to write"),
    ])
}

fn id() -> Arg {
    Arg::new("id")
        .value_name("ID")
        .required(true)
        .help("The id of the routine or exercise")
}

fn figure() -> Arg {
    option("figure", "NAME", "The figure")
        .value_parser(FIGURES)
        .default_value(FIGURES[0])
}

fn file(value: &'static str, help: &'static str) -> Arg {
    option("out", value, help)
        .required(true)
        .value_hint(ValueHint::FilePath)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_fit_the_definitions() {
        let command = documented_command();
        command.clone().debug_assert();
        for example in EXAMPLES {
            let words = std::iter::once("unhunch").chain(example.split(' '));
            let parsed = command.clone().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }
}
