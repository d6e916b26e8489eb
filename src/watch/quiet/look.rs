//! Asks all sources at once, and puts their answers together.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use zbus::Connection;

use super::answers::{Answers, Own, Teller as _};
use super::bus::{self, Source};
use super::{
    News, Switches, camera, dunst, full_screen, gnome, gnome_session, kde, kde_power, logind, mako,
    microphone, power, swaync, toplevels, xfce,
};
use crate::watch::screen::{Screen, Screens};

/// How long a source may take for its first answer, and for each one after.
pub(super) const PATIENCE: Duration = Duration::from_millis(300);

const DO_NOT_DISTURB: [&Source; 5] = [
    &kde::SOURCE,
    &xfce::SOURCE,
    &dunst::SOURCE,
    &mako::SOURCE,
    &swaync::SOURCE,
];

const KEEP_AWAKE: [&Source; 3] = [&gnome_session::SOURCE, &kde_power::SOURCE, &power::SOURCE];

type Work<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Looks, and goes on to look until it is dropped. `bus` is a session bus connection that somebody ticks.
pub async fn look(bus: &Connection, switches: Switches, tell: impl Fn(News)) {
    let answers = Answers::new(&tell);
    let own = |name, why| Own::new(&answers, name, why);
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
        works.push(Box::pin(follow_windows(&answers)));
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

/// The windows are known to the screen that the session is on.
async fn follow_windows(answers: &Answers<'_>) {
    let own = |name| Own::new(answers, name, "full-screen");
    match Screens::named().present().await {
        Some(Screen::X11) => full_screen::follow(&own("x11")).await,
        Some(Screen::Wayland(Ok(wire))) => toplevels::follow(wire, &own("wlroots")).await,
        Some(Screen::Wayland(Err(_))) | None => own("x11").answer(None),
    }
}
