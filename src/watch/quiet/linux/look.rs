//! Queries all sources concurrently, and combines their answers.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use async_io::Timer;
use futures_lite::FutureExt as _;
use zbus::Connection;

use super::bus::{self, Source};
use super::services::{DO_NOT_DISTURB, KEEP_AWAKE, LOGIND};
use super::{TIMEOUT, camera, full_screen, gnome, microphone, toplevels};
use crate::schedule::Hold;
use crate::watch::linux::display_server::{DetectedDisplay, DisplaySockets};
use crate::watch::quiet::answers::{AnswerReceiver, Answers, SourceReceiver};
use crate::watch::quiet::{QuietEvent, Switches};

type Work<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Looks for reasons to keep quiet until the future is dropped. The executors of the two bus connections must be driven
/// elsewhere. Without a connection, only the sources that don't need it are queried.
pub async fn follow(
    session: Option<&Connection>,
    system: Option<&Connection>,
    switches: Switches,
    report: impl Fn(QuietEvent),
) {
    let answers = Answers::new(&report);
    let receiver = |name, why| SourceReceiver::new(&answers, name, why);
    let mut works: Vec<Work<'_>> = Vec::new();
    let on = |bus: Option<_>, source: &'static Source, why| -> Option<Work<'_>> {
        let (bus, receiver) = (bus?, receiver(source.name, why));
        let follow =
            async move |receiver: &dyn AnswerReceiver| bus::follow(bus, source, receiver).await;
        Some(Box::pin(with_timeout(receiver, follow)))
    };
    let on_the_bus = |source, why| on(session, source, why);
    if switches.do_not_disturb {
        works.extend(
            DO_NOT_DISTURB
                .iter()
                .filter_map(|source| on_the_bus(source, Hold::DoNotDisturb)),
        );
        let receiver = receiver("gnome", Hold::DoNotDisturb);
        works.push(Box::pin(with_timeout(receiver, gnome::follow)));
    }
    if switches.keep_awake {
        works.extend(
            KEEP_AWAKE
                .iter()
                .filter_map(|source| on_the_bus(source, Hold::KeepAwake)),
        );
        works.extend(on(system, &LOGIND, Hold::KeepAwake));
    }
    if switches.full_screen {
        works.push(Box::pin(follow_windows(&answers)));
    }
    if switches.microphone {
        let receiver = receiver("microphone", Hold::Call);
        works.push(Box::pin(with_timeout(receiver, microphone::follow)));
    }
    if switches.camera {
        let receiver = receiver("camera", Hold::Call);
        works.push(Box::pin(with_timeout(receiver, camera::follow)));
    }
    if works.is_empty() {
        return report(QuietEvent::Answered(Vec::new()));
    }
    answers.expect(works.len());
    poll_fn(|context| {
        works.retain_mut(|work| work.as_mut().poll(context).is_pending());
        Poll::<()>::Pending
    })
    .await;
}

/// Follows the windows through the display server of the session.
async fn follow_windows(answers: &Answers<'_>) {
    let receiver = |name| SourceReceiver::new(answers, name, Hold::FullScreen);
    match DisplaySockets::from_environment().detect().await {
        Some(DetectedDisplay::X11) => {
            with_timeout(receiver("x11"), full_screen::follow).await;
        }
        Some(DetectedDisplay::Wayland(Ok(client))) => {
            let follow =
                async |receiver: &dyn AnswerReceiver| toplevels::follow(client, receiver).await;
            with_timeout(receiver("wlroots"), follow).await;
        }
        Some(
            DetectedDisplay::Wayland(Err(_))
            | DetectedDisplay::Xwayland
            | DetectedDisplay::Unresponsive,
        )
        | None => {
            receiver("x11").answer(None);
        }
    }
}

/// Gives up on a source that has not answered in time.
async fn with_timeout(receiver: SourceReceiver<'_>, work: impl AsyncFnOnce(&dyn AnswerReceiver)) {
    let receiver = Timed {
        receiver,
        has_answered: Cell::new(false),
    };
    let timeout = async {
        Timer::after(TIMEOUT).await;
        if receiver.has_answered.get() {
            pending::<()>().await;
        }
        receiver.answer(None);
    };
    work(&receiver).or(timeout).await;
}

/// A receiver that remembers if the source has answered.
struct Timed<'a> {
    receiver: SourceReceiver<'a>,
    has_answered: Cell<bool>,
}

impl AnswerReceiver for Timed<'_> {
    fn answer(&self, quiet: Option<bool>) {
        self.has_answered.set(true);
        self.receiver.answer(quiet);
    }
}
