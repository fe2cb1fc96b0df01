//! Health of a partition: whether its messages can be published.

use std::sync::atomic::{AtomicBool, Ordering};

/// Health of a partition: the result of the last probe, and whether the next one has to write. Publishes alone could not
/// tell: none come any more when a load balancer has taken the node out.
#[derive(Debug, Default)]
pub(super) struct PublishHealth {
    /// True if the last publish has failed, or the last probe that wrote.
    doubtful: AtomicBool,
    /// True if the last probe has failed.
    refused: AtomicBool,
}

impl PublishHealth {
    /// Returns whether the last probe has succeeded, or there was none.
    pub fn is_available(&self) -> bool {
        !self.refused.load(Ordering::Relaxed)
    }

    /// Records whether a publish has succeeded. A store that would accept a publish may still fail within it, or may not
    /// get it onto its disk, so after a failure only a probe that writes is believed.
    pub fn note_publish(&self, succeeded: bool) {
        self.doubtful.store(!succeeded, Ordering::Relaxed);
    }

    /// Returns whether the next probe has to write. The answer to it is given to
    /// [`note_probe`](Self::note_probe).
    pub fn begin_probe(&self) -> bool {
        // A publish that fails during the probe counts for the next one.
        self.doubtful.swap(false, Ordering::Relaxed)
    }

    /// Records the answer to a probe. Returns true if it is another one than before.
    pub fn note_probe(&self, has_written: bool, succeeded: bool) -> bool {
        if has_written && !succeeded {
            self.doubtful.store(true, Ordering::Relaxed);
        }
        self.refused.swap(!succeeded, Ordering::Relaxed) == succeeded
    }
}
