//! What went through the hub, counted.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Upper ends of the buckets in which the times of deliveries are counted, in microseconds.
pub const BUCKETS: [u64; 14] =
    [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Counts since the server started.
#[derive(Debug, Default)]
pub struct Meter {
    accepted: AtomicU64,
    duplicates: AtomicU64,
    delivered: AtomicU64,
    /// How many rooms there are.
    rooms: AtomicUsize,
    /// What all histories and keys together cost, in bytes.
    kept: AtomicUsize,
    /// From push to the last member: how often it took at most as long as each bucket says, and longer.
    times: [AtomicU64; BUCKETS.len() + 1],
    total_micros: AtomicU64,
}

/// The times of deliveries, by bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// How many in each of [`BUCKETS`], and in none.
    pub counts: [u64; BUCKETS.len() + 1],
    /// All of them together.
    pub total: Duration,
}

impl Meter {
    /// A message was published.
    pub fn accept(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// A message was published again, with the same key.
    pub fn duplicate(&self) {
        self.duplicates.fetch_add(1, Ordering::Relaxed);
    }

    /// So many copies were handed out, so long after the first was pushed.
    pub fn delivered(&self, copies: usize, time: Duration) {
        self.delivered.fetch_add(copies as u64, Ordering::Relaxed);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.partition_point(|most| *most < micros);
        self.times[bucket].fetch_add(1, Ordering::Relaxed);
        self.total_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// There is one room more.
    pub fn room_opens(&self) {
        self.rooms.fetch_add(1, Ordering::Relaxed);
    }

    /// There is one room less.
    pub fn room_closes(&self) {
        self.rooms.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many rooms there are.
    pub fn rooms(&self) -> usize {
        self.rooms.load(Ordering::Relaxed)
    }

    /// So much more is kept, or less.
    pub fn keep(&self, before: usize, after: usize) {
        // Wraps when it is less, and the sum wraps back.
        self.kept.fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
    }

    /// What all histories and keys together cost, in bytes.
    pub fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    /// How many messages were published, how many published again, and how many copies handed out.
    pub fn messages(&self) -> [u64; 3] {
        [&self.accepted, &self.duplicates, &self.delivered].map(|count| count.load(Ordering::Relaxed))
    }

    /// How long deliveries took.
    pub fn times(&self) -> Times {
        let counts = self.times.each_ref().map(|count| count.load(Ordering::Relaxed));
        Times { counts, total: Duration::from_micros(self.total_micros.load(Ordering::Relaxed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_counted_in_the_smallest_bucket_that_holds_it() {
        let meter = Meter::default();
        for micros in [0, 50, 51, 5_000_000, 5_000_001] {
            meter.delivered(2, Duration::from_micros(micros));
        }
        let times = meter.times();
        assert_eq!((times.counts[0], times.counts[1], times.counts[13], times.counts[14]), (2, 1, 1, 1));
        assert_eq!(times.total, Duration::from_micros(10_000_102));
        assert_eq!(meter.messages(), [0, 0, 10]);
    }

    #[test]
    fn what_is_kept_grows_and_shrinks() {
        let meter = Meter::default();
        meter.keep(0, 100);
        meter.keep(100, 30);
        assert_eq!(meter.kept(), 30);
    }
}
