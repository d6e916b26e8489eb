//! Asks all sources at once, and puts their answers together.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use zbus::Connection;

use super::bus::{self, Source};
use super::{
    News, Switches, camera, dunst, full_screen, gnome, gnome_session, kde, logind, mako,
    microphone, power, swaync, xfce,
};
use crate::schedule::Hold;

/// How long a source may take for its first answer, and for each one after.
pub(super) const PATIENCE: Duration = Duration::from_millis(300);

const DO_NOT_DISTURB: [&Source; 5] = [
    &kde::SOURCE,
    &xfce::SOURCE,
    &dunst::SOURCE,
    &mako::SOURCE,
    &swaync::SOURCE,
];

const KEEP_AWAKE: [&Source; 2] = [&gnome_session::SOURCE, &power::SOURCE];

/// Whom a source tells its answers.
pub(super) trait Teller {
    /// Whether to keep quiet; none: there is nobody to ask, or no longer.
    fn answer(&self, quiet: Option<bool>);
}

type Work<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Looks, and goes on to look until it is dropped. `bus` is a session bus connection that somebody ticks.
pub async fn look(bus: &Connection, switches: Switches, tell: impl Fn(News)) {
    let answers = Answers::new(&tell);
    let own = |name, why| Own {
        answers: &answers,
        name,
        why,
    };
    let mut works: Vec<Work<'_>> = Vec::new();
    let on_the_bus = |source: &'static Source, why| -> Work<'_> {
        let own = own(source.name, why);
        Box::pin(async move { bus::follow(bus, source, &own).await })
    };
    if switches.do_not_disturb {
        works.extend(DO_NOT_DISTURB.map(|source| on_the_bus(source, "do-not-disturb")));
        let own = own("gnome", "do-not-disturb");
        works.push(Box::pin(async move { gnome::follow(&own).await }));
    }
    if switches.keep_awake {
        works.extend(KEEP_AWAKE.map(|source| on_the_bus(source, "keep-awake")));
        let own = own(logind::SOURCE.name, "keep-awake");
        works.push(Box::pin(async move { bus::follow_system(&own).await }));
    }
    if switches.full_screen {
        let own = own("x11", "full-screen");
        works.push(Box::pin(async move { full_screen::follow(&own).await }));
    }
    if switches.microphone {
        let own = own("microphone", "call");
        works.push(Box::pin(async move { microphone::follow(&own).await }));
    }
    if switches.camera {
        let own = own("camera", "call");
        works.push(Box::pin(async move { camera::follow(&own).await }));
    }
    answers.expect(works.len());
    poll_fn(|context| {
        works.retain_mut(|work| work.as_mut().poll(context).is_pending());
        Poll::<()>::Pending
    })
    .await;
}

/// What the sources have said.
struct Answers<'a> {
    tell: &'a dyn Fn(News),
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// How many have not answered yet.
    open: usize,
    /// Who answered.
    heard: BTreeSet<&'static str>,
    /// Who of them is there.
    known: BTreeSet<&'static str>,
    /// Who says that we should keep quiet, and why.
    quiet: BTreeSet<(&'static str, &'static str)>,
}

/// The place of one source among the answers.
struct Own<'a> {
    answers: &'a Answers<'a>,
    name: &'static str,
    why: &'static str,
}

impl Teller for Own<'_> {
    fn answer(&self, quiet: Option<bool>) {
        self.answers.answer(self.name, self.why, quiet);
    }
}

impl<'a> Answers<'a> {
    fn new(tell: &'a dyn Fn(News)) -> Self {
        Self {
            tell,
            state: RefCell::default(),
        }
    }

    fn expect(&self, open: usize) {
        self.state.borrow_mut().open = open;
    }

    fn answer(&self, name: &'static str, why: &'static str, quiet: Option<bool>) {
        self.change(name, why, quiet.unwrap_or(false));
        let mut state = self.state.borrow_mut();
        if quiet.is_some() {
            state.known.insert(name);
        }
        if state.heard.insert(name) && state.heard.len() == state.open {
            let known = state.known.iter().copied().collect();
            drop(state);
            (self.tell)(News::Looked(known));
        }
    }

    /// Several may have the same reason; it is told once, and is gone with the last.
    fn change(&self, name: &'static str, why: &'static str, quiet: bool) {
        let mut state = self.state.borrow_mut();
        let held = |state: &State| state.quiet.iter().any(|(_, reason)| *reason == why);
        let before = held(&state);
        if quiet {
            state.quiet.insert((name, why));
        } else {
            state.quiet.remove(&(name, why));
        }
        let after = held(&state);
        drop(state);
        if before != after {
            let hold = Hold::new(why);
            (self.tell)(if after {
                News::Held(hold)
            } else {
                News::Released(hold)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_reason_is_told_once_and_gone_with_the_last() {
        let told = RefCell::new(Vec::new());
        let tell = |news| told.borrow_mut().push(news);
        let answers = Answers::new(&tell);
        answers.expect(3);
        answers.answer("mako", "do-not-disturb", None);
        answers.answer("kde", "do-not-disturb", Some(true));
        answers.answer("dunst", "do-not-disturb", Some(true));
        answers.answer("kde", "do-not-disturb", Some(false));
        answers.answer("dunst", "do-not-disturb", None);
        let hold = || Hold::new("do-not-disturb");
        assert_eq!(
            told.into_inner(),
            [
                News::Held(hold()),
                News::Looked(vec!["dunst", "kde"]),
                News::Released(hold()),
            ]
        );
    }
}
