//! Asks all sources at once, and puts their answers together.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt as _;
use zbus::Connection;

use super::answers::{Answers, Own, Teller as _};
use super::bus::{self, Source};
use super::{
    News, Switches, camera, dunst, full_screen, gnome, gnome_session, kde, kde_power, logind, mako,
    microphone, power, swaync, toplevels, xfce,
};
use crate::schedule::Hold;
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

/// Looks, and goes on to look until it is dropped. Somebody ticks these connections, to the session bus and to the system bus;
/// without one, those who need none are asked.
pub async fn look(
    session: Option<&Connection>,
    system: Option<&Connection>,
    switches: Switches,
    tell: impl Fn(News),
) {
    let answers = Answers::new(&tell);
    let own = |name, why| Own::new(&answers, name, why);
    let mut works: Vec<Work<'_>> = Vec::new();
    let on = |bus: Option<_>, source: &'static Source, why| -> Option<Work<'_>> {
        let (bus, own) = (bus?, own(source.name, why));
        let follow = async move |own: &Own<'_>| bus::follow(bus, source, own).await;
        Some(Box::pin(in_time(own, follow)))
    };
    let on_the_bus = |source, why| on(session, source, why);
    if switches.do_not_disturb {
        works.extend(
            DO_NOT_DISTURB
                .into_iter()
                .filter_map(|source| on_the_bus(source, Hold::DoNotDisturb)),
        );
        let own = own("gnome", Hold::DoNotDisturb);
        works.push(Box::pin(in_time(own, async |own| gnome::follow(own).await)));
    }
    if switches.keep_awake {
        works.extend(
            KEEP_AWAKE
                .into_iter()
                .filter_map(|source| on_the_bus(source, Hold::KeepAwake)),
        );
        works.extend(on(system, &logind::SOURCE, Hold::KeepAwake));
    }
    if switches.full_screen {
        works.push(Box::pin(follow_windows(&answers)));
    }
    if switches.microphone {
        let own = own("microphone", Hold::Call);
        works.push(Box::pin(in_time(own, async |own| {
            microphone::follow(own).await;
        })));
    }
    if switches.camera {
        let own = own("camera", Hold::Call);
        works.push(Box::pin(in_time(own, async |own| {
            camera::follow(own).await;
        })));
    }
    if works.is_empty() {
        return tell(News::Looked(Vec::new()));
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
    let own = |name| Own::new(answers, name, Hold::FullScreen);
    match Screens::named().present().await {
        Some(Screen::X11) => {
            in_time(own("x11"), async |own| full_screen::follow(own).await).await;
        }
        Some(Screen::Wayland(Ok(wire))) => {
            let follow = async |own: &Own<'_>| toplevels::follow(wire, own).await;
            in_time(own("wlroots"), follow).await;
        }
        Some(Screen::Wayland(Err(_))) | None => own("x11").answer(None),
    }
}

/// Who has not answered in time is asked no longer.
async fn in_time(own: Own<'_>, work: impl AsyncFnOnce(&Own<'_>)) {
    let late = async {
        Timer::after(PATIENCE).await;
        if !own.is_open() {
            pending::<()>().await;
        }
        own.answer(None);
    };
    work(&own).or(late).await;
}
