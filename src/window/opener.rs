//! Opening of files in the user's editor.

use std::path::Path;
use std::process::{Child, ExitStatus};
use std::rc::Rc;
use std::time::Duration;

use slint::Timer;
use unhunch::paths::{check_opened, open_with_default_app};
use unhunch::reason;

/// The interval at which the opener of the desktop is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// The number of polls. An opener that takes longer has found an application.
const MAX_POLLS: u32 = 50;

/// Opens a file in an editor. The callback gets the reason if that can't be started, or if there is none for the file.
pub(crate) fn open_file<P: 'static>(
    page: &Rc<P>,
    file: &Path,
    on_error: impl FnOnce(&Rc<P>, &str) + 'static,
) {
    match open_with_default_app(file) {
        Ok(opener) => {
            let (page, file) = (Rc::downgrade(page), file.to_owned());
            poll(opener, MAX_POLLS, move |ended| {
                let opened = check_opened(ended, &file);
                if let (Err(error), Some(page)) = (opened, page.upgrade()) {
                    on_error(&page, &reason::of(&error));
                }
            });
        }
        Err(error) => on_error(page, &reason::of(&error)),
    }
}

/// Calls back when the process has ended, unless that takes more than this number of polls.
fn poll(mut child: Child, polls: u32, then: impl FnOnce(ExitStatus) + 'static) {
    Timer::single_shot(POLL_INTERVAL, move || match child.try_wait() {
        Ok(Some(ended)) => then(ended),
        Ok(None) if polls > 0 => poll(child, polls - 1, then),
        Ok(None) | Err(_) => {}
    });
}
