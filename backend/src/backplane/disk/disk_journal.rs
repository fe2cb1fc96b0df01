//! The interface of the engine for the rooms.

use std::sync::Arc;

use yodel_protocol::{Position, RoomName};

use super::clock::{DiskClock, Timeline};
use super::entry::{Append, Entry};
use super::metrics::{DiskMetrics, Measurement};
use super::queue::Queue;
use crate::backplane::journal::{Excess, Journal, Kept, Receipt};
use crate::backplane::message::{Message, MessageKey};
use crate::backplane::unavailable::Unavailable;

/// Journal whose queue an engine writes. Clones share the queue.
#[derive(Clone, Debug)]
pub struct DiskJournal {
    queue: Arc<Queue>,
    clock: Arc<dyn DiskClock>,
    timeline: Timeline,
    metrics: Arc<DiskMetrics>,
    allowed: u64,
}

impl DiskJournal {
    pub(super) fn new(
        queue: Arc<Queue>,
        clock: Arc<dyn DiskClock>,
        timeline: Timeline,
        metrics: Arc<DiskMetrics>,
        allowed: u64,
    ) -> Self {
        Self { queue, clock, timeline, metrics, allowed }
    }

    /// Returns the counters.
    pub fn metrics(&self) -> &Arc<DiskMetrics> {
        &self.metrics
    }
}

impl Journal for DiskJournal {
    fn is_available(&self) -> bool {
        self.metrics.is_available()
    }

    fn excess(&self) -> Excess {
        let Measurement { measured, kept_bytes, begun } = self.metrics.measurement();
        Excess { bytes: kept_bytes.saturating_sub(self.allowed), measured, begun }
    }

    fn append(
        &self,
        message: &Arc<Message>,
        key: Option<&MessageKey>,
        receipt: Option<Receipt>,
    ) -> Result<(), Unavailable> {
        let time = self.timeline.now(&*self.clock);
        self.queue.append(Entry::Append(Append { message: Arc::clone(message), key: key.cloned(), receipt, time }))
    }

    fn trim(&self, room: &RoomName, kept: Kept) {
        self.queue.add(Entry::Trim(room.clone(), kept));
    }

    fn begin(&self, room: &RoomName, position: &Position) {
        self.queue.add(Entry::Begin(room.clone(), position.clone()));
    }

    fn end(&self, room: &RoomName) {
        self.queue.add(Entry::End(room.clone()));
    }
}
