//! Which source answers: the best that there is, and another one when that ends or a better one comes.
//!
//! Mutter's own monitor comes first, for GNOME has nothing else; then Wayland, then X11, for an X server on Wayland sees only
//! what goes to X programs: a person who writes in any other would seem to have left. logind is late, and last.

use std::io;
use std::time::Duration;

use anyhow::{anyhow, bail};
use async_io::Timer;
use futures_lite::{FutureExt as _, StreamExt as _, future};
use zbus::{Connection, MessageStream};

use super::logind::Logind;
use super::mutter::{self, IdleMonitor};
use super::seen::Seen;
use super::wayland::Compositor;
use super::x11::{IdleTime, Word};
use super::{Absent, News, Thresholds, Wish};
use crate::schedule::Activity;
use crate::source::Source;
use crate::time::Clock;
use crate::watch::Coming;
use crate::watch::linux::arrival::Arrival;
use crate::watch::linux::bus::{is_owned, owners};
use crate::watch::linux::screen::{Arrivals, Screen, Screens, come};
use crate::watch::linux::wire::Wire;

/// What has just come may not be ready, and what has just gone may be back in a moment.
const MOMENT: Duration = Duration::from_secs(1);

/// How long an X server may take to tell what it has.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whoever answered for so long is tried again at once when it ends.
const LASTING: Duration = Duration::from_secs(60);

/// So often in a row one that ends or hangs is tried again, each time after twice as long: over four minutes in all.
const TRIES: u32 = 8;

/// Where to look for sources, and whom to tell.
pub struct Follow<'a> {
    /// How long without input means what.
    pub thresholds: Thresholds,
    /// The session bus, if there is one.
    pub session_bus: Option<Connection>,
    /// The system bus, while there is one.
    pub system_bus: &'a Coming,
    /// How closely to watch.
    pub wish: &'a Wish,
    /// Who is told.
    pub tell: &'a dyn Fn(News),
}

impl Follow<'_> {
    /// Follows the best source, whichever that is, for as long as it is waited for.
    pub async fn run(&self) {
        let mut mutter = match &self.session_bus {
            Some(bus) => owners(bus, mutter::SERVICE).await.ok(),
            None => None,
        };
        let mut again = Again::default();
        loop {
            self.follow_best(&mut mutter, &mut again).await;
            Timer::after(MOMENT).await;
        }
    }

    /// It returns when there is reason to choose anew.
    async fn follow_best(&self, mutter: &mut Option<MessageStream>, again: &mut Again) {
        let screens = Screens::named();
        let mut arrivals = Some(screens.arrivals());
        let tell = |activity| (self.tell)(News::Activity(activity));
        let mut seen = Seen::somebody(&tell);
        let mut without = Vec::new();
        if let Some(bus) = &self.session_bus
            && is_owned(bus, mutter::SERVICE).await.unwrap_or(false)
        {
            let begun = Clock.now().elapsed;
            match self.follow_mutter(bus, &mut seen, mutter).await {
                Ok(()) => return,
                Err(_) if again.ended(begun) == Some(MOMENT) => return,
                Err(error) => without.push(format!("mutter: {error}")),
            }
            seen.back();
        }
        let begun = Clock.now().elapsed;
        let followed = match screens.present().await {
            Some(Screen::Wayland(wire)) => {
                self.follow_wayland(wire, &mut seen, mutter, &mut arrivals)
                    .await
            }
            Some(Screen::X11) => {
                self.follow_x11(&screens, &tell, mutter, &mut arrivals)
                    .await
            }
            None => Err(anyhow!(Absent("there is no screen"))),
        };
        let Err(error) = followed else {
            *again = Again::default();
            return;
        };
        let wait = match error.is::<Absent>() {
            true => None,
            false => again.ended(begun),
        };
        if wait == Some(MOMENT) {
            return;
        }
        without.push(format!("{error:#}"));
        seen.back();
        let arrivals = arrivals.unwrap_or_else(|| screens.arrivals());
        let rest = async {
            self.follow_logind(without, &mut seen).or(later(wait)).await;
        };
        let better = async {
            arrivals.come().or(change(mutter)).await;
            *again = Again::default();
        };
        rest.or(better).await;
    }

    async fn follow_mutter(
        &self,
        bus: &Connection,
        seen: &mut Seen<'_>,
        mutter: &mut Option<MessageStream>,
    ) -> zbus::Result<()> {
        let mut monitor = IdleMonitor::start(bus, self.thresholds).await?;
        self.answers(Source::named("mutter"));
        let changes = async {
            change(mutter).await;
            Ok(())
        };
        monitor.follow(self.wish, seen).or(changes).await
    }

    fn answers(&self, source: Source) {
        (self.tell)(News::Source(source));
    }

    /// It returns when another source may be better; an error is the end of this one, or there is none.
    async fn follow_wayland<'a>(
        &self,
        wire: io::Result<Wire>,
        seen: &mut Seen<'_>,
        mutter: &mut Option<MessageStream>,
        arrivals: &mut Option<Arrivals<'a>>,
    ) -> anyhow::Result<()> {
        let mut compositor = Compositor::connect(wire, self.thresholds).await?;
        // What comes while nobody looks would be kept for us by the kernel.
        arrivals.take();
        self.answers(Source::Named(compositor.words()));
        let changes = async {
            change(mutter).await;
            Ok(())
        };
        compositor.follow(self.wish, seen).or(changes).await
    }

    /// The same for X11, which is left also when a compositor comes.
    async fn follow_x11<'a>(
        &self,
        screens: &Screens,
        tell: &dyn Fn(Activity),
        mutter: &mut Option<MessageStream>,
        arrivals: &mut Option<Arrivals<'a>>,
    ) -> anyhow::Result<()> {
        let (told_by, told) = async_channel::unbounded();
        let counter = IdleTime::start(self.thresholds, told_by)?;
        let late = async {
            Timer::after(PATIENCE).await;
            bail!("the X server hangs")
        };
        let first = async { Ok(told.recv().await?) };
        match first.or(late).await? {
            Word::Begun => arrivals.take(),
            Word::Activity(_) => bail!("the X server can't wait"),
            Word::Ended(error) => return Err(error),
        };
        self.answers(Source::named("x11"));
        let tells = async {
            loop {
                match told.recv().await? {
                    Word::Begun => {}
                    Word::Activity(activity) => tell(activity),
                    Word::Ended(error) => {
                        tell(Activity::Busy);
                        return Err(error);
                    }
                }
            }
        };
        let wishes = async {
            counter.attend(self.wish.closely());
            loop {
                self.wish.changed().await;
                counter.attend(self.wish.closely());
            }
        };
        let compositor = screens.wayland.as_deref().map(Arrival::of);
        let changes = async {
            come(compositor.as_ref()).or(change(mutter)).await;
            Ok(())
        };
        tells.or(wishes).or(changes).await
    }

    /// Nothing better is there.
    async fn follow_logind(&self, mut without: Vec<String>, seen: &mut Seen<'_>) {
        let bus = self.system_bus.now();
        let mut logind = match &bus {
            Some(bus) => Logind::on(bus).await.ok(),
            None => None,
        };
        if let Some(logind) = &mut logind {
            let words = format!(
                "logind: only as good as the desktop tells it ({})",
                without.join("; ")
            );
            let begun = || self.answers(Source::Named(words));
            let Err(error) = logind.follow(begun, seen).await;
            without.push(error.to_string());
        }
        self.answers(Source::none(without.join("; ")));
        seen.back();
        let known = async {
            match &mut logind {
                Some(logind) => logind.knows_us().await,
                None => future::pending().await,
            }
        };
        known.or(self.system_bus.changed()).await;
    }
}

/// Waits until Mutter comes or goes.
async fn change(mutter: &mut Option<MessageStream>) {
    let changed = match mutter {
        Some(owner) => owner.next().await.is_some(),
        None => false,
    };
    if !changed {
        // The session ends with its bus.
        future::pending().await
    }
}

/// Waits so long; without end if there is none.
async fn later(wait: Option<Duration>) {
    match wait {
        Some(wait) => drop(Timer::after(wait).await),
        None => future::pending().await,
    }
}

/// When one that has ended, or hangs, is tried again: later each time, and in the end not before something comes.
#[derive(Default)]
struct Again {
    ends: u32,
}

impl Again {
    /// It has ended, or never answered, since it was begun with. How long to wait; none: for ever.
    fn ended(&mut self, begun: Duration) -> Option<Duration> {
        if Clock.now().elapsed.saturating_sub(begun) >= LASTING {
            self.ends = 0;
        }
        self.ends += 1;
        (self.ends <= TRIES).then(|| MOMENT * (1 << (self.ends - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_ends_at_once_is_tried_ever_later_and_then_no_more() {
        let mut again = Again::default();
        let now = Clock.now().elapsed;
        let waits: Vec<_> = (0..TRIES)
            .map(|_| again.ended(now).unwrap().as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128]);
        assert_eq!(again.ended(now), None);
        // It has lasted, and so that was another end.
        let long_ago = now.saturating_sub(LASTING);
        assert_eq!(again.ended(long_ago), Some(MOMENT));
    }
}
