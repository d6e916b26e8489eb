//! Wakes a future of the same thread.

use async_channel::{Receiver, Sender};

/// Rings until somebody hears it, and then once.
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
        // A full channel rings already.
        let _ = self.ring.try_send(());
    }

    pub(in crate::watch) async fn rung(&self) {
        // It can't fail: we hold the other end.
        let _ = self.rung.recv().await;
    }
}
