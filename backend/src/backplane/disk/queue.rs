//! The queue of what waits to be written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::entry::{Entry, without_replaced};
use super::metrics::DiskMetrics;
use crate::backplane::unavailable::Unavailable;

/// Part of the limit of [`Queue::gather`] in which a message has to arrive.
const LULL: u32 = 8;

/// Queue between the rooms and the writer.
#[derive(Debug)]
pub struct Queue {
    inner: Mutex<Inner>,
    changed: Condvar,
    limit: usize,
    /// Largest number of bytes of the records, with those that wait.
    max: u64,
    metrics: Arc<DiskMetrics>,
}

struct Inner {
    entries: VecDeque<Entry>,
    /// Messages among the entries, and among those that were taken last.
    messages: usize,
    taken_messages: usize,
    /// Number of messages at which the writer stops to gather.
    wanted: usize,
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
    /// Creates a queue that accepts messages up to `limit` bytes, as long as they and the records on the disk have at most
    /// `max` bytes. It is closed at first.
    pub fn new(limit: usize, max: u64, metrics: Arc<DiskMetrics>) -> Self {
        let inner = Inner {
            entries: VecDeque::new(),
            messages: 0,
            taken_messages: 0,
            wanted: usize::MAX,
            bytes: 0,
            taken: 0,
            since: None,
            is_open: false,
            is_stopping: false,
            is_waiting: false,
        };
        Self { inner: Mutex::new(inner), changed: Condvar::new(), limit, max, metrics }
    }

    /// Appends a message.
    ///
    /// # Errors
    /// Returns an error if the queue is closed or full, or the disk holds too much; then the entry is dropped and its receipt is not called.
    pub fn append(&self, entry: Entry) -> Result<(), Unavailable> {
        let inner = self.inner.lock();
        let bytes = inner.bytes.saturating_add(entry.cost());
        let has_room = bytes <= self.limit && self.metrics.live_bytes() + bytes as u64 <= self.max;
        if !inner.is_open || inner.is_stopping || !has_room {
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
        inner.messages += usize::from(entry.is_message());
        inner.entries.push_back(entry);
        if inner.since.is_none() {
            inner.since = Some(Instant::now());
        }
        let is_gathered = inner.messages == inner.wanted;
        let wakes = inner.is_waiting || is_gathered || was_small && inner.bytes >= half;
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
        inner.taken_messages = group.iter().filter(|entry| entry.is_message()).count();
        inner.messages -= inner.taken_messages;
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
        (inner.bytes, inner.taken, inner.messages) = (0, 0, 0);
        std::mem::take(&mut inner.entries)
    }

    /// Puts entries before those that were added since [`Self::close`], and drops those that later ones replace.
    pub fn restore(&self, earlier: VecDeque<Entry>) {
        let mut inner = self.inner.lock();
        let later = std::mem::replace(&mut inner.entries, earlier);
        inner.entries.extend(later);
        inner.entries = without_replaced(std::mem::take(&mut inner.entries));
        inner.bytes = inner.entries.iter().map(Entry::cost).sum();
        inner.messages = inner.entries.iter().filter(|entry| entry.is_message()).count();
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

    /// Waits until as many messages wait as were taken last and waited then: their senders send the next ones when the
    /// last ones are answered, and together they share a commit. Waits at most for `limit`, and only as long as more
    /// arrive.
    pub fn gather(&self, limit: Duration) {
        let mut inner = self.inner.lock();
        let end = Instant::now() + limit;
        inner.wanted = inner.messages + inner.taken_messages;
        loop {
            let before = inner.messages;
            let is_full = before >= inner.wanted || inner.bytes >= self.limit / 2;
            if is_full || inner.is_stopping || Instant::now() >= end {
                break;
            }
            self.changed.wait_until(&mut inner, end.min(Instant::now() + limit / LULL));
            if inner.messages == before {
                break;
            }
        }
        inner.wanted = usize::MAX;
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

    /// Returns whether [`Self::gather`] waits.
    #[cfg(test)]
    pub fn is_gathering(&self) -> bool {
        self.inner.lock().wanted != usize::MAX
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
