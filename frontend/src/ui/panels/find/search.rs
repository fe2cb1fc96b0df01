//! Search through all rows in time slices: new rows first, then from the newest to the oldest.

use super::pattern::PIECE;
use crate::model::log::{EntryId, Log, LogEntry};

/// Maximum number of rows per batch, and of their bytes: a call of the browser costs more than matching a row.
const BATCH_ROWS: usize = 512;
/// The same for a thread, where a call costs more, and no frame waits.
const THREAD_BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 128 << 10;

/// A row of several pieces is larger than a batch, so it is matched alone.
const _: () = assert!(PIECE > BATCH_BYTES);

/// Matches a piece of each of these rows.
pub type MatchRows<'a> = &'a dyn Fn(&[&LogEntry], usize) -> Vec<MatchResult>;

/// Result of matching a piece of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchResult {
    /// The row matches.
    Match,
    /// The row does not match.
    NoMatch,
    /// The piece does not match, and the row has more.
    NextPiece,
}

/// Progress of a search.
#[derive(Debug)]
pub struct Search {
    /// The first row after the start of the search that is not matched yet.
    newer: EntryId,
    /// The oldest row that was matched. The note about removed rows (id 0) is never matched.
    older: EntryId,
    /// The row of several pieces that is being matched, and its next piece.
    large: Option<EntryId>,
    piece: usize,
    /// Maximum number of rows per batch.
    batch: usize,
}

impl Search {
    /// Creates a search that begins with the newest row.
    pub fn new(pushed: u64) -> Self {
        Self { newer: EntryId(pushed + 1), older: EntryId(pushed + 1), large: None, piece: 0, batch: BATCH_ROWS }
    }

    /// Makes the batches as large as suits a thread.
    #[must_use]
    pub fn for_thread(self) -> Self {
        Self { batch: THREAD_BATCH_ROWS, ..self }
    }

    /// Matches batches of rows while `has_time` returns `true`. Returns whether rows remain.
    pub fn slice(&mut self, log: &mut Log, match_rows: MatchRows, mut has_time: impl FnMut() -> bool) -> bool {
        while has_time() {
            let (rows, piece) = self.next(log);
            if rows.is_empty() {
                return false;
            }
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let results = match_rows(&rows, piece);
            self.record_batch(log, ids, results);
        }
        true
    }

    /// Returns the next batch and the piece of its rows: the unfinished row, else new rows, else older ones. A row of
    /// several pieces is alone. The batch is empty when all rows are matched.
    pub fn next<'a>(&mut self, log: &'a Log) -> (Vec<&'a LogEntry>, usize) {
        let entries = &log.entries;
        self.large = self.large.filter(|id| entries.get(*id).is_some());
        if let Some(large) = self.large.and_then(|id| entries.get(id)) {
            return (vec![large], self.piece);
        }
        self.piece = 0;
        let newer = self.batch_of(entries.range(entries.lower_bound(self.newer)..entries.len()));
        if !newer.is_empty() {
            return (newer, 0);
        }
        let older = entries.range(0..entries.lower_bound(self.older)).rev().filter(|entry| entry.id > EntryId(0));
        (self.batch_of(older), 0)
    }

    /// Records the results of the batch with these rows.
    pub fn record_batch(&mut self, log: &mut Log, ids: Vec<EntryId>, results: Vec<MatchResult>) {
        for (id, result) in ids.into_iter().zip(results) {
            if result == MatchResult::NextPiece {
                self.piece += 1;
                self.large = Some(id);
                break;
            }
            self.record(log, id, result == MatchResult::Match);
        }
    }

    fn batch_of<'a>(&self, rows: impl Iterator<Item = &'a LogEntry>) -> Vec<&'a LogEntry> {
        let mut bytes = 0;
        let fits = |row: &&LogEntry| {
            let first = bytes == 0;
            bytes += row.cost();
            first || bytes <= BATCH_BYTES
        };
        rows.take(self.batch).take_while(fits).collect()
    }

    fn record(&mut self, log: &mut Log, id: EntryId, is_match: bool) {
        self.large = None;
        let is_newer = id >= self.newer;
        if is_newer {
            self.newer = EntryId(id.0 + 1);
        } else {
            self.older = id;
        }
        // The row may have been removed while a thread matched it.
        match (is_match && log.entries.get(id).is_some(), is_newer) {
            (true, true) => log.filter.add_newer(id),
            (true, false) => log.filter.add_older(id),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
