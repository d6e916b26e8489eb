//! Counters that rotate the texts of the reminders, so that no two reminders in a row read the same, even across a restart.

use crate::paths::Paths;
use crate::state::StateFile;

/// The counters, by kind of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextRotation {
    /// The number of questions so far, which selects the next text.
    pub(super) questions: u64,
    /// The number of tips so far, which selects the next one.
    pub(super) tips: u64,
}

impl TextRotation {
    /// Reads the saved counters. They restart at zero if they can't be read.
    pub(super) fn load(paths: &Paths) -> Self {
        let saved = StateFile::TextRotation.read(paths).unwrap_or_default();
        let mut numbers = saved.split_whitespace().map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(questions)), Some(Ok(tips))) => Self {
                questions: questions.into(),
                tips: tips.into(),
            },
            _ => Self::default(),
        }
    }

    /// Saves the counters. A failure only means that texts may repeat after the next start.
    pub(super) fn save(self, paths: &Paths) {
        let Self { questions, tips } = self;
        let _ = StateFile::TextRotation.write(paths, &format!("{questions} {tips}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_survive_a_restart() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        assert_eq!(TextRotation::load(&paths), TextRotation::default());
        let rotation = TextRotation {
            questions: 12,
            tips: 9,
        };
        rotation.save(&paths);
        assert_eq!(TextRotation::load(&paths), rotation);
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
