//! Looking through the rows in slices: first what is new, then from the newest row to the oldest.

use super::pattern::PIECE;
use crate::model::log::{EntryId, Log, LogEntry};

/// Rows that are looked at batch at most, and their bytes: a call of the browser costs more than a row.
const ROWS: usize = 512;
const BYTES: usize = 128 << 10;

/// A row that has several pieces is larger than that, so it comes alone.
const _: () = assert!(PIECE > BYTES);

/// Looks at a piece of each of these rows.
pub type MatchRows<'a> = &'a dyn Fn(&[&LogEntry], usize) -> Vec<MatchResult>;

/// What a look at one piece of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchResult {
    /// It is in it.
    Match,
    /// It is not in this row.
    NoMatch,
    /// It is not in this piece, and there are more.
    NextPiece,
}

/// How far the search has come.
#[derive(Debug)]
pub struct Search {
    /// Everything from here on is still to be looked at.
    newer: EntryId,
    /// Everything before this one is still to be looked at; the note about removed rows never is.
    older: EntryId,
    /// The large row that is looked at, and which piece of it.
    large: Option<EntryId>,
    piece: usize,
    /// Rows that are looked at batch at most.
    batch: usize,
}

impl Search {
    /// A search that begins with the newest row.
    pub fn new(pushed: u64) -> Self {
        Self { newer: EntryId(pushed + 1), older: EntryId(pushed + 1), large: None, piece: 0, batch: ROWS }
    }

    /// Looks at a few rows after the other while there is has_time; whether there is more to look at.
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

    /// The row that is not looked through yet, else new rows, else those before the last ones. One that needs a
    /// look at each piece comes alone.
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
