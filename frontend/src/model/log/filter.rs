//! The entries that the list shows: all, or the matches of a search; up to one of them while paused.

use super::{EntryId, LogEntry, RingBuffer};
use std::collections::VecDeque;

/// A selection of entries.
#[derive(Debug, Default)]
pub struct LogFilter {
    /// The matches, sorted; `None` shows all entries.
    found: Option<VecDeque<EntryId>>,
    /// Number of new matches, including removed ones.
    newer: u64,
    /// Number of places by which matches moved to the front, minus moves to the back.
    shifted: isize,
    /// The last shown entry while the list is paused.
    upto: Option<EntryId>,
}

impl LogFilter {
    /// Returns the number of shown entries.
    pub fn len(&self, rows: &RingBuffer) -> usize {
        match (&self.found, self.upto) {
            (None, None) => rows.len(),
            (None, Some(upto)) => rows.place(EntryId(upto.0 + 1)),
            (Some(found), upto) => upto.map_or(found.len(), |upto| found.partition_point(|id| *id <= upto)),
        }
    }

    /// Returns whether no entry is shown.
    pub fn is_empty(&self, rows: &RingBuffer) -> bool {
        self.len(rows) == 0
    }

    /// Returns the shown entries at these indices.
    pub fn range<'a>(&'a self, rows: &'a RingBuffer, places: std::ops::Range<usize>) -> Vec<&'a LogEntry> {
        match &self.found {
            None => rows.range(places).collect(),
            Some(found) => found.range(places).filter_map(|id| rows.get(*id)).collect(),
        }
    }

    /// Returns a count that grows by one with each entry added at the end.
    pub fn total(&self, rows: &RingBuffer) -> u64 {
        match (&self.found, self.upto) {
            (None, None) => rows.pushed(),
            (None, Some(upto)) => upto.0,
            (Some(found), _) => self.newer.saturating_sub((found.len() - self.len(rows)) as u64),
        }
    }

    /// Returns by how many places entries moved to the front.
    pub fn shifted(&self, rows: &RingBuffer) -> isize {
        if self.found.is_some() { self.shifted } else { rows.shifted().cast_signed() }
    }

    /// Returns the index of an entry, or of the next one if it is not shown.
    pub fn place(&self, rows: &RingBuffer, row: EntryId) -> usize {
        self.found.as_ref().map_or_else(|| rows.place(row), |found| found.partition_point(|id| *id < row))
    }

    /// Returns this entry or the next one that is shown, now or after the pause.
    pub fn next<'a>(&'a self, rows: &'a RingBuffer, row: EntryId) -> Option<&'a LogEntry> {
        let place = self.place(rows, row);
        match &self.found {
            None => rows.range(place..rows.len()).next(),
            Some(found) => rows.get(*found.get(place)?),
        }
    }

    /// Starts a search without matches, or shows all entries.
    pub fn find(&mut self, found: bool) {
        *self = Self { found: found.then(VecDeque::new), upto: self.upto, ..Self::default() };
    }

    /// Adds a match before all others.
    pub fn add_older(&mut self, row: EntryId) {
        if let Some(found) = &mut self.found {
            found.push_front(row);
            self.shifted -= 1;
        }
    }

    /// Adds a match after all others.
    pub fn add_newer(&mut self, row: EntryId) {
        if let Some(found) = &mut self.found {
            found.push_back(row);
            self.newer += 1;
        }
    }

    /// Returns the number of matches, including those held back by a pause; `None` without a search.
    pub fn found(&self) -> Option<usize> {
        self.found.as_ref().map(VecDeque::len)
    }

    /// Pauses the list at an entry, or continues.
    pub fn pause(&mut self, upto: Option<EntryId>) {
        self.upto = upto;
    }

    /// Returns the number of entries held back by the pause; `None` without one.
    pub fn waiting(&self, rows: &RingBuffer) -> Option<u64> {
        let upto = self.upto?;
        Some(match &self.found {
            None => rows.pushed() - upto.0,
            Some(found) => (found.len() - self.len(rows)) as u64,
        })
    }

    /// Removes the oldest matches that are no longer in the log.
    pub fn forget_oldest(&mut self, rows: &RingBuffer) {
        let Some(found) = &mut self.found else { return };
        while found.front().is_some_and(|row| rows.get(*row).is_none()) {
            found.pop_front();
            self.shifted += 1;
        }
    }

    /// Removes all matches that are no longer in the log.
    pub fn forget(&mut self, rows: &RingBuffer) {
        if let Some(found) = &mut self.found {
            found.retain(|row| rows.get(*row).is_some());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::{
        Body,
        ring_buffer::{MAX_ROWS, TRIM_ROWS},
    };

    fn filled(rows: usize) -> RingBuffer {
        let mut ring = RingBuffer::default();
        push(&mut ring, rows);
        ring
    }

    fn push(ring: &mut RingBuffer, rows: usize) {
        for _ in 0..rows {
            ring.push(7, Body::Received { text: "x".into(), envelope: None });
        }
    }

    fn ids(shown: &LogFilter, rows: &RingBuffer) -> Vec<u64> {
        shown.range(rows, 0..shown.len(rows)).iter().map(|row| row.id.0).collect()
    }

    #[test]
    fn shows_all_entries_without_a_search() {
        let rows = filled(4);
        let mut shown = LogFilter::default();
        assert_eq!(ids(&shown, &rows), [1, 2, 3, 4]);
        shown.find(true);
        assert_eq!((ids(&shown, &rows), shown.found()), (vec![], Some(0)));
        shown.add_newer(EntryId(3));
        shown.add_older(EntryId(1));
        assert_eq!(ids(&shown, &rows), [1, 3]);
        assert_eq!((shown.place(&rows, EntryId(3)), shown.shifted(&rows)), (1, -1));
        shown.find(false);
        assert_eq!(ids(&shown, &rows), [1, 2, 3, 4]);
    }

    #[test]
    fn counts_entries_held_back_by_a_pause() {
        let mut rows = filled(2);
        let mut shown = LogFilter::default();
        shown.pause(Some(EntryId(rows.pushed())));
        push(&mut rows, 3);
        assert_eq!((ids(&shown, &rows), shown.waiting(&rows), shown.total(&rows)), (vec![1, 2], Some(3), 2));
        shown.find(true);
        for row in [1, 4, 5] {
            shown.add_newer(EntryId(row));
        }
        assert_eq!((ids(&shown, &rows), shown.waiting(&rows)), (vec![1], Some(2)));
        assert_eq!(
            [1, 2, 5, 6].map(|row| shown.next(&rows, EntryId(row)).map(|row| row.id.0)),
            [Some(1), Some(4), Some(5), None]
        );
        shown.pause(None);
        assert_eq!((ids(&shown, &rows), shown.waiting(&rows)), (vec![1, 4, 5], None));
        shown.find(false);
        assert_eq!([2, 6].map(|row| shown.next(&rows, EntryId(row)).map(|row| row.id.0)), [Some(2), None]);
    }

    #[test]
    fn removes_trimmed_entries_from_the_matches() {
        let mut rows = filled(MAX_ROWS);
        let mut shown = LogFilter::default();
        shown.find(true);
        for row in [1, TRIM_ROWS as u64, TRIM_ROWS as u64 + 1] {
            shown.add_newer(EntryId(row));
        }
        push(&mut rows, 1);
        shown.forget_oldest(&rows);
        assert_eq!(ids(&shown, &rows), [TRIM_ROWS as u64 + 1]);
        assert_eq!((shown.shifted(&rows), shown.total(&rows)), (2, 3), "the others moved up, the count stays");
    }

    #[test]
    fn removes_deleted_entries_from_the_matches() {
        let mut rows = filled(3);
        let mut shown = LogFilter::default();
        shown.find(true);
        (1..=3).for_each(|row| shown.add_newer(EntryId(row)));
        rows.remove(EntryId(2));
        shown.forget(&rows);
        assert_eq!((ids(&shown, &rows), shown.len(&rows)), (vec![1, 3], 2));
    }
}
