//! What a source has seen, and what of it is worth telling.

use std::time::Duration;

use crate::schedule::Activity;

/// It passes on what is new.
pub(super) struct Seen<'a> {
    tell: &'a dyn Fn(Activity),
    told: Activity,
    away: Option<Duration>,
    still: bool,
}

impl<'a> Seen<'a> {
    /// Somebody is there, and that is told.
    pub(super) fn somebody(tell: &'a dyn Fn(Activity)) -> Self {
        tell(Activity::Busy);
        Self {
            tell,
            told: Activity::Busy,
            away: None,
            still: false,
        }
    }

    /// Nobody has been there since then.
    pub(super) fn away(&mut self, since: Duration) {
        self.away = Some(since);
        self.tell_new();
    }

    /// The keyboard is still.
    pub(super) fn still(&mut self) {
        self.still = true;
        self.tell_new();
    }

    /// There was input.
    pub(super) fn back(&mut self) {
        self.away = None;
        self.still = false;
        self.tell_new();
    }

    /// A pause in typing is waited for from now on, or no longer. Who begins to wait is told how it is now.
    pub(super) fn attend(&mut self, closely: bool) {
        self.still &= closely;
        if closely {
            self.tell();
        }
    }

    fn tell_new(&mut self) {
        let now = self.activity();
        if std::mem::discriminant(&now) != std::mem::discriminant(&self.told) {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told = self.activity();
        (self.tell)(self.told);
    }

    fn activity(&self) -> Activity {
        match (self.away, self.still) {
            (Some(since), _) => Activity::Away { since },
            (None, true) => Activity::Still,
            (None, false) => Activity::Busy,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn only_what_is_new_is_told() {
        let told = RefCell::new(Vec::new());
        let tell = |activity| told.borrow_mut().push(activity);
        let mut seen = Seen::somebody(&tell);
        let since = Duration::from_secs(7);
        seen.back();
        seen.attend(true);
        seen.still();
        seen.away(since);
        seen.away(Duration::from_secs(8));
        seen.back();
        seen.attend(false);
        seen.back();
        let (busy, away) = (Activity::Busy, Activity::Away { since });
        assert_eq!(told.take(), [busy, busy, Activity::Still, away, busy]);
    }
}
