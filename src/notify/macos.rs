//! The notification center of macOS. It keeps notifications until they are cleared, and as long as it keeps a question,
//! notify-rust polls it twice a second.

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

use super::QuestionEvent;

/// A program that is present on every Mac and may show notifications.
const FINDER: &str = "com.apple.Finder";

/// Sets the program in whose name notifications are shown. Without this, the user is asked to locate an application.
pub(super) fn register() {
    let identifier = NSBundle::mainBundle().bundleIdentifier();
    let name = identifier.map_or_else(|| FINDER.to_owned(), |identifier| identifier.to_string());
    // If the identifier is unknown, notifications are shown in the name of another program.
    let _ = notify_rust::set_application(&name);
}

/// Nothing to add on macOS.
pub(super) fn prepare(_notification: &mut Notification) {}

/// Maps an error while waiting for an answer. macOS shows the question only when the wait begins, so it was not shown.
pub(super) fn wait_failed(error: notify_rust::error::Error) -> QuestionEvent {
    QuestionEvent::Failed(error.into())
}

/// The notification that is currently shown.
#[derive(Default)]
pub(super) struct Shown(Mutex<Option<Delivered>>);

impl Shown {
    /// Replaces the notification by another one, or removes it.
    pub(super) fn replace(&self, by: Option<(&str, &str)>) {
        let by = by.map(|(title, body)| Delivered::new(title, body));
        let mut delivered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *delivered, by) {
            before.take_back();
        }
    }
}

/// The texts of a delivered notification, by which it can be found again.
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

    /// Removes the notification if it is still shown. This also ends the wait for an answer.
    fn take_back(&self) {
        let class = NSUserNotificationCenter::class();
        // SAFETY: the method takes no arguments and returns an object of this type or nil.
        let center: Option<Retained<NSUserNotificationCenter>> =
            unsafe { msg_send![class, defaultUserNotificationCenter] };
        let Some(center) = center else { return };
        for notification in center.deliveredNotifications().to_vec() {
            let says = |text: Option<Retained<NSString>>| text.map(|text| text.to_string());
            if says(notification.title()).as_ref() == Some(&self.title)
                && says(notification.informativeText()).as_ref() == Some(&self.body)
            {
                center.removeDeliveredNotification(&notification);
            }
        }
    }
}
