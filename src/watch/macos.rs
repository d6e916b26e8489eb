//! Observers of macOS notifications, which are identified by a name.

#![allow(
    unsafe_code,
    reason = "observers are registered and removed by calls of the system"
)]

use std::ptr::NonNull;

use block2::RcBlock;
use objc2::Message as _;
use objc2::rc::Retained;
use objc2::runtime::{NSObjectProtocol, ProtocolObject};
use objc2_foundation::{NSNotification, NSNotificationCenter, NSString};

/// An observer of one notification, until it is dropped.
pub(super) struct Observer {
    center: Retained<NSNotificationCenter>,
    token: Retained<ProtocolObject<dyn NSObjectProtocol>>,
}

impl Observer {
    /// Registers the observer. Must be called on the main thread, on which the notification centers that we use post.
    pub(super) fn new(
        center: &NSNotificationCenter,
        name: &NSString,
        callback: impl Fn() + 'static,
    ) -> Self {
        let block = RcBlock::new(move |_: NonNull<NSNotification>| callback());
        // SAFETY: without a queue, the block is called on the posting thread, which is the main thread here.
        let token = unsafe {
            center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block)
        };
        Self {
            center: center.retain(),
            token,
        }
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        // SAFETY: the token is an observer of that center.
        unsafe { self.center.removeObserver((*self.token).as_ref()) };
    }
}
