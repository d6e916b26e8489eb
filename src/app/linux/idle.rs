//! The source of idleness, as the settings want it.

use std::rc::Rc;

use async_executor::Task;
use zbus::Connection;

use super::Loop;
use crate::app::start::{Place, Tell};
use crate::app::{App, Incoming};
use crate::config::Presence;
use crate::schedule::Event;
use crate::source::{Absence, Source};
use crate::watch::Coming;
use crate::watch::idle::{Follow, News, Thresholds, Wish};

/// The look-out for somebody.
pub(super) struct Idle<'a> {
    parts: Loop<'a>,
    place: Place,
    buses: Buses,
    presence: Presence,
    wish: Rc<Wish>,
    closely: bool,
    work: Option<Task<()>>,
}

/// Where sources may be.
#[derive(Clone, Default)]
pub(super) struct Buses {
    pub(super) session: Option<Connection>,
    pub(super) system: Rc<Coming>,
}

impl<'a> Idle<'a> {
    pub(super) fn start(parts: &Loop<'a>, app: &mut App, place: Place, buses: Buses) -> Self {
        let mut idle = Self {
            parts: parts.clone(),
            place,
            buses,
            presence: app.settings().presence,
            wish: Rc::default(),
            closely: false,
            work: None,
        };
        idle.look_out(app);
        idle
    }

    fn look_out(&mut self, app: &mut App) {
        // logind reckons the idleness of a terminal when it is asked, and calls nobody: to follow that, we would have to ask again
        // and again.
        if self.place != Place::Desktop {
            app.sources().idle = Source::None(Absence::NoScreen);
            return;
        }
        let Presence { still, away, .. } = self.presence;
        let (wish, buses, tell) = (
            self.wish.clone(),
            self.buses.clone(),
            self.parts.tell.clone(),
        );
        let work = async move {
            let follow = Follow {
                thresholds: Thresholds { still, away },
                session_bus: buses.session,
                system_bus: &buses.system,
                wish: &wish,
                tell: &|news| pass_on(news, &tell),
            };
            follow.run().await;
        };
        // The one before ends here.
        self.work = Some(self.parts.executor.spawn(work));
    }

    /// Keeps up with the settings, and watches closely while a good moment is waited for.
    pub(super) fn follow(&mut self, app: &mut App) {
        if self.presence != app.settings().presence {
            self.presence = app.settings().presence;
            self.look_out(app);
        }
        let closely = app.wants_stillness();
        if self.closely != closely {
            self.wish.attend(closely);
            self.closely = closely;
        }
    }
}

fn pass_on(news: News, tell: &Tell) {
    tell(match news {
        News::Activity(activity) => Incoming::Event(Event::Activity(activity)),
        News::Source(source) => Incoming::IdleSource(source),
    });
}
