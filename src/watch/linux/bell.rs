//! A wake-up for a future of the same thread.

use async_channel::{Receiver, Sender};

/// A wake-up that stays pending until it is received; repeated calls count as one.
#[derive(Debug)]
pub(in crate::watch) struct Bell {
    ring: Sender<()>,
    rung: Receiver<()>,
}

impl Default for Bell {
    fn default() -> Self {
        let (ring, rung) = async_channel::bounded(1);
        Self { ring, rung }
    }
}

impl Bell {
    pub(in crate::watch) fn ring(&self) {
        // If the channel is full, a wake-up is already pending.
        let _ = self.ring.try_send(());
    }

    pub(in crate::watch) async fn rung(&self) {
        // It can't fail, because we hold the sender.
        let _ = self.rung.recv().await;
    }
}
