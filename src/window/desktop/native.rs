//! Windows and macOS, by the crate `mundy`. It doesn't know how large text is to be, so that stays the usual size.

use std::mem;

use mundy::{Interest, Preferences};

use super::Preferences;

/// Calls back, on another thread, with what the desktop wants, and again whenever that changes. It has to be called on the
/// main thread, once the event loop exists.
pub(crate) fn follow(callback: impl Fn(Preferences) + Send + Sync + 'static) {
    let interest = Interest::Contrast | Interest::ReducedMotion;
    let subscription = Preferences::subscribe(interest, move |preferences| {
        callback(Preferences {
            still: preferences.reduced_motion.is_reduce(),
            contrast: preferences.contrast.is_more(),
            ..Preferences::default()
        });
    });
    // Dropping it would end it, and it lasts until the program ends.
    mem::forget(subscription);
}
