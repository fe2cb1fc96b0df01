//! Counters of the store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::operation::Operation;

/// Upper bounds of the round-trip-time histogram, in microseconds.
pub const ROUND_TRIP_BUCKETS: [u64; 14] =
    [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Counters since the start of the store.
#[derive(Debug, Default)]
pub struct RedisMetrics {
    operations: [OperationMetrics; Operation::ALL.len()],
    published: AtomicU64,
    times: [AtomicU64; ROUND_TRIP_BUCKETS.len() + 1],
    total_micros: AtomicU64,
    reconnects: AtomicU64,
    resubscriptions: AtomicU64,
    dropped_events: AtomicU64,
    dropped_signals: AtomicU64,
}

#[derive(Debug, Default)]
struct OperationMetrics {
    count: AtomicU64,
    failures: AtomicU64,
    deadline_misses: AtomicU64,
}

/// Values of the counters at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisSnapshot {
    /// Numbers of operations, by kind.
    pub operations: [(Operation, OperationCounts); Operation::ALL.len()],
    /// Number of messages in all publishes: with the number of publishes, the average size of a batch.
    pub published_messages: u64,
    /// Histogram of the times of operations.
    pub round_trips: RoundTripTimes,
    /// Number of connections that replaced one that had ended.
    pub reconnects: u64,
    /// Number of subscriptions that were renewed after an interruption.
    pub resubscriptions: u64,
    /// Number of events that were dropped because the queue was full, without signals. What they were about is read again.
    pub dropped_events: u64,
    /// Number of signals that were dropped because the queue was full. They are lost.
    pub dropped_signals: u64,
    /// State of the connections, by server.
    pub servers: Vec<ServerStatus>,
}

/// Numbers of operations of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationCounts {
    /// Number of completed operations.
    pub count: u64,
    /// Number of failed operations, including those that missed the deadline.
    pub failures: u64,
    /// Number of operations that missed the deadline.
    pub deadline_misses: u64,
}

/// Histogram of the times of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundTripTimes {
    /// Number of operations per bucket of [`ROUND_TRIP_BUCKETS`], then of operations above the last bound.
    pub counts: [u64; ROUND_TRIP_BUCKETS.len() + 1],
    /// Sum of all times.
    pub total: Duration,
}

/// State of the connections to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStatus {
    /// Host and port; the name of the master if sentinels watch it.
    pub server: String,
    /// True if the connection for operations is open.
    pub is_connected: bool,
    /// True if the connection for subscriptions is open.
    pub is_subscribed: bool,
}

impl RedisMetrics {
    /// Counts an operation that succeeded or failed in time.
    pub(super) fn add_operation(&self, operation: Operation, time: Duration, succeeded: bool) {
        let metrics = &self.operations[operation as usize];
        add(&metrics.count, 1);
        add(&metrics.failures, u64::from(!succeeded));
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        add(&self.times[ROUND_TRIP_BUCKETS.partition_point(|most| *most < micros)], 1);
        add(&self.total_micros, micros);
    }

    /// Counts an operation that missed its deadline.
    pub(super) fn add_deadline_miss(&self, operation: Operation) {
        let metrics = &self.operations[operation as usize];
        for counter in [&metrics.count, &metrics.failures, &metrics.deadline_misses] {
            add(counter, 1);
        }
    }

    /// Counts the messages of a publish.
    pub(super) fn add_published(&self, messages: usize) {
        add(&self.published, messages as u64);
    }

    pub(super) fn add_reconnect(&self) {
        add(&self.reconnects, 1);
    }

    pub(super) fn add_resubscription(&self) {
        add(&self.resubscriptions, 1);
    }

    pub(super) fn add_dropped_event(&self) {
        add(&self.dropped_events, 1);
    }

    pub(super) fn add_dropped_signal(&self) {
        add(&self.dropped_signals, 1);
    }

    /// Returns the values of the counters, with the states of the servers.
    pub(super) fn snapshot(&self, servers: Vec<ServerStatus>) -> RedisSnapshot {
        RedisSnapshot {
            operations: Operation::ALL.map(|operation| (operation, self.operations[operation as usize].counts())),
            published_messages: load(&self.published),
            round_trips: RoundTripTimes {
                counts: self.times.each_ref().map(load),
                total: Duration::from_micros(load(&self.total_micros)),
            },
            reconnects: load(&self.reconnects),
            resubscriptions: load(&self.resubscriptions),
            dropped_events: load(&self.dropped_events),
            dropped_signals: load(&self.dropped_signals),
            servers,
        }
    }
}

impl OperationMetrics {
    fn counts(&self) -> OperationCounts {
        OperationCounts {
            count: load(&self.count),
            failures: load(&self.failures),
            deadline_misses: load(&self.deadline_misses),
        }
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_operations_by_kind() {
        let metrics = RedisMetrics::default();
        metrics.add_operation(Operation::Rooms, Duration::from_micros(51), true);
        metrics.add_operation(Operation::Rooms, Duration::from_secs(6), false);
        metrics.add_deadline_miss(Operation::Rooms);
        let snapshot = metrics.snapshot(Vec::new());
        let counts = OperationCounts { count: 3, failures: 2, deadline_misses: 1 };
        assert_eq!(snapshot.operations[9], (Operation::Rooms, counts));
        assert_eq!((snapshot.round_trips.counts[1], snapshot.round_trips.counts[14]), (1, 1));
    }
}
