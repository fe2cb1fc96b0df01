//! Counters of the shared backplane.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number that only grows, or a current number.
#[derive(Debug, Default)]
pub struct MetricValue(AtomicU64);

/// Counters since the start of the shared backplane, and its current numbers.
#[derive(Debug, Default)]
pub struct SharedMetrics {
    /// Messages that wait to be published, including those in flight; a current number.
    pub queued: MetricValue,
    /// Size of the queued messages, in bytes; a current number.
    pub queued_bytes: MetricValue,
    /// Messages that were sent to the store, which has not answered yet; a current number.
    pub in_flight: MetricValue,
    /// Published messages, without duplicates.
    pub published: MetricValue,
    /// Messages that were sent to the store again, because it had not answered or the generation had changed.
    pub repeated: MetricValue,
    /// Messages that were answered as unavailable.
    pub unavailable: MetricValue,
    /// Batches that the store refused because of their generation.
    pub stale_generations: MetricValue,
    /// Times that a room turned out to have missed a message.
    pub gaps: MetricValue,
    /// Reads of rooms that were behind.
    pub catch_ups: MetricValue,
    /// Checks that failed.
    pub failed_checks: MetricValue,
    /// Rooms that this node follows; a current number.
    pub followed_rooms: MetricValue,
    /// Times that a followed room began at another position, so that its members were disconnected.
    pub resets: MetricValue,
    /// Signals to other nodes that were dropped.
    pub dropped_signals: MetricValue,
    /// Changes of the presence of a room that were dropped.
    pub dropped_presence: MetricValue,
    /// Listings that were answered as unavailable.
    pub failed_listings: MetricValue,
    /// Stored messages that this version cannot read.
    pub damaged_messages: MetricValue,
}

impl MetricValue {
    /// Returns the number.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, amount: usize) {
        self.0.fetch_add(amount as u64, Ordering::Relaxed);
    }

    pub(super) fn increment(&self) {
        self.add(1);
    }

    pub(super) fn subtract(&self, amount: usize) {
        self.0.fetch_sub(amount as u64, Ordering::Relaxed);
    }
}

/// Messages in flight; no longer counted when this is dropped.
pub(super) struct InFlightMessages {
    metrics: Arc<SharedMetrics>,
    count: usize,
}

impl InFlightMessages {
    pub fn new(metrics: &Arc<SharedMetrics>, count: usize) -> Self {
        metrics.in_flight.add(count);
        Self { metrics: Arc::clone(metrics), count }
    }
}

impl Drop for InFlightMessages {
    fn drop(&mut self) {
        self.metrics.in_flight.subtract(self.count);
    }
}
