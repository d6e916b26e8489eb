//! Counters that rotate the texts of the reminders, so that two in a row never say the same, even across a restart.

use crate::paths::Paths;
use crate::state::StateFile;

/// The counters, by kind of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextRotation {
    /// The number of questions shown.
    pub(super) asked: u64,
    /// The number of tips shown.
    pub(super) tips: u64,
}

impl TextRotation {
    /// Reads the saved counters. They restart at zero if they can't be read.
    pub(super) fn load(paths: &Paths) -> Self {
        let kept = StateFile::TextRotation.read(paths).unwrap_or_default();
        let mut numbers = kept.split_whitespace().map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(asked)), Some(Ok(tips))) => Self {
                asked: asked.into(),
                tips: tips.into(),
            },
            _ => Self::default(),
        }
    }

    /// Saves the counters. A failure only means that texts may repeat after the next start.
    pub(super) fn save(self, paths: &Paths) {
        let Self { asked, tips } = self;
        let _ = StateFile::TextRotation.write(paths, &format!("{asked} {tips}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_goes_on_where_it_was() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        assert_eq!(TextRotation::load(&paths), TextRotation::default());
        let turns = TextRotation { asked: 12, tips: 9 };
        turns.save(&paths);
        assert_eq!(TextRotation::load(&paths), turns);
        for damaged in ["", "12", "12 -9", "12 99999999999999999999", "x y"] {
            StateFile::TextRotation.write(&paths, damaged).unwrap();
            assert_eq!(
                TextRotation::load(&paths),
                TextRotation::default(),
                "{damaged}"
            );
        }
    }
}
