//! Looking through the rows in slices: first what is new, then from the newest row to the oldest.

use crate::log::{Journal, Row, RowId};

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
    newer: RowId,
    /// Everything before this one is still to be looked at; the note about removed rows never is.
    older: RowId,
    /// The piece of the row that is looked at.
    piece: usize,
}

impl Search {
    /// A search that begins with the newest row.
    pub fn new(pushed: u64) -> Self {
        Self { newer: RowId(pushed + 1), older: RowId(pushed + 1), piece: 0 }
    }

    /// Looks at one piece after the other while there is time; whether there is more to look at.
    pub fn slice(
        &mut self,
        journal: &mut Journal,
        look: &dyn Fn(&Row, usize) -> Look,
        mut time: impl FnMut() -> bool,
    ) -> bool {
        while time() {
            let newest = journal.rows.range(journal.rows.place(self.newer)..journal.rows.len()).next();
            let row = newest.or_else(|| self.before(journal));
            let Some(row) = row else { return false };
            let id = row.id;
            match look(row, self.piece) {
                Look::More => self.piece += 1,
                seen => self.pass(journal, id, seen == Look::Found),
            }
        }
        true
    }

    fn before<'a>(&self, journal: &'a Journal) -> Option<&'a Row> {
        journal.rows.range(0..journal.rows.place(self.older)).next_back().filter(|row| row.id > RowId(0))
    }

    fn pass(&mut self, journal: &mut Journal, row: RowId, found: bool) {
        self.piece = 0;
        let new = row >= self.newer;
        if new {
            self.newer = RowId(row.0 + 1);
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
mod tests {
    use super::*;
    use crate::log::Body;

    fn journal(rows: u64) -> Journal {
        let mut journal = Journal::default();
        push(&mut journal, rows);
        journal.shown.find(true);
        journal
    }

    fn push(journal: &mut Journal, rows: u64) {
        for row in 0..rows {
            journal.receive_text(7, if row % 3 == 0 { "yes" } else { "no" });
        }
    }

    fn look(row: &Row, _: usize) -> Look {
        let yes = matches!(&row.body, Body::Received { text, .. } if &**text == "yes");
        if yes { Look::Found } else { Look::Not }
    }

    fn found(journal: &Journal) -> Vec<u64> {
        let Journal { rows, shown, .. } = journal;
        shown.range(rows, 0..shown.len(rows)).iter().map(|row| row.id.0).collect()
    }

    /// Time for so many looks.
    fn looks(mut left: usize) -> impl FnMut() -> bool {
        move || {
            left = left.saturating_sub(1);
            left > 0
        }
    }

    #[test]
    fn the_newest_are_found_first_and_all_in_the_end() {
        let mut journal = journal(9);
        let mut search = Search::new(9);
        assert!(search.slice(&mut journal, &look, looks(5)));
        assert_eq!(found(&journal), [7]);
        assert!(!search.slice(&mut journal, &look, || true));
        assert_eq!(found(&journal), [1, 4, 7]);
    }

    #[test]
    fn what_comes_meanwhile_joins_in() {
        let mut journal = journal(9);
        let mut search = Search::new(9);
        search.slice(&mut journal, &look, looks(5));
        push(&mut journal, 4);
        search.slice(&mut journal, &look, || true);
        assert_eq!(found(&journal), [1, 4, 7, 10, 13]);
    }

    #[test]
    fn a_large_row_is_looked_at_piece_by_piece() {
        let mut journal = journal(1);
        let mut search = Search::new(1);
        let pieces = |_: &Row, piece| if piece == 3 { Look::Found } else { Look::More };
        assert!(search.slice(&mut journal, &pieces, looks(4)));
        assert!(found(&journal).is_empty());
        search.slice(&mut journal, &pieces, || true);
        assert_eq!(found(&journal), [1]);
    }

    #[test]
    fn gone_rows_are_passed_over() {
        let mut journal = journal(9);
        let mut search = Search::new(9);
        search.slice(&mut journal, &look, looks(3));
        for row in [2, 4, 7] {
            journal.rows.remove(RowId(row));
        }
        assert!(!search.slice(&mut journal, &look, || true));
        assert_eq!(found(&journal), [1]);
    }
}
