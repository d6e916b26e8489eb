//! The notification center of macOS, which keeps what was shown until somebody clears it away; and as long as it keeps a
//! question, notify-rust looks twice a second whether it still does.

#![allow(
    unsafe_code,
    reason = "a program without a bundle has no such center, which the safe call doesn't foresee"
)]
#![allow(deprecated, reason = "it is the one through which notify-rust shows")]

use std::sync::{Mutex, PoisonError};

use notify_rust::Notification;
use objc2::rc::Retained;
use objc2::{ClassType as _, msg_send};
use objc2_foundation::{NSBundle, NSString, NSUserNotificationCenter};

use super::News;

/// It is on every Mac, and may show notifications.
const FINDER: &str = "com.apple.Finder";

/// Says as whom we show them. A program that says nothing has the person asked where the program is that it means.
pub(super) fn enter() {
    let own = NSBundle::mainBundle().bundleIdentifier();
    let name = own.map_or_else(|| FINDER.to_owned(), |own| own.to_string());
    // Should it be unknown, they are shown as another program's.
    let _ = notify_rust::set_application(&name);
}

/// Nothing has to be added here.
pub(super) fn prepare(_notification: &mut Notification) {}

/// What it means when no answer can be waited for: macOS shows the question only as it begins to wait.
pub(super) fn unheard(error: notify_rust::error::Error) -> News {
    News::Failed(error.into())
}

/// What is on the screen.
#[derive(Default)]
pub(super) struct Shown(Mutex<Option<Delivered>>);

impl Shown {
    /// Another one takes its place, or none.
    pub(super) fn replace(&self, by: Option<(&str, &str)>) {
        let by = by.map(|(title, body)| Delivered::new(title, body));
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *shown, by) {
            before.take_back();
        }
    }
}

/// What was shown, as it can be found again.
struct Delivered {
    title: String,
    body: String,
}

impl Delivered {
    fn new(title: &str, body: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: body.to_owned(),
        }
    }

    /// Clears it away, if it is still there. Then nobody waits for an answer any more.
    fn take_back(&self) {
        let class = NSUserNotificationCenter::class();
        // SAFETY: it takes nothing, and gives that object or none.
        let center: Option<Retained<NSUserNotificationCenter>> =
            unsafe { msg_send![class, defaultUserNotificationCenter] };
        let Some(center) = center else { return };
        for shown in center.deliveredNotifications().to_vec() {
            let says = |text: Option<Retained<NSString>>| text.map(|text| text.to_string());
            if says(shown.title()).as_ref() == Some(&self.title)
                && says(shown.informativeText()).as_ref() == Some(&self.body)
            {
                center.removeDeliveredNotification(&shown);
            }
        }
    }
}
