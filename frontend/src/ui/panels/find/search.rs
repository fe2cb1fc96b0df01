//! Search through all rows in time slices: new rows first, then from the newest to the oldest.

use super::pattern::PIECE;
use crate::model::log::{EntryId, Log, LogEntry};

/// Maximum number of rows per batch, and of their bytes: a call of the browser costs more than matching a row.
const ROWS: usize = 512;
const BYTES: usize = 128 << 10;

/// A row of several pieces is larger than a batch, so it is matched alone.
const _: () = assert!(PIECE > BYTES);

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
    /// The first of the newer rows that are not matched yet.
    newer: EntryId,
    /// The last row that was matched on the way to the oldest. The row about removed rows (id 0) is skipped.
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
        Self { newer: EntryId(pushed + 1), older: EntryId(pushed + 1), large: None, piece: 0, batch: ROWS }
    }

    /// Matches batches of rows while there is time. Returns whether there are more.
    pub fn slice(&mut self, log: &mut Log, match_rows: MatchRows, mut has_time: impl FnMut() -> bool) -> bool {
        while has_time() {
            self.large = self.large.filter(|row| log.rows.get(*row).is_some());
            let rows = self.next(log);
            self.piece = if self.large.is_some() { self.piece } else { 0 };
            if rows.is_empty() {
                return false;
            }
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            for (row, result) in ids.into_iter().zip(match_rows(&rows, self.piece)) {
                if result == MatchResult::NextPiece {
                    self.piece += 1;
                    self.large = Some(row);
                    break;
                }
                self.record(log, row, result == MatchResult::Match);
            }
        }
        true
    }

    /// Returns the next batch: the unfinished row, else new rows, else older ones. A row of several pieces is alone.
    fn next<'a>(&self, log: &'a Log) -> Vec<&'a LogEntry> {
        let rows = &log.rows;
        if let Some(large) = self.large.and_then(|row| rows.get(row)) {
            return vec![large];
        }
        let newer = self.batch_of(rows.range(rows.place(self.newer)..rows.len()));
        if !newer.is_empty() {
            return newer;
        }
        self.batch_of(rows.range(0..rows.place(self.older)).rev().filter(|row| row.id > EntryId(0)))
    }

    fn batch_of<'a>(&self, rows: impl Iterator<Item = &'a LogEntry>) -> Vec<&'a LogEntry> {
        let mut bytes = 0;
        let fits = |row: &&LogEntry| {
            let first = bytes == 0;
            bytes += row.cost();
            first || bytes <= BYTES
        };
        rows.take(self.batch).take_while(fits).collect()
    }

    fn record(&mut self, log: &mut Log, row: EntryId, found: bool) {
        self.large = None;
        let new = row >= self.newer;
        if new {
            self.newer = EntryId(row.0 + 1);
        } else {
            self.older = row;
        }
        match (found, new) {
            (true, true) => log.shown.add_newer(row),
            (true, false) => log.shown.add_older(row),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
