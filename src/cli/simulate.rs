//! `unhunch simulate`: runs a script with the settings, and prints what the schedule does.

use std::fs;
use std::io::{self, BufWriter, Read as _};
use std::path::Path;

use super::{FAILED, failed, written};
use crate::config::load;
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;
use crate::routine::Library;
use crate::schedule::RoutineNames;
use crate::simulate::{Config, Script, play};
use crate::text::printable_line;

/// The maximum size of a script, in bytes; that of a hundred busy years is smaller.
const LARGEST: u64 = 256 << 20;

pub(super) fn run(script: &Path, settings: Option<&Path>) -> u8 {
    let library = Library::shipped();
    let ids: Vec<&str> = library.ids().collect();
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let text = match read(script, LARGEST) {
        Ok(text) => text,
        Err(error) => {
            return failed(&format!(
                "{}: {}",
                script.display(),
                reason::of_error(&error)
            ));
        }
    };
    let script = match Script::read(&text, &names) {
        Ok(read) => read,
        Err(errors) => {
            errors.iter().for_each(|error| {
                eprintln!(
                    "{}: {}",
                    script.display(),
                    printable_line(&error.to_string())
                )
            });
            return FAILED;
        }
    };
    let Some(setting) = setting(settings, &library, &names) else {
        return FAILED;
    };
    let mut out = BufWriter::new(io::stdout().lock());
    written(play(&script, setting, &mut out))
}

/// Reads the script, which may have at most `most` bytes.
fn read(script: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    if script == Path::new("-") {
        io::stdin().take(most + 1).read_to_string(&mut text)?;
    } else {
        fs::File::open(script)?
            .take(most + 1)
            .read_to_string(&mut text)?;
    }
    if text.len() as u64 > most {
        let why = tr("the script is larger than 256 MiB");
        return Err(reason::explained(io::ErrorKind::FileTooLarge, why));
    }
    Ok(text)
}

/// The settings, or `None` if they contain mistakes: a simulation with unintended settings is useless.
fn setting<'a>(
    file: Option<&Path>,
    library: &Library,
    routines: &'a [String],
) -> Option<Config<'a>> {
    let ids: Vec<&str> = library.ids().collect();
    let reading = match file {
        Some(file) => load::load_file(file, None, &ids),
        None => load::load(
            &Paths::find()
                .map_err(|error| failed(&reason::of(&error)))
                .ok()?,
            None,
            &ids,
        ),
    };
    reading
        .problems
        .iter()
        .for_each(|problem| eprintln!("{problem}"));
    let settings = reading.settings;
    let (still, away) = (settings.presence.still, settings.presence.away);
    let name = |id: &str| library.find(id).map(|item| item.name().to_owned());
    let name = |id: &str| name(id).unwrap_or_default();
    reading.problems.is_empty().then_some(Config {
        names: RoutineNames {
            routine: name(&settings.rhythm.routine),
            short_routine: name(&settings.rhythm.short_routine),
        },
        rhythm: settings.rhythm,
        still,
        away,
        routines,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_whole_or_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("day.txt");
        fs::write(&file, "09:00 active\n").unwrap();
        assert_eq!(read(&file, 13).unwrap(), "09:00 active\n");
        let refused = read(&file, 12).unwrap_err();
        assert_eq!(
            reason::of_error(&refused),
            "the script is larger than 256 MiB"
        );
    }
}
