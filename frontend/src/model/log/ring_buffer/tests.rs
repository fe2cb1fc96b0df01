//! Limits, trimming, and entries by their ids.

use super::*;
use crate::model::log::entry::Kind;
use yodel_client::Delivery;

fn text(len: usize) -> Body {
    Body::Received { text: "x".repeat(len).into(), envelope: None }
}

fn sent(text: &str, delivery: Delivery) -> Body {
    Body::Sent { text: text.into(), delivery, counted: false, error: None, to: None, no_recipient: false }
}

fn filled(entries: usize) -> RingBuffer {
    let mut ring = RingBuffer::default();
    for _ in 0..entries {
        ring.push(7, text(3));
    }
    ring
}

#[test]
fn trims_the_oldest_entries_with_a_note() {
    let mut ring = filled(MAX_ENTRIES);
    assert_eq!((ring.len(), ring.shifted()), (MAX_ENTRIES, 0));
    ring.push(7, text(3));
    assert_eq!(ring.len(), MAX_ENTRIES + 1 - TRIM_ENTRIES + 1);
    assert_eq!(ring.shifted(), TRIM_ENTRIES - 1);
    let first: Vec<_> = ring.range(0..2).collect();
    assert_eq!(first[0].body, Body::Trimmed { entries: 5_000, limit: Limit::Entries });
    assert_eq!(first[1].id, EntryId(5_001));
}

#[test]
fn replaces_the_note_on_a_second_trim() {
    let ring = filled(MAX_ENTRIES + TRIM_ENTRIES + 1);
    let notes: Vec<_> = ring.iter().filter(|entry| entry.kind() == Kind::Info).collect();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].body, Body::Trimmed { entries: 10_000, limit: Limit::Entries });
    assert_eq!(ring.shifted(), 2 * TRIM_ENTRIES - 1);
    assert_eq!(ring.pushed(), (MAX_ENTRIES + TRIM_ENTRIES + 1) as u64, "the count stays exact");
}

#[test]
fn limits_the_bytes() {
    let mut ring = RingBuffer::default();
    for _ in 0..40 {
        ring.push(7, text(1 << 20));
        assert!(ring.bytes <= MAX_BYTES);
    }
    assert!(ring.len() > 20, "as many entries as fit are kept");
    assert!(matches!(ring.iter().next().unwrap().body, Body::Trimmed { limit: Limit::Bytes, .. }));
}

#[test]
fn keeps_a_single_message_above_the_limit() {
    let mut ring = filled(3);
    let id = ring.push(7, text(MAX_BYTES + 1));
    assert_eq!(ring.len(), 2);
    assert!(ring.get(id).is_some());
}

#[test]
fn counts_the_cost_of_the_entries() {
    let mut ring = filled(10);
    ring.remove(EntryId(4)).unwrap();
    assert_eq!(ring.bytes, ring.iter().map(LogEntry::cost).sum::<usize>());
    ring.clear();
    assert_eq!(ring.bytes, 0);
}

#[test]
fn finds_entries_after_removals() {
    let mut ring = filled(10);
    ring.remove(EntryId(4));
    assert!(ring.get(EntryId(4)).is_none());
    ring.change(EntryId(4), |_| panic!("the entry was removed"));
    assert_eq!(ring.get(EntryId(7)).unwrap().id, EntryId(7));
}

#[test]
fn clear_keeps_waiting_messages() {
    let mut ring = filled(3);
    let waiting = ring.push(7, sent("later", Delivery::Waiting));
    ring.push(7, sent("done", Delivery::Sent));
    ring.clear();
    assert_eq!(ring.iter().map(|entry| entry.id).collect::<Vec<_>>(), [waiting]);
}

#[test]
fn restores_cleared_entries_around_waiting_and_new_ones() {
    let mut ring = filled(MAX_ENTRIES + 1);
    let waiting = ring.push(7, sent("later", Delivery::Waiting));
    ring.push(7, sent("done", Delivery::Sent));
    let ids = |ring: &RingBuffer| ring.iter().map(|entry| entry.id).collect::<Vec<_>>();
    let (before, bytes) = (ids(&ring), ring.bytes);
    let cleared = ring.clear();
    let new = ring.push(7, text(3));
    ring.restore_cleared(cleared);
    assert_eq!(ids(&ring), [before, vec![new]].concat());
    assert!(ids(&ring).contains(&waiting));
    assert_eq!(ring.bytes, bytes + ring.get(new).unwrap().cost());
    assert_eq!(ring.removed, TRIM_ENTRIES as u64, "the count of removed entries");
}

#[test]
fn keeps_pinned_entries_at_a_limit() {
    let mut ring = filled(MAX_ENTRIES);
    for id in [2, 4_000] {
        ring.pin(EntryId(id), true).unwrap();
    }
    ring.push(7, text(3));
    let ids: Vec<_> = ring.range(0..4).map(|entry| entry.id.0).collect();
    assert_eq!(ids, [0, 2, 4_000, 5_003]);
    assert_eq!(ring.trimmed_to(), EntryId(5_002));
    assert_eq!(ring.bytes, ring.iter().map(LogEntry::cost).sum::<usize>());
    ring.pin(EntryId(2), false).unwrap();
    for _ in 0..TRIM_ENTRIES {
        ring.push(7, text(3));
    }
    assert!(ring.get(EntryId(2)).is_none() && ring.get(EntryId(4_000)).is_some());
}

#[test]
fn limits_the_size_of_pinned_entries() {
    let mut ring = RingBuffer::default();
    let ids: Vec<_> = (0..5).map(|_| ring.push(7, text(1 << 20))).collect();
    for id in &ids[..3] {
        ring.pin(*id, true).unwrap();
    }
    assert_eq!(ring.pin(ids[3], true), Err(AnnotationError::PinsTooLarge));
    ring.pin(ids[0], false).unwrap();
    ring.pin(ids[3], true).unwrap();
}

#[test]
fn cleared_entries_keep_their_pins_until_others_need_the_room() {
    let mut ring = filled(MAX_ANNOTATED);
    for id in 1..=MAX_ANNOTATED as u64 {
        ring.pin(EntryId(id), true).unwrap();
    }
    let cleared = ring.clear();
    assert!(ring.annotations.is_pinned(EntryId(1)), "the entries may be restored");
    ring.restore_cleared(cleared);
    let id = ring.push(7, text(3));
    assert_eq!(ring.pin(id, true), Err(AnnotationError::TooMany));
    ring.remove(EntryId(1));
    ring.pin(id, true).unwrap();
    assert!(!ring.annotations.is_pinned(EntryId(1)));
}
