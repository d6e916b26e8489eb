//! Whose turn it is among the texts of the reminders, so that no two in a row say the same, also across a restart.

use crate::paths::Paths;
use crate::state::StateFile;

/// How many have been shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turns {
    /// Questions.
    pub(super) asked: u64,
    /// Tips.
    pub(super) tips: u64,
}

impl Turns {
    /// As it was kept. What cannot be read begins anew.
    pub(super) fn recall(paths: &Paths) -> Self {
        let kept = StateFile::Turns.read(paths).unwrap_or_default();
        let mut numbers = kept.split_whitespace().map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(asked)), Some(Ok(tips))) => Self {
                asked: asked.into(),
                tips: tips.into(),
            },
            _ => Self::default(),
        }
    }

    /// Keeps it. Where that fails, the same words may come again after the next start, and that is all.
    pub(super) fn keep(self, paths: &Paths) {
        let Self { asked, tips } = self;
        let _ = StateFile::Turns.write(paths, &format!("{asked} {tips}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_goes_on_where_it_was() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        assert_eq!(Turns::recall(&paths), Turns::default());
        let turns = Turns { asked: 12, tips: 9 };
        turns.keep(&paths);
        assert_eq!(Turns::recall(&paths), turns);
        for damaged in ["", "12", "12 -9", "12 99999999999999999999", "x y"] {
            StateFile::Turns.write(&paths, damaged).unwrap();
            assert_eq!(Turns::recall(&paths), Turns::default(), "{damaged}");
        }
    }
}
