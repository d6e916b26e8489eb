//! How the shell starts and ends a routine.

use unhunch::ipc::Call;

use crate::context::{Ended, Start};
use crate::shell::Shell;
use crate::ui::Page;

impl Shell {
    /// Starts what the user has chosen, and notifies the tray program.
    pub(crate) fn choose(&self, start: Start) {
        self.context.send(Call::Stretch {
            routine: Some(start.routine.clone()),
            length: start.length,
        });
        self.start(start);
    }

    /// Plays a routine, after the safety page if the user has never read it.
    pub(crate) fn start(&self, start: Start) {
        if self.context.settings().safety_seen {
            self.play(&start);
        } else {
            self.pages.guidance.start_after_reading(start);
            self.open(Page::Safety);
        }
    }

    pub(crate) fn play(&self, start: &Start) {
        if self.context.library.borrow().find(&start.routine).is_none() {
            // Its file may be new.
            self.context.reload_library();
        }
        if self.pages.guide.prepare(start) {
            self.open(Page::Guide);
            self.pages.guide.start(start.left);
        } else {
            self.open(Page::Home);
        }
    }

    pub(crate) fn end(&self, ended: Ended) {
        if self.pages.end.fill(ended) {
            // Ignore input for a moment: a key press meant to skip must not hit a button of the new page.
            self.context.ignore_input_briefly();
            self.open(Page::End);
        } else {
            self.close();
        }
    }
}
