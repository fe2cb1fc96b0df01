use super::*;
use crate::model::log::{Body, ring_buffer::MAX_ROWS};
use std::cell::RefCell;

fn journal(rows: u64) -> Log {
    let mut journal = Log::default();
    push(&mut journal, rows);
    journal.shown.find(true);
    journal
}

fn push(journal: &mut Log, rows: u64) {
    for row in 0..rows {
        journal.receive_text(7, if row % 3 == 0 { "yes" } else { "no" });
    }
}

fn look(rows: &[&LogEntry], _: usize) -> Vec<Look> {
    let yes = |row: &LogEntry| matches!(&row.body, Body::Received { text, .. } if &**text == "yes");
    rows.iter().map(|row| if yes(row) { Look::Found } else { Look::Not }).collect()
}

/// A search that looks at one row at a time.
fn one_by_one(pushed: u64) -> Search {
    Search { together: 1, ..Search::new(pushed) }
}

fn found(journal: &Log) -> Vec<u64> {
    let Log { rows, shown, .. } = journal;
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
    let mut search = one_by_one(9);
    assert!(search.slice(&mut journal, &look, looks(5)));
    assert_eq!(found(&journal), [7]);
    assert!(!search.slice(&mut journal, &look, || true));
    assert_eq!(found(&journal), [1, 4, 7]);
}

#[test]
fn what_comes_meanwhile_joins_in() {
    let mut journal = journal(9);
    let mut search = one_by_one(9);
    search.slice(&mut journal, &look, looks(5));
    push(&mut journal, 4);
    search.slice(&mut journal, &look, || true);
    assert_eq!(found(&journal), [1, 4, 7, 10, 13]);
}

#[test]
fn a_large_row_is_looked_at_piece_by_piece() {
    let mut journal = journal(1);
    let mut search = Search::new(1);
    let pieces = |_: &[&LogEntry], piece| vec![if piece == 3 { Look::Found } else { Look::More }];
    assert!(search.slice(&mut journal, &pieces, looks(4)));
    assert!(found(&journal).is_empty());
    search.slice(&mut journal, &pieces, || true);
    assert_eq!(found(&journal), [1]);
}

#[test]
fn what_arrives_while_a_large_row_is_looked_through_comes_after_it() {
    let mut journal = journal(1);
    let seen = RefCell::new(Vec::new());
    let pieces = |rows: &[&LogEntry], piece| {
        let row = rows[0].id.0;
        seen.borrow_mut().push((row, piece));
        vec![if (row, piece) == (1, 0) { Look::More } else { Look::Found }]
    };
    let mut search = one_by_one(1);
    let mut once = Some(());
    assert!(search.slice(&mut journal, &pieces, || once.take().is_some()));
    push(&mut journal, 1);
    assert!(!search.slice(&mut journal, &pieces, || true));
    assert_eq!(seen.take(), [(1, 0), (1, 1), (2, 0)]);
    assert_eq!(journal.shown.found(), Some(2));
}

#[test]
fn each_row_is_looked_at_from_its_first_piece() {
    let mut journal = journal(2);
    let seen = RefCell::new(Vec::new());
    let pieces = |rows: &[&LogEntry], piece| {
        let row = rows[0].id.0;
        seen.borrow_mut().push((row, piece));
        vec![if (row, piece) == (2, 0) { Look::More } else { Look::Not }]
    };
    one_by_one(2).slice(&mut journal, &pieces, || true);
    assert_eq!(seen.take(), [(2, 0), (2, 1), (1, 0)]);
}

#[test]
fn the_note_about_removed_rows_is_never_found() {
    let mut journal = journal(MAX_ROWS as u64 + 1);
    assert_eq!(journal.rows.iter().next().map(|row| row.id), Some(EntryId(0)), "it is there");
    Search::new(journal.rows.pushed()).slice(&mut journal, &|rows, _| vec![Look::Found; rows.len()], || true);
    assert!(!found(&journal).contains(&0));
}

#[test]
fn gone_rows_are_passed_over() {
    let mut journal = journal(9);
    let mut search = one_by_one(9);
    search.slice(&mut journal, &look, looks(3));
    for row in [2, 4, 7] {
        journal.rows.remove(EntryId(row));
    }
    assert!(!search.slice(&mut journal, &look, || true));
    assert_eq!(found(&journal), [1]);
}

#[test]
fn many_rows_are_looked_at_together() {
    let mut journal = journal(2_000);
    let most = std::cell::Cell::new(0);
    let look = |rows: &[&LogEntry], piece| {
        most.set(most.get().max(rows.len()));
        look(rows, piece)
    };
    assert!(!Search::new(2_000).slice(&mut journal, &look, || true));
    assert_eq!((most.get(), found(&journal).len()), (ROWS, 667));
    assert!(found(&journal).is_sorted());
}

#[test]
fn large_rows_are_looked_at_alone() {
    let mut journal = journal(0);
    for bytes in [1, 2 * BYTES, 1, 1, BYTES] {
        journal.receive_text(7, &"x".repeat(bytes));
    }
    let looked = std::cell::RefCell::new(Vec::new());
    let look = |rows: &[&LogEntry], _| {
        looked.borrow_mut().push(rows.iter().map(|row| row.id.0).collect::<Vec<_>>());
        vec![Look::Not; rows.len()]
    };
    Search::new(5).slice(&mut journal, &look, || true);
    assert_eq!(looked.take(), [vec![5], vec![4, 3], vec![2], vec![1]]);
}
