//! Counters of the hub.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Upper bounds of the delivery-time histogram, in microseconds.
pub const BUCKETS: [u64; 14] =
    [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Counters since the start of the hub, and the current numbers of rooms and retained bytes.
#[derive(Debug, Default)]
pub struct HubMetrics {
    accepted: AtomicU64,
    duplicates: AtomicU64,
    delivered: AtomicU64,
    /// Number of rooms, including the lobby and the room for broadcasts.
    rooms: AtomicUsize,
    /// Bytes of all histories and idempotency keys, and of messages that are being published.
    retained: AtomicUsize,
    /// Number of ended rooms, by reason.
    ended: [AtomicU64; RoomEnd::ALL.len()],
    /// Number of deliveries per bucket, by the time from the publish to the last member; the last bucket is
    /// unbounded.
    times: [AtomicU64; BUCKETS.len() + 1],
    total_micros: AtomicU64,
}

/// Reason why a room ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomEnd {
    /// No members, and all messages and keys have expired.
    Idle,
    /// No members, and another room was created at the limit of rooms.
    RoomLimit,
    /// No members, and the memory for histories was exhausted.
    Memory,
    /// No members, and the folder of `--data` was full.
    Disk,
}

/// Histogram of delivery times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryTimes {
    /// Number of deliveries per bucket of [`BUCKETS`], then of deliveries above the last bound.
    pub counts: [u64; BUCKETS.len() + 1],
    /// Sum of all delivery times.
    pub total: Duration,
}

impl RoomEnd {
    const ALL: [Self; 4] = [Self::Idle, Self::RoomLimit, Self::Memory, Self::Disk];

    /// Returns the value of the metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::RoomLimit => "room_limit",
            Self::Memory => "memory",
            Self::Disk => "disk",
        }
    }
}

impl HubMetrics {
    /// Counts a published message.
    pub fn add_accepted(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a message whose idempotency key was known.
    pub fn add_duplicate(&self) {
        self.duplicates.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a completed delivery: `copies` to members, in `time` since its first content was published.
    pub fn add_delivery(&self, copies: usize, time: Duration) {
        self.delivered.fetch_add(copies as u64, Ordering::Relaxed);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.partition_point(|most| *most < micros);
        self.times[bucket].fetch_add(1, Ordering::Relaxed);
        self.total_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Counts a created room.
    pub fn add_room(&self) {
        self.rooms.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a room that ended.
    pub fn remove_room(&self, reason: RoomEnd) {
        self.rooms.fetch_sub(1, Ordering::Relaxed);
        self.ended[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of ended rooms, by reason.
    pub fn ended_rooms(&self) -> [(RoomEnd, u64); RoomEnd::ALL.len()] {
        RoomEnd::ALL.map(|reason| (reason, self.ended[reason as usize].load(Ordering::Relaxed)))
    }

    /// Adds `bytes` of a message that is being published, unless more than `limit` would be retained. Returns whether
    /// they were added.
    pub fn try_retain(&self, bytes: usize, limit: usize) -> bool {
        let add = |retained: usize| retained.checked_add(bytes).filter(|sum| *sum <= limit);
        self.retained.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok()
    }

    /// Returns the number of rooms, including the lobby and the room for broadcasts.
    pub fn rooms(&self) -> usize {
        self.rooms.load(Ordering::Relaxed)
    }

    /// Records that a room's history and keys changed from `before` to `after` bytes.
    pub fn replace_retained(&self, before: usize, after: usize) {
        // If `after` is less than `before`, both operations wrap, and the result is correct.
        self.retained.fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
    }

    /// Returns the bytes of all histories and idempotency keys.
    pub fn retained_bytes(&self) -> usize {
        self.retained.load(Ordering::Relaxed)
    }

    /// Returns the numbers of accepted messages, duplicates and delivered copies.
    pub fn message_counts(&self) -> [u64; 3] {
        [&self.accepted, &self.duplicates, &self.delivered].map(|count| count.load(Ordering::Relaxed))
    }

    /// Returns the histogram of delivery times.
    pub fn delivery_times(&self) -> DeliveryTimes {
        let counts = self.times.each_ref().map(|count| count.load(Ordering::Relaxed));
        DeliveryTimes { counts, total: Duration::from_micros(self.total_micros.load(Ordering::Relaxed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_time_in_the_smallest_bucket_that_contains_it() {
        let metrics = HubMetrics::default();
        for micros in [0, 50, 51, 5_000_000, 5_000_001] {
            metrics.add_delivery(2, Duration::from_micros(micros));
        }
        let times = metrics.delivery_times();
        assert_eq!((times.counts[0], times.counts[1], times.counts[13], times.counts[14]), (2, 1, 1, 1));
        assert_eq!(times.total, Duration::from_micros(10_000_102));
        assert_eq!(metrics.message_counts(), [0, 0, 10]);
    }

    #[test]
    fn retained_bytes_grow_and_shrink() {
        let metrics = HubMetrics::default();
        metrics.replace_retained(0, 100);
        metrics.replace_retained(100, 30);
        assert_eq!(metrics.retained_bytes(), 30);
    }
}
