//! The entries within limits. At a limit many old entries are removed at once, so that the visible rows do not move
//! with every message. A note at the start counts the removed entries.

use super::{
    annotations::{AnnotationError, Annotations, MAX_ANNOTATED, MAX_PINNED_BYTES},
    entry::{Body, EntryId, Limit, LogEntry},
};
use std::collections::VecDeque;

/// Largest number of entries.
pub const MAX_ENTRIES: usize = 100_000;
/// Largest size of the entries in bytes, as counted by [`LogEntry::cost`].
pub const MAX_BYTES: usize = 32 << 20;
/// Number of entries that are removed at once.
pub const TRIM_ENTRIES: usize = 5_000;
/// Size after trimming in bytes: seven eighths of the limit, so that trimming is rare.
const TRIMMED_BYTES: usize = MAX_BYTES / 8 * 7;
/// The id of the note about removed entries, less than any other id.
const NOTE: EntryId = EntryId(0);

/// The entries, oldest first.
#[derive(Debug)]
pub struct RingBuffer {
    entries: VecDeque<LogEntry>,
    pushed: u64,
    bytes: usize,
    removed: u64,
    shifted: usize,
    /// The last entry that was removed at a limit; the ones before it that are left are pinned.
    trimmed_to: EntryId,
    /// Pins and notes. Pinned entries are not removed at a limit.
    pub annotations: Annotations,
}

impl Default for RingBuffer {
    /// Allocates the full capacity at once. Growth would copy the entries and end with a third more memory.
    fn default() -> Self {
        let (trimmed_to, annotations) = (NOTE, Annotations::default());
        let entries = VecDeque::with_capacity(MAX_ENTRIES + 1);
        Self { entries, pushed: 0, bytes: 0, removed: 0, shifted: 0, trimmed_to, annotations }
    }
}

impl RingBuffer {
    /// Appends an entry and returns its id. Trims the oldest entries at a limit.
    pub fn push(&mut self, at_ms: u64, body: Body) -> EntryId {
        self.pushed += 1;
        let entry = LogEntry { id: EntryId(self.pushed), at_ms, body };
        self.bytes += entry.cost();
        self.entries.push_back(entry);
        if self.entries.len() > MAX_ENTRIES {
            self.trim(Limit::Entries, at_ms);
        } else if self.bytes > MAX_BYTES {
            self.trim(Limit::Bytes, at_ms);
        }
        EntryId(self.pushed)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of entries that were ever appended.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Returns the number of positions by which trimming moved the entries toward the front.
    pub fn shifted(&self) -> usize {
        self.shifted
    }

    /// Returns the last entry that was removed at a limit; the ones before it that are left are pinned.
    pub fn trimmed_to(&self) -> EntryId {
        self.trimmed_to
    }

    /// Returns the entry with this id; `None` if it was removed. O(log n).
    pub fn get(&self, id: EntryId) -> Option<&LogEntry> {
        self.entries.get(self.index(id)?)
    }

    /// Returns every entry, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.entries.iter()
    }

    /// Returns the entries at these indices.
    pub fn range(&self, indices: std::ops::Range<usize>) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.entries.range(indices)
    }

    /// Returns the index of the first entry whose id is not less than `id`.
    pub fn lower_bound(&self, id: EntryId) -> usize {
        self.entries.partition_point(|entry| entry.id < id)
    }

    /// Changes the content of an entry. The size must not change. Does nothing if the entry was removed.
    pub fn change(&mut self, id: EntryId, change: impl FnOnce(&mut Body)) {
        if let Some(index) = self.index(id) {
            change(&mut self.entries[index].body);
        }
    }

    /// Removes and returns an entry; `None` if it was removed before. O(n).
    pub fn remove(&mut self, id: EntryId) -> Option<LogEntry> {
        let entry = self.entries.remove(self.index(id)?)?;
        self.bytes -= entry.cost();
        Some(entry)
    }

    /// Removes and returns all entries except waiting messages.
    pub fn clear(&mut self) -> Vec<LogEntry> {
        let cleared = self.entries.iter().filter(|entry| !entry.is_waiting()).cloned().collect();
        self.entries.retain(LogEntry::is_waiting);
        self.bytes = self.entries.iter().map(LogEntry::cost).sum();
        self.removed = 0;
        cleared
    }

    /// Restores the entries that [`clear`](Self::clear) removed. Too many are trimmed with the next entry.
    pub fn restore_cleared(&mut self, cleared: Vec<LogEntry>) {
        for entry in cleared.into_iter().rev() {
            if self.index(entry.id).is_some() {
                continue; // A note about entries that were removed since.
            }
            if let Body::Trimmed { entries, .. } = entry.body {
                self.removed = entries;
            }
            self.bytes += entry.cost();
            self.entries.insert(self.lower_bound(entry.id), entry);
        }
    }

    /// Pins an entry, or removes its pin.
    ///
    /// # Errors
    /// Returns an error if there are too many pins or notes, or the pinned entries would be too large.
    pub fn pin(&mut self, id: EntryId, is_pinned: bool) -> Result<(), AnnotationError> {
        self.forget_annotations();
        let cost = |id| self.get(id).map_or(0, LogEntry::cost);
        let pinned = self.annotations.all().iter().filter(|annotation| annotation.is_pinned);
        let bytes: usize = pinned.map(|annotation| cost(annotation.entry)).sum();
        if is_pinned && bytes + cost(id) > MAX_PINNED_BYTES {
            return Err(AnnotationError::PinsTooLarge);
        }
        self.annotations.pin(id, is_pinned)
    }

    /// Changes the note of an entry; an empty one removes it.
    ///
    /// # Errors
    /// Returns an error if there are too many pins or notes, or the note is too long.
    pub fn set_note(&mut self, id: EntryId, note: &str) -> Result<(), AnnotationError> {
        self.forget_annotations();
        self.annotations.set_note(id, note)
    }

    /// Removes the pins and notes of removed entries, once they could leave no room for others. Until then, cleared
    /// entries can be restored with theirs.
    fn forget_annotations(&mut self) {
        if self.annotations.all().len() >= MAX_ANNOTATED {
            let Self { entries, annotations, .. } = self;
            annotations.retain(|id| entries.binary_search_by_key(&id, |entry| entry.id).is_ok());
        }
    }

    fn index(&self, id: EntryId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok()
    }

    fn trim(&mut self, limit: Limit, at_ms: u64) {
        let before = self.entries.len();
        self.remove(NOTE);
        let at_least = if limit == Limit::Entries { TRIM_ENTRIES } else { 0 };
        let mut removed = 0;
        let mut pinned = Vec::new();
        while self.entries.len() > 1 && (removed < at_least || self.bytes > TRIMMED_BYTES) {
            let Some(entry) = self.entries.pop_front() else { break };
            if self.annotations.is_pinned(entry.id) {
                pinned.push(entry);
            } else {
                self.bytes -= entry.cost();
                self.trimmed_to = entry.id;
                removed += 1;
            }
        }
        for entry in pinned.into_iter().rev() {
            self.entries.push_front(entry);
        }
        self.removed += removed as u64;
        let note = LogEntry { id: NOTE, at_ms, body: Body::Trimmed { entries: self.removed, limit } };
        self.bytes += note.cost();
        self.entries.push_front(note);
        self.shifted += before - self.entries.len();
    }
}

#[cfg(test)]
mod tests;
