//! The queue of what waits to be written.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::entry::Entry;
use super::metrics::DiskMetrics;
use crate::backplane::unavailable::Unavailable;

/// Queue between the rooms and the writer.
#[derive(Debug)]
pub struct Queue {
    inner: Mutex<Inner>,
    changed: Condvar,
    limit: usize,
    metrics: Arc<DiskMetrics>,
}

struct Inner {
    entries: VecDeque<Entry>,
    /// Bytes of the entries, and of those that were taken and are not done.
    bytes: usize,
    taken: usize,
    /// Time since which entries wait.
    since: Option<Instant>,
    is_open: bool,
    is_stopping: bool,
    is_waiting: bool,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("length", &self.entries.len()).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Queue {
    /// Creates a queue that accepts messages up to `limit` bytes. It is closed at first.
    pub fn new(limit: usize, metrics: Arc<DiskMetrics>) -> Self {
        let inner = Inner {
            entries: VecDeque::new(),
            bytes: 0,
            taken: 0,
            since: None,
            is_open: false,
            is_stopping: false,
            is_waiting: false,
        };
        Self { inner: Mutex::new(inner), changed: Condvar::new(), limit, metrics }
    }

    /// Appends a message.
    ///
    /// # Errors
    /// Returns an error if the queue is closed or full; then the entry is dropped and its receipt is not called.
    pub fn append(&self, entry: Entry) -> Result<(), Unavailable> {
        let inner = self.inner.lock();
        let is_accepted = inner.is_open && !inner.is_stopping && inner.bytes.saturating_add(entry.cost()) <= self.limit;
        if !is_accepted {
            self.metrics.add_refused();
            return Err(Unavailable);
        }
        self.push(inner, entry);
        Ok(())
    }

    /// Adds an entry that cannot be refused.
    pub fn add(&self, entry: Entry) {
        self.push(self.inner.lock(), entry);
    }

    fn push(&self, mut inner: MutexGuard<'_, Inner>, entry: Entry) {
        let half = self.limit / 2;
        let was_small = inner.bytes < half;
        inner.bytes += entry.cost();
        inner.entries.push_back(entry);
        if inner.since.is_none() {
            inner.since = Some(Instant::now());
        }
        let wakes = inner.is_waiting || was_small && inner.bytes >= half;
        drop(inner);
        if wakes {
            self.changed.notify_one();
        }
    }

    /// Takes entries until `most` bytes are exceeded. They count until [`Self::done`] or [`Self::close`].
    pub fn take(&self, most: usize) -> Vec<Entry> {
        let mut inner = self.inner.lock();
        let (mut group, mut bytes) = (Vec::new(), 0);
        while bytes < most
            && let Some(entry) = inner.entries.pop_front()
        {
            bytes += entry.cost();
            group.push(entry);
        }
        inner.taken += bytes;
        if inner.entries.is_empty() {
            inner.since = None;
        }
        self.metrics.set_queue(inner.entries.len(), inner.bytes);
        group
    }

    /// Releases the bytes of the taken entries.
    pub fn done(&self) {
        let mut inner = self.inner.lock();
        inner.bytes -= std::mem::take(&mut inner.taken);
        self.metrics.set_queue(inner.entries.len(), inner.bytes);
    }

    /// Refuses messages from now on. Returns the entries.
    pub fn close(&self) -> VecDeque<Entry> {
        let mut inner = self.inner.lock();
        inner.is_open = false;
        self.metrics.set_available(false);
        inner.since = None;
        (inner.bytes, inner.taken) = (0, 0);
        std::mem::take(&mut inner.entries)
    }

    /// Puts entries before those that were added since [`Self::close`], and drops those that later ones replace.
    pub fn restore(&self, earlier: VecDeque<Entry>) {
        let mut inner = self.inner.lock();
        let later = std::mem::replace(&mut inner.entries, earlier);
        inner.entries.extend(later);
        inner.entries = without_replaced(std::mem::take(&mut inner.entries));
        inner.bytes = inner.entries.iter().map(Entry::cost).sum();
        inner.since = (!inner.entries.is_empty()).then(Instant::now);
        self.metrics.set_queue(inner.entries.len(), inner.bytes);
    }

    /// Accepts messages from now on.
    pub fn open(&self) {
        self.inner.lock().is_open = true;
        self.metrics.set_available(true);
    }

    /// Waits for entries, at most for `timeout`, and then until they have waited for `collect` or take half of the
    /// queue. Returns early when the queue stops. Returns whether it stops.
    pub fn wait(&self, timeout: Option<Duration>, collect: Duration) -> bool {
        let mut inner = self.inner.lock();
        let end = timeout.map(|timeout| Instant::now() + timeout);
        while inner.since.is_none() && !inner.is_stopping && end.is_none_or(|end| Instant::now() < end) {
            self.wait_until(&mut inner, end);
        }
        let end = inner.since.map(|since| since + collect);
        while let Some(end) = end
            && Instant::now() < end
            && !inner.is_stopping
            && inner.bytes < self.limit / 2
        {
            self.wait_until(&mut inner, Some(end));
        }
        inner.is_stopping
    }

    /// Waits for `timeout`. Returns early when the queue stops. Returns whether it stops.
    pub fn pause(&self, timeout: Duration) -> bool {
        let mut inner = self.inner.lock();
        let end = Instant::now() + timeout;
        while !inner.is_stopping && Instant::now() < end {
            self.changed.wait_until(&mut inner, end);
        }
        inner.is_stopping
    }

    fn wait_until(&self, inner: &mut MutexGuard<'_, Inner>, end: Option<Instant>) {
        // While it collects, the writer is woken by every entry only if the queue was empty.
        inner.is_waiting = inner.since.is_none();
        if let Some(end) = end {
            self.changed.wait_until(inner, end);
        } else {
            self.changed.wait(inner);
        }
        inner.is_waiting = false;
    }

    /// Ends the waits. Messages are refused from now on.
    pub fn stop(&self) {
        self.inner.lock().is_stopping = true;
        self.changed.notify_all();
    }
}

/// Removes what a later entry of the same room replaces, so that a closed queue is bounded by the number of rooms.
fn without_replaced(entries: VecDeque<Entry>) -> VecDeque<Entry> {
    let (mut trimmed, mut ended) = (HashSet::new(), HashSet::new());
    let mut is_needed = |entry: &Entry| {
        let room = entry.room();
        if ended.contains(room) {
            return false;
        }
        match entry {
            Entry::Append(_) | Entry::Begin(..) => true,
            Entry::Trim(..) => trimmed.insert(room.clone()),
            Entry::End(_) => ended.insert(room.clone()),
        }
    };
    let mut kept: VecDeque<Entry> = entries.into_iter().rev().filter(|entry| is_needed(entry)).collect();
    kept.make_contiguous().reverse();
    kept
}
