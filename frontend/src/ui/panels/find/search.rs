//! Looking through the rows in slices: first what is new, then from the newest row to the oldest.

use super::pattern::PIECE;
use crate::model::log::{EntryId, Log, LogEntry};

/// Rows that are looked at together at most, and their bytes: a call of the browser costs more than a row.
const ROWS: usize = 512;
const BYTES: usize = 128 << 10;

/// A row that has several pieces is larger than that, so it comes alone.
const _: () = assert!(PIECE > BYTES);

/// Looks at a piece of each of these rows.
pub type LookAt<'a> = &'a dyn Fn(&[&LogEntry], usize) -> Vec<Look>;

/// What a look at one piece of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is in it.
    Found,
    /// It is not in this row.
    Not,
    /// It is not in this piece, and there are more.
    More,
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
    /// Rows that are looked at together at most.
    together: usize,
}

impl Search {
    /// A search that begins with the newest row.
    pub fn new(pushed: u64) -> Self {
        Self { newer: EntryId(pushed + 1), older: EntryId(pushed + 1), large: None, piece: 0, together: ROWS }
    }

    /// Looks at a few rows after the other while there is time; whether there is more to look at.
    pub fn slice(&mut self, journal: &mut Log, look: LookAt, mut time: impl FnMut() -> bool) -> bool {
        while time() {
            self.large = self.large.filter(|row| journal.rows.get(*row).is_some());
            let rows = self.next(journal);
            self.piece = if self.large.is_some() { self.piece } else { 0 };
            if rows.is_empty() {
                return false;
            }
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            for (row, seen) in ids.into_iter().zip(look(&rows, self.piece)) {
                if seen == Look::More {
                    self.piece += 1;
                    self.large = Some(row);
                    break;
                }
                self.pass(journal, row, seen == Look::Found);
            }
        }
        true
    }

    /// The row that is not looked through yet, else new rows, else those before the last ones. One that needs a
    /// look at each piece comes alone.
    fn next<'a>(&self, journal: &'a Log) -> Vec<&'a LogEntry> {
        let rows = &journal.rows;
        if let Some(large) = self.large.and_then(|row| rows.get(row)) {
            return vec![large];
        }
        let newer = self.some(rows.range(rows.place(self.newer)..rows.len()));
        if !newer.is_empty() {
            return newer;
        }
        self.some(rows.range(0..rows.place(self.older)).rev().filter(|row| row.id > EntryId(0)))
    }

    fn some<'a>(&self, rows: impl Iterator<Item = &'a LogEntry>) -> Vec<&'a LogEntry> {
        let mut bytes = 0;
        let fits = |row: &&LogEntry| {
            let first = bytes == 0;
            bytes += row.cost();
            first || bytes <= BYTES
        };
        rows.take(self.together).take_while(fits).collect()
    }

    fn pass(&mut self, journal: &mut Log, row: EntryId, found: bool) {
        self.large = None;
        let new = row >= self.newer;
        if new {
            self.newer = EntryId(row.0 + 1);
        } else {
            self.older = row;
        }
        match (found, new) {
            (true, true) => journal.shown.add_newer(row),
            (true, false) => journal.shown.add_older(row),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
