//! Counters of a folder.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the commit-time histogram, in microseconds.
pub const COMMIT_BUCKETS: [u64; 14] =
    [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000];

/// Counters since the start.
#[derive(Debug, Default)]
pub struct DiskMetrics {
    available: AtomicBool,
    times: [AtomicU64; COMMIT_BUCKETS.len() + 1],
    total_micros: AtomicU64,
    messages: AtomicU64,
    payload_bytes: AtomicU64,
    written_bytes: AtomicU64,
    syncs: AtomicU64,
    errors: AtomicU64,
    recoveries: AtomicU64,
    refused: AtomicU64,
    queue_length: AtomicU64,
    queue_bytes: AtomicU64,
    replayed: AtomicU64,
    live_bytes: AtomicU64,
    disk_bytes: AtomicU64,
    begun: AtomicU64,
    measured: AtomicU64,
    kept_bytes: AtomicU64,
}

/// Size of the records without those that wait for their removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// Number of the write after which it was measured.
    pub measured: u64,
    /// Size in bytes.
    pub kept_bytes: u64,
    /// Number of the last write that has begun.
    pub begun: u64,
}

/// Values of the counters at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskSnapshot {
    /// True if messages can be stored.
    pub is_available: bool,
    /// Number of commits per bucket of [`COMMIT_BUCKETS`], then of commits above the last bound.
    pub commits: [u64; COMMIT_BUCKETS.len() + 1],
    /// Sum of the times of all commits.
    pub commit_time: Duration,
    /// Number of messages in all commits: with the number of commits, the average size of a group.
    pub messages: u64,
    /// Bytes of the records of these messages.
    pub payload_bytes: u64,
    /// Bytes that were written to the database.
    pub written_bytes: u64,
    /// Number of syncs of the database.
    pub syncs: u64,
    /// Number of errors after which the database was closed.
    pub errors: u64,
    /// Number of times that the database was opened again.
    pub recoveries: u64,
    /// Number of messages that were refused because the database was closed or the queue was full.
    pub refused: u64,
    /// Number of entries that wait to be written.
    pub queue_length: u64,
    /// Bytes that wait to be written.
    pub queue_bytes: u64,
    /// Number of records that were read at the start.
    pub replayed: u64,
    /// Bytes of all records that are kept, at the last commit.
    pub live_bytes: u64,
    /// Bytes of the database on the disk, at the last commit that looked.
    pub disk_bytes: u64,
}

impl DiskMetrics {
    /// Returns the values of the counters.
    pub fn snapshot(&self) -> DiskSnapshot {
        DiskSnapshot {
            is_available: self.is_available(),
            commits: self.times.each_ref().map(load),
            commit_time: Duration::from_micros(load(&self.total_micros)),
            messages: load(&self.messages),
            payload_bytes: load(&self.payload_bytes),
            written_bytes: load(&self.written_bytes),
            syncs: load(&self.syncs),
            errors: load(&self.errors),
            recoveries: load(&self.recoveries),
            refused: load(&self.refused),
            queue_length: load(&self.queue_length),
            queue_bytes: load(&self.queue_bytes),
            replayed: load(&self.replayed),
            live_bytes: load(&self.live_bytes),
            disk_bytes: load(&self.disk_bytes),
        }
    }

    /// Returns whether messages can be stored.
    pub fn is_available(&self) -> bool {
        self.available.load(Ordering::Acquire)
    }

    /// Returns the bytes of all records that are kept, and of the database on the disk.
    pub fn live_and_disk_bytes(&self) -> (u64, u64) {
        (load(&self.live_bytes), load(&self.disk_bytes))
    }

    /// Returns the size of the records, with those that wait for their removal.
    pub(super) fn live_bytes(&self) -> u64 {
        load(&self.live_bytes)
    }

    /// Returns the latest size of the records when none waited for its removal.
    pub fn measurement(&self) -> Measurement {
        // In this order, the bytes are at least as new as their number.
        let measured = self.measured.load(Ordering::Acquire);
        Measurement { measured, kept_bytes: load(&self.kept_bytes), begun: load(&self.begun) }
    }

    pub(super) fn begin_write(&self) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn set_kept_bytes(&self, bytes: u64) {
        self.kept_bytes.store(bytes, Ordering::Relaxed);
        self.measured.store(load(&self.begun), Ordering::Release);
    }

    pub(super) fn set_available(&self, is_available: bool) {
        self.available.store(is_available, Ordering::Release);
    }

    pub(super) fn add_commit(&self, time: Duration, messages: usize, payload_bytes: usize) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        add(&self.times[COMMIT_BUCKETS.partition_point(|most| *most < micros)], 1);
        add(&self.total_micros, micros);
        add(&self.messages, messages as u64);
        add(&self.payload_bytes, payload_bytes as u64);
    }

    pub(super) fn add_written_bytes(&self, bytes: usize) {
        add(&self.written_bytes, bytes as u64);
    }

    pub(super) fn add_sync(&self) {
        add(&self.syncs, 1);
    }

    pub(super) fn add_error(&self) {
        add(&self.errors, 1);
    }

    pub(super) fn add_recovery(&self) {
        add(&self.recoveries, 1);
    }

    pub(super) fn add_refused(&self) {
        add(&self.refused, 1);
    }

    pub(super) fn set_queue(&self, length: usize, bytes: usize) {
        self.queue_length.store(length as u64, Ordering::Relaxed);
        self.queue_bytes.store(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn set_replayed(&self, records: u64) {
        self.replayed.store(records, Ordering::Relaxed);
    }

    pub(super) fn set_live_bytes(&self, bytes: u64) {
        self.live_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn set_disk_bytes(&self, bytes: u64) {
        self.disk_bytes.store(bytes, Ordering::Relaxed);
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
