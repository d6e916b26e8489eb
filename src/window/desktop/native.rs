//! Windows and macOS, read by the crate `mundy`, which doesn't know the text size: that keeps its default.

use std::mem;

use mundy::Interest;

use super::Preferences;

/// Calls back, on another thread, with the preferences of the desktop, and again whenever they change. It has to be called on the
/// main thread, once the event loop exists.
pub(crate) fn follow(callback: impl Fn(Preferences) + Send + Sync + 'static) {
    let interest = Interest::Contrast | Interest::ReducedMotion;
    let subscription = mundy::Preferences::subscribe(interest, move |preferences| {
        callback(Preferences {
            still: preferences.reduced_motion.is_reduce(),
            contrast: preferences.contrast.is_more(),
            ..Preferences::default()
        });
    });
    // Dropping it would end it, and it lasts until the program ends.
    mem::forget(subscription);
}
