//! The guidance pages, and the safety page, which must be read once before the first routine.

use std::cell::RefCell;
use std::rc::Rc;

use slint::{ComponentHandle as _, ModelRc, SharedString, VecModel};
use unhunch::config::guidance::{Guidance, Section};
use unhunch::ipc::Report;

use super::{PageEvents, on_escape};
use crate::context::{Context, Intent, Start};
use crate::ui::{self, Actions, GuidanceState, Page};
use crate::wire::wire;

/// The pages with text to read.
pub(crate) struct GuidancePage {
    context: Rc<Context>,
    /// The routine to start after the safety page.
    waiting: RefCell<Option<Start>>,
}

impl PageEvents for GuidancePage {
    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        // The safety page requires an answer.
        self.context.page() != Page::Safety
            && on_escape(text, &self.context, Intent::Open(Page::Home))
    }
}

impl GuidancePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            waiting: RefCell::default(),
        })
    }

    /// Connects the callback of the safety page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.context.window.global::<Actions<'_>>();
        wire!(self => page, actions, {
            on_understood() => page.understood();
        });
    }

    /// Fills the pages with the guidance in the current language.
    pub(crate) fn fill(&self) {
        let page = self.context.window.global::<GuidanceState<'_>>();
        let Guidance { safety, more } = Guidance::shipped();
        page.set_safety(sections(&safety));
        page.set_more(sections(&more));
    }

    /// Keeps a routine until the safety page has been read.
    pub(crate) fn start_after_reading(&self, start: Start) {
        self.waiting.replace(Some(start));
    }

    fn understood(&self) {
        self.context.safety_was_read();
        if let Some(start) = self.waiting.take() {
            self.context.request(Intent::Play(start));
        }
    }

    /// Reports the waiting routine as ended if the safety page is left unread.
    pub(crate) fn leave_unread(&self) {
        if self.context.page() != Page::Safety {
            return;
        }
        let Some(start) = self.waiting.take() else {
            return;
        };
        let plan = self.context.library.borrow().plan(&start.routine);
        if let Ok(plan) = plan {
            let total = plan.total_seconds().round() as u64;
            self.context.report(Report::Ended {
                routine: plan.id,
                seconds: 0,
                total,
                exercises: Vec::new(),
            });
        }
    }
}

fn sections(sections: &[Section]) -> ModelRc<ui::Section> {
    let translated = sections
        .iter()
        .map(Section::translated)
        .map(|section| ui::Section {
            title: section.title.into(),
            points: ModelRc::new(VecModel::from_iter(
                section.points.iter().map(SharedString::from),
            )),
            body: section.body.into(),
        });
    ModelRc::new(VecModel::from_iter(translated))
}
