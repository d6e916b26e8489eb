//! Which source answers: the best that there is, and another one when that ends or a better one comes.
//!
//! Mutter's own monitor comes first, for GNOME has nothing else; then Wayland, then X11, for an X server on Wayland sees only
//! what goes to X programs: a person who writes in any other would seem to have left. logind is late, and last.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_io::Timer;
use futures_lite::{FutureExt as _, StreamExt as _, future};
use zbus::{Connection, MessageStream};

use super::logind::Logind;
use super::mutter::{self, IdleMonitor};
use super::seen::Seen;
use super::wayland::Compositor;
use super::{News, Thresholds, Wish, x11};
use crate::schedule::{Activity, Event};
use crate::watch::arrival::Arrival;
use crate::watch::bus::{is_owned, owners};
use crate::watch::{Coming, Watcher, wire};

/// What has just come may not be ready, and what has just gone may be back in a moment.
const MOMENT: Duration = Duration::from_secs(1);

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
        loop {
            self.follow_best(&mut mutter).await;
            Timer::after(MOMENT).await;
        }
    }

    /// It returns when there is reason to choose anew.
    async fn follow_best(&self, mutter: &mut Option<MessageStream>) {
        let socket = screen();
        let arrival = socket.as_ref().map(|screen| Arrival::of(screen.socket()));
        let tell = |activity| (self.tell)(News::Activity(activity));
        let mut seen = Seen::somebody(&tell);
        let mut without = Vec::new();
        if let Some(bus) = &self.session_bus
            && is_owned(bus, mutter::SERVICE).await.unwrap_or(false)
        {
            match IdleMonitor::start(bus, self.thresholds).await {
                Ok(mut monitor) => {
                    self.answers("mutter".to_owned());
                    let follow = async { drop(monitor.follow(self.wish, &mut seen).await) };
                    return follow.or(change(mutter)).await;
                }
                Err(error) => without.push(format!("mutter: {error}")),
            }
        }
        let followed = match &socket {
            Some(Screen::Wayland(socket)) => self.follow_wayland(socket, &mut seen, mutter).await,
            Some(Screen::X11(_)) => self.follow_x11(&tell, mutter).await,
            None => Err(anyhow::anyhow!("there is no screen")),
        };
        match followed {
            Ok(()) => return,
            Err(error) => without.push(format!("{error:#}")),
        }
        let better = async {
            match &arrival {
                Some(arrival) => arrival.come().or(change(mutter)).await,
                None => change(mutter).await,
            }
        };
        self.follow_logind(without, &mut seen).or(better).await;
    }

    fn answers(&self, words: String) {
        (self.tell)(News::Source(words));
    }

    async fn follow_wayland(
        &self,
        socket: &Path,
        seen: &mut Seen<'_>,
        mutter: &mut Option<MessageStream>,
    ) -> anyhow::Result<()> {
        let mut compositor = Compositor::connect(socket, self.thresholds).await?;
        self.answers(compositor.words());
        let follow = async { drop(compositor.follow(self.wish, seen).await) };
        follow.or(change(mutter)).await;
        Ok(())
    }

    async fn follow_x11(
        &self,
        tell: &dyn Fn(Activity),
        mutter: &mut Option<MessageStream>,
    ) -> anyhow::Result<()> {
        let (lose, lost) = async_channel::bounded(1);
        let lose = Box::new(move |_| {
            let _ = lose.try_send(());
        });
        let counter = x11::IdleTime::connect(self.thresholds, lose)?;
        let (told_by, told) = async_channel::unbounded();
        let guard = Box::new(counter).start(Box::new(move |event| {
            if let Event::Activity(activity) = event {
                let _ = told_by.try_send(activity);
            }
        }))?;
        self.answers("x11".to_owned());
        let tells = async {
            while let Ok(activity) = told.recv().await {
                tell(activity);
            }
        };
        let wishes = async {
            guard.attend(self.wish.closely());
            loop {
                self.wish.changed().await;
                guard.attend(self.wish.closely());
            }
        };
        let end = async {
            let _ = lost.recv().await;
        };
        tells.or(wishes).or(end).or(change(mutter)).await;
        Ok(())
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
            let begun = || self.answers(words);
            let Err(error) = logind.follow(begun, seen).await;
            without.push(error.to_string());
        }
        self.answers(format!("none: {}", without.join("; ")));
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

/// The screen that the session is on, by its socket.
enum Screen {
    Wayland(PathBuf),
    X11(PathBuf),
}

impl Screen {
    fn socket(&self) -> &Path {
        match self {
            Self::Wayland(socket) | Self::X11(socket) => socket,
        }
    }
}

fn screen() -> Option<Screen> {
    if let Some(socket) = wire::socket() {
        return Some(Screen::Wayland(socket));
    }
    let display = env::var("DISPLAY").ok().filter(|name| !name.is_empty())?;
    let (_, number) = display.rsplit_once(':')?;
    let number = number.split('.').next()?;
    Some(Screen::X11(format!("/tmp/.X11-unix/X{number}").into()))
}
