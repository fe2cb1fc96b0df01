//! The entries within limits. At a limit many old entries are removed at once, so that the visible rows do not move with
//! every message; a note tells how many.

use super::entry::{Body, EntryId, Limit, LogEntry};
use std::collections::VecDeque;

/// Largest number of entries.
pub const MAX_ROWS: usize = 100_000;
/// Largest size in bytes.
pub const MAX_BYTES: usize = 32 << 20;
/// Number of entries that are removed at once.
pub const TRIM_ROWS: usize = 5_000;
/// Size after trimming in bytes: seven eighths, so that trimming is rare.
const TRIMMED_BYTES: usize = MAX_BYTES / 8 * 7;
/// The id of the note about removed entries, before every other id.
const NOTE: EntryId = EntryId(0);

/// The entries, oldest first.
#[derive(Debug)]
pub struct RingBuffer {
    rows: VecDeque<LogEntry>,
    pushed: u64,
    bytes: usize,
    removed: u64,
    shifted: usize,
}

impl Default for RingBuffer {
    /// Allocates the full capacity, because growth would copy the entries and end a third larger.
    fn default() -> Self {
        Self { rows: VecDeque::with_capacity(MAX_ROWS + 1), pushed: 0, bytes: 0, removed: 0, shifted: 0 }
    }
}

impl RingBuffer {
    /// Appends an entry.
    pub fn push(&mut self, at_ms: u64, body: Body) -> EntryId {
        self.pushed += 1;
        let row = LogEntry { id: EntryId(self.pushed), at_ms, body };
        self.bytes += row.cost();
        self.rows.push_back(row);
        if self.rows.len() > MAX_ROWS {
            self.trim(Limit::Rows, at_ms);
        } else if self.bytes > MAX_BYTES {
            self.trim(Limit::Bytes, at_ms);
        }
        EntryId(self.pushed)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the number of entries that were ever appended.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Returns by how many places entries moved to the front because of trimming.
    pub fn shifted(&self) -> usize {
        self.shifted
    }

    /// Returns the entry with this id.
    pub fn get(&self, id: EntryId) -> Option<&LogEntry> {
        self.rows.get(self.index(id)?)
    }

    /// Returns every entry, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.rows.iter()
    }

    /// Returns the entries at these indices.
    pub fn range(&self, places: std::ops::Range<usize>) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.rows.range(places)
    }

    /// Returns the index of the first entry that is not before this id.
    pub fn place(&self, id: EntryId) -> usize {
        self.rows.partition_point(|row| row.id < id)
    }

    /// Changes the content of an entry, not its size. Does nothing if the entry was removed.
    pub fn change(&mut self, id: EntryId, change: impl FnOnce(&mut Body)) {
        if let Some(index) = self.index(id) {
            change(&mut self.rows[index].body);
        }
    }

    /// Removes one entry.
    pub fn remove(&mut self, id: EntryId) -> Option<LogEntry> {
        let row = self.rows.remove(self.index(id)?)?;
        self.bytes -= row.cost();
        Some(row)
    }

    /// Removes all entries except waiting messages.
    pub fn clear(&mut self) {
        self.rows.retain(LogEntry::is_waiting);
        self.bytes = self.rows.iter().map(LogEntry::cost).sum();
        self.removed = 0;
    }

    fn index(&self, id: EntryId) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok()
    }

    fn trim(&mut self, limit: Limit, at_ms: u64) {
        let before = self.rows.len();
        self.remove(NOTE);
        let wanted = if limit == Limit::Rows { TRIM_ROWS } else { 0 };
        let mut gone = 0;
        while self.rows.len() > 1 && (gone < wanted || self.bytes > TRIMMED_BYTES) {
            self.bytes -= self.rows.pop_front().map_or(0, |row| row.cost());
            gone += 1;
        }
        self.removed += gone as u64;
        let note = LogEntry { id: NOTE, at_ms, body: Body::Trimmed { rows: self.removed, limit } };
        self.bytes += note.cost();
        self.rows.push_front(note);
        self.shifted += before - self.rows.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::entry::Kind;
    use yodel_client::Delivery;

    fn text(len: usize) -> Body {
        Body::Received { text: "x".repeat(len).into(), envelope: None }
    }

    fn sent(text: &str, delivery: Delivery) -> Body {
        Body::Sent { text: text.into(), delivery, counted: false, error: None, to: None, no_recipient: false }
    }

    fn filled(rows: usize) -> RingBuffer {
        let mut ring = RingBuffer::default();
        for _ in 0..rows {
            ring.push(7, text(3));
        }
        ring
    }

    #[test]
    fn trims_the_oldest_entries_with_a_note() {
        let mut ring = filled(MAX_ROWS);
        assert_eq!((ring.len(), ring.shifted()), (MAX_ROWS, 0));
        ring.push(7, text(3));
        assert_eq!(ring.len(), MAX_ROWS + 1 - TRIM_ROWS + 1);
        assert_eq!(ring.shifted(), TRIM_ROWS - 1);
        let first: Vec<_> = ring.range(0..2).collect();
        assert_eq!(first[0].body, Body::Trimmed { rows: 5_000, limit: Limit::Rows });
        assert_eq!(first[1].id, EntryId(5_001));
    }

    #[test]
    fn replaces_the_note_on_a_second_trim() {
        let ring = filled(MAX_ROWS + TRIM_ROWS + 1);
        let notes: Vec<_> = ring.iter().filter(|row| row.kind() == Kind::Info).collect();
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].body, Body::Trimmed { rows: 10_000, limit: Limit::Rows });
        assert_eq!(ring.shifted(), 2 * TRIM_ROWS - 1);
        assert_eq!(ring.pushed(), (MAX_ROWS + TRIM_ROWS + 1) as u64, "the count stays exact");
    }

    #[test]
    fn limits_the_bytes() {
        let mut ring = RingBuffer::default();
        for _ in 0..40 {
            ring.push(7, text(1 << 20));
            assert!(ring.bytes <= MAX_BYTES);
        }
        assert!(ring.len() > 20, "as many as fit stay");
        assert!(matches!(ring.iter().next().unwrap().body, Body::Trimmed { limit: Limit::Bytes, .. }));
    }

    #[test]
    fn keeps_a_single_message_above_the_limit() {
        let mut ring = filled(3);
        let id = ring.push(7, text(MAX_BYTES + 1));
        assert_eq!(ring.len(), 2);
        assert!(ring.get(id).is_some());
    }

    #[test]
    fn counts_the_cost_of_the_entries() {
        let mut ring = filled(10);
        ring.remove(EntryId(4)).unwrap();
        assert_eq!(ring.bytes, ring.iter().map(LogEntry::cost).sum::<usize>());
        ring.clear();
        assert_eq!(ring.bytes, 0);
    }

    #[test]
    fn finds_entries_after_removals() {
        let mut ring = filled(10);
        ring.remove(EntryId(4));
        assert!(ring.get(EntryId(4)).is_none());
        ring.change(EntryId(4), |_| panic!("it is gone"));
        assert_eq!(ring.get(EntryId(7)).unwrap().id, EntryId(7));
    }

    #[test]
    fn clear_keeps_waiting_messages() {
        let mut ring = filled(3);
        let waiting = ring.push(7, sent("later", Delivery::Waiting));
        ring.push(7, sent("done", Delivery::Sent));
        ring.clear();
        assert_eq!(ring.iter().map(|row| row.id).collect::<Vec<_>>(), [waiting]);
    }
}
