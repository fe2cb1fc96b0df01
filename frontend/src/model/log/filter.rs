//! The entries that the list shows: all, or the matches of a search. While paused, none after the pause.

use super::{EntryId, LogEntry, RingBuffer};
use std::collections::VecDeque;

/// The filter and the pause of the list.
#[derive(Debug, Default)]
pub struct LogFilter {
    /// The matches in ascending order; `None` without a search.
    matches: Option<VecDeque<EntryId>>,
    /// Number of matches that were ever appended.
    appended: u64,
    /// Number of positions by which matches moved toward the front, minus moves toward the back.
    shifted: isize,
    /// The last shown entry while the list is paused.
    paused_at: Option<EntryId>,
}

impl LogFilter {
    /// Returns the number of shown entries.
    pub fn len(&self, entries: &RingBuffer) -> usize {
        match (&self.matches, self.paused_at) {
            (None, None) => entries.len(),
            (None, Some(paused_at)) => entries.lower_bound(EntryId(paused_at.0 + 1)),
            (Some(matches), paused_at) => {
                paused_at.map_or(matches.len(), |paused_at| matches.partition_point(|id| *id <= paused_at))
            }
        }
    }

    /// Returns whether no entry is shown.
    pub fn is_empty(&self, entries: &RingBuffer) -> bool {
        self.len(entries) == 0
    }

    /// Returns the shown entries at these indices.
    pub fn range<'a>(&'a self, entries: &'a RingBuffer, indices: std::ops::Range<usize>) -> Vec<&'a LogEntry> {
        match &self.matches {
            None => entries.range(indices).collect(),
            Some(matches) => matches.range(indices).filter_map(|id| entries.get(*id)).collect(),
        }
    }

    /// Returns the number of shown entries that were ever appended, removed ones included.
    pub fn total(&self, entries: &RingBuffer) -> u64 {
        match (&self.matches, self.paused_at) {
            (None, None) => entries.pushed(),
            (None, Some(paused_at)) => paused_at.0,
            (Some(matches), _) => self.appended.saturating_sub((matches.len() - self.len(entries)) as u64),
        }
    }

    /// Returns the number of positions by which entries moved toward the front.
    pub fn shifted(&self, entries: &RingBuffer) -> isize {
        if self.matches.is_some() { self.shifted } else { entries.shifted().cast_signed() }
    }

    /// Returns the index of an entry, or of the next one if it is not shown.
    pub fn lower_bound(&self, entries: &RingBuffer, id: EntryId) -> usize {
        self.matches
            .as_ref()
            .map_or_else(|| entries.lower_bound(id), |matches| matches.partition_point(|found| *found < id))
    }

    /// Returns this entry or the next one that is shown, now or after the pause.
    pub fn next<'a>(&'a self, entries: &'a RingBuffer, id: EntryId) -> Option<&'a LogEntry> {
        let index = self.lower_bound(entries, id);
        match &self.matches {
            None => entries.range(index..entries.len()).next(),
            Some(matches) => entries.get(*matches.get(index)?),
        }
    }

    /// Returns the entry before this one among the shown ones; `None` for the first one and after removed entries.
    pub fn previous<'a>(&'a self, entries: &'a RingBuffer, id: EntryId) -> Option<&'a LogEntry> {
        let index = self.lower_bound(entries, id).checked_sub(1)?;
        self.range(entries, index..index + 1).pop().filter(|entry| entry.id > EntryId(0))
    }

    /// Returns the position of an entry among the matches, from 1; `None` without a search, or if it is no match.
    pub fn position(&self, id: EntryId) -> Option<usize> {
        let matches = self.matches.as_ref()?;
        matches.binary_search(&id).ok().map(|index| index + 1)
    }

    /// Starts a search without matches, or ends it and shows all entries. A pause stays.
    pub fn reset(&mut self, searching: bool) {
        *self = Self { matches: searching.then(VecDeque::new), paused_at: self.paused_at, ..Self::default() };
    }

    /// Adds a match before all others.
    pub fn add_older(&mut self, id: EntryId) {
        if let Some(matches) = &mut self.matches {
            matches.push_front(id);
            self.shifted -= 1;
        }
    }

    /// Adds a match after all others.
    pub fn add_newer(&mut self, id: EntryId) {
        if let Some(matches) = &mut self.matches {
            matches.push_back(id);
            self.appended += 1;
        }
    }

    /// Returns the number of matches, including those held back by a pause; `None` without a search.
    pub fn match_count(&self) -> Option<usize> {
        self.matches.as_ref().map(VecDeque::len)
    }

    /// Pauses the list after an entry; `None` resumes it.
    pub fn pause(&mut self, paused_at: Option<EntryId>) {
        self.paused_at = paused_at;
    }

    /// Returns the number of entries held back by the pause; `None` without one.
    pub fn held_back(&self, entries: &RingBuffer) -> Option<u64> {
        let paused_at = self.paused_at?;
        Some(match &self.matches {
            None => entries.pushed() - paused_at.0,
            Some(matches) => (matches.len() - self.len(entries)) as u64,
        })
    }

    /// Removes the oldest matches that were trimmed from the log. Pinned ones are left.
    pub fn remove_trimmed(&mut self, entries: &RingBuffer) {
        let Some(matches) = &mut self.matches else { return };
        let mut pinned = Vec::new();
        while let Some(id) = matches.front().copied().filter(|id| *id <= entries.trimmed_to()) {
            matches.pop_front();
            if entries.get(id).is_some() {
                pinned.push(id);
            } else {
                self.shifted += 1;
            }
        }
        while let Some(id) = pinned.pop() {
            matches.push_front(id);
        }
    }

    /// Removes all matches that were deleted from the log. O(number of matches).
    pub fn remove_deleted(&mut self, entries: &RingBuffer) {
        if let Some(matches) = &mut self.matches {
            matches.retain(|id| entries.get(*id).is_some());
        }
    }
}

#[cfg(test)]
mod tests;
