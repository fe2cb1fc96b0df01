use super::*;
use crate::model::log::{
    Body,
    ring_buffer::{MAX_ENTRIES, TRIM_ENTRIES},
};

fn filled(entries: usize) -> RingBuffer {
    let mut ring = RingBuffer::default();
    push(&mut ring, entries);
    ring
}

fn push(ring: &mut RingBuffer, entries: usize) {
    for _ in 0..entries {
        ring.push(7, Body::Received { text: "x".into(), envelope: None });
    }
}

fn ids(filter: &LogFilter, entries: &RingBuffer) -> Vec<u64> {
    filter.range(entries, 0..filter.len(entries)).iter().map(|entry| entry.id.0).collect()
}

#[test]
fn shows_all_entries_without_a_search() {
    let entries = filled(4);
    let mut filter = LogFilter::default();
    assert_eq!(ids(&filter, &entries), [1, 2, 3, 4]);
    filter.reset(true);
    assert_eq!((ids(&filter, &entries), filter.match_count()), (vec![], Some(0)));
    filter.add_newer(EntryId(3));
    filter.add_older(EntryId(1));
    assert_eq!(ids(&filter, &entries), [1, 3]);
    assert_eq!((filter.lower_bound(&entries, EntryId(3)), filter.shifted(&entries)), (1, -1));
    filter.reset(false);
    assert_eq!(ids(&filter, &entries), [1, 2, 3, 4]);
}

#[test]
fn finds_the_entry_before_and_the_position() {
    let entries = filled(4);
    let mut filter = LogFilter::default();
    let previous = |filter: &LogFilter, id| filter.previous(&entries, EntryId(id)).map(|entry| entry.id.0);
    assert_eq!([1, 2, 4].map(|id| previous(&filter, id)), [None, Some(1), Some(3)]);
    assert_eq!(filter.position(EntryId(2)), None, "there is no search");
    filter.reset(true);
    filter.add_newer(EntryId(1));
    filter.add_newer(EntryId(4));
    assert_eq!([1, 4].map(|id| previous(&filter, id)), [None, Some(1)]);
    assert_eq!([1, 2, 4].map(|id| filter.position(EntryId(id))), [Some(1), None, Some(2)]);
}

#[test]
fn counts_entries_held_back_by_a_pause() {
    let mut entries = filled(2);
    let mut filter = LogFilter::default();
    filter.pause(Some(EntryId(entries.pushed())));
    push(&mut entries, 3);
    assert_eq!((ids(&filter, &entries), filter.held_back(&entries), filter.total(&entries)), (vec![1, 2], Some(3), 2));
    filter.reset(true);
    for id in [1, 4, 5] {
        filter.add_newer(EntryId(id));
    }
    assert_eq!((ids(&filter, &entries), filter.held_back(&entries)), (vec![1], Some(2)));
    assert_eq!(
        [1, 2, 5, 6].map(|id| filter.next(&entries, EntryId(id)).map(|entry| entry.id.0)),
        [Some(1), Some(4), Some(5), None]
    );
    filter.pause(None);
    assert_eq!((ids(&filter, &entries), filter.held_back(&entries)), (vec![1, 4, 5], None));
    filter.reset(false);
    assert_eq!([2, 6].map(|id| filter.next(&entries, EntryId(id)).map(|entry| entry.id.0)), [Some(2), None]);
}

#[test]
fn removes_trimmed_entries_from_the_matches() {
    let mut entries = filled(MAX_ENTRIES);
    let mut filter = LogFilter::default();
    filter.reset(true);
    for id in [1, TRIM_ENTRIES as u64, TRIM_ENTRIES as u64 + 1] {
        filter.add_newer(EntryId(id));
    }
    push(&mut entries, 1);
    filter.remove_trimmed(&entries);
    assert_eq!(ids(&filter, &entries), [TRIM_ENTRIES as u64 + 1]);
    assert_eq!((filter.shifted(&entries), filter.total(&entries)), (2, 3), "the others moved up, the count stays");
}

#[test]
fn keeps_pinned_matches_and_removes_trimmed_ones_behind_them() {
    let mut entries = filled(MAX_ENTRIES);
    entries.pin(EntryId(2), true).unwrap();
    let mut filter = LogFilter::default();
    filter.reset(true);
    let last = TRIM_ENTRIES as u64 + 9;
    for id in [1, 2, 3, last] {
        filter.add_newer(EntryId(id));
    }
    push(&mut entries, 1);
    filter.remove_trimmed(&entries);
    assert_eq!((ids(&filter, &entries), filter.shifted(&entries)), (vec![2, last], 2));
    assert_eq!(filter.len(&entries), 2);
}

#[test]
fn removes_deleted_entries_from_the_matches() {
    let mut entries = filled(3);
    let mut filter = LogFilter::default();
    filter.reset(true);
    (1..=3).for_each(|id| filter.add_newer(EntryId(id)));
    entries.remove(EntryId(2));
    filter.remove_deleted(&entries);
    assert_eq!((ids(&filter, &entries), filter.len(&entries)), (vec![1, 3], 2));
}
