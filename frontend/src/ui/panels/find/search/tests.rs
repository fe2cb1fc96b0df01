use super::*;
use crate::model::log::{Body, ring_buffer::MAX_ENTRIES};
use std::cell::RefCell;

fn log_of(rows: u64) -> Log {
    let mut log = Log::default();
    push(&mut log, rows);
    log.filter.reset(true);
    log
}

fn push(log: &mut Log, rows: u64) {
    for row in 0..rows {
        log.receive_text(7, if row % 3 == 0 { "yes" } else { "no" });
    }
}

fn match_rows(rows: &[&LogEntry], _: usize) -> Vec<MatchResult> {
    let yes = |row: &LogEntry| matches!(&row.body, Body::Received { text, .. } if &**text == "yes");
    rows.iter().map(|row| if yes(row) { MatchResult::Match } else { MatchResult::NoMatch }).collect()
}

/// Returns a search with one row per batch.
fn one_by_one(pushed: u64) -> Search {
    Search { batch: 1, ..Search::new(pushed) }
}

fn found(log: &Log) -> Vec<u64> {
    let Log { entries, filter, .. } = log;
    filter.range(entries, 0..filter.len(entries)).iter().map(|entry| entry.id.0).collect()
}

/// Returns a deadline check that permits this number of batches, less one.
fn batches(mut left: usize) -> impl FnMut() -> bool {
    move || {
        left = left.saturating_sub(1);
        left > 0
    }
}

#[test]
fn searches_from_the_newest_row_to_the_oldest() {
    let mut log = log_of(9);
    let mut search = one_by_one(9);
    assert!(search.slice(&mut log, &match_rows, batches(5)));
    assert_eq!(found(&log), [7]);
    assert!(!search.slice(&mut log, &match_rows, || true));
    assert_eq!(found(&log), [1, 4, 7]);
}

#[test]
fn searches_rows_that_arrive_during_the_search() {
    let mut log = log_of(9);
    let mut search = one_by_one(9);
    search.slice(&mut log, &match_rows, batches(5));
    push(&mut log, 4);
    search.slice(&mut log, &match_rows, || true);
    assert_eq!(found(&log), [1, 4, 7, 10, 13]);
}

#[test]
fn matches_a_large_row_piece_by_piece() {
    let mut log = log_of(1);
    let mut search = Search::new(1);
    let pieces = |_: &[&LogEntry], piece| vec![if piece == 3 { MatchResult::Match } else { MatchResult::NextPiece }];
    assert!(search.slice(&mut log, &pieces, batches(4)));
    assert!(found(&log).is_empty());
    search.slice(&mut log, &pieces, || true);
    assert_eq!(found(&log), [1]);
}

#[test]
fn finishes_a_large_row_before_new_rows() {
    let mut log = log_of(1);
    let seen = RefCell::new(Vec::new());
    let pieces = |rows: &[&LogEntry], piece| {
        let row = rows[0].id.0;
        seen.borrow_mut().push((row, piece));
        vec![if (row, piece) == (1, 0) { MatchResult::NextPiece } else { MatchResult::Match }]
    };
    let mut search = one_by_one(1);
    let mut once = Some(());
    assert!(search.slice(&mut log, &pieces, || once.take().is_some()));
    push(&mut log, 1);
    assert!(!search.slice(&mut log, &pieces, || true));
    assert_eq!(seen.take(), [(1, 0), (1, 1), (2, 0)]);
    assert_eq!(log.filter.match_count(), Some(2));
}

#[test]
fn matches_each_row_from_its_first_piece() {
    let mut log = log_of(2);
    let seen = RefCell::new(Vec::new());
    let pieces = |rows: &[&LogEntry], piece| {
        let row = rows[0].id.0;
        seen.borrow_mut().push((row, piece));
        vec![if (row, piece) == (2, 0) { MatchResult::NextPiece } else { MatchResult::NoMatch }]
    };
    one_by_one(2).slice(&mut log, &pieces, || true);
    assert_eq!(seen.take(), [(2, 0), (2, 1), (1, 0)]);
}

#[test]
fn never_matches_the_note_about_removed_rows() {
    let mut log = log_of(MAX_ENTRIES as u64 + 1);
    assert_eq!(log.entries.iter().next().map(|row| row.id), Some(EntryId(0)), "the row exists");
    Search::new(log.entries.pushed()).slice(&mut log, &|rows, _| vec![MatchResult::Match; rows.len()], || true);
    assert!(!found(&log).contains(&0));
}

#[test]
fn skips_removed_rows() {
    let mut log = log_of(9);
    let mut search = one_by_one(9);
    search.slice(&mut log, &match_rows, batches(3));
    for row in [2, 4, 7] {
        log.entries.remove(EntryId(row));
    }
    assert!(!search.slice(&mut log, &match_rows, || true));
    assert_eq!(found(&log), [1]);
}

#[test]
fn matches_rows_in_batches() {
    let mut log = log_of(2_000);
    let largest = std::cell::Cell::new(0);
    let match_rows = |rows: &[&LogEntry], piece| {
        largest.set(largest.get().max(rows.len()));
        match_rows(rows, piece)
    };
    assert!(!Search::new(2_000).slice(&mut log, &match_rows, || true));
    assert_eq!((largest.get(), found(&log).len()), (BATCH_ROWS, 667));
    assert!(found(&log).is_sorted());
}

#[test]
fn matches_large_rows_alone() {
    let mut log = log_of(0);
    for bytes in [1, 2 * BATCH_BYTES, 1, 1, BATCH_BYTES] {
        log.receive_text(7, &"x".repeat(bytes));
    }
    let batches = std::cell::RefCell::new(Vec::new());
    let match_rows = |rows: &[&LogEntry], _| {
        batches.borrow_mut().push(rows.iter().map(|row| row.id.0).collect::<Vec<_>>());
        vec![MatchResult::NoMatch; rows.len()]
    };
    Search::new(5).slice(&mut log, &match_rows, || true);
    assert_eq!(batches.take(), [vec![5], vec![4, 3], vec![2], vec![1]]);
}
