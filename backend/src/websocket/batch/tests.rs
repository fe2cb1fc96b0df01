//! Batches as clients with and without compression hear them.

use super::*;
use crate::websocket::decoder::{Decoder, Inflation, Received, Role};

/// Messages, some of them worth compressing.
fn messages() -> Vec<(Kind, Vec<u8>)> {
    let text = |length| (Kind::Text, vec![b'x'; length]);
    let binary = |length| (Kind::Binary, vec![0xff; length]);
    vec![text(0), binary(deflate::THRESHOLD), text(99), text(1_000), binary(5), text(70_000), binary(0)]
}

fn batch(messages: &[(Kind, Vec<u8>)]) -> Batch {
    let mut builder = BatchBuilder::default();
    for (kind, payload) in messages {
        builder.push(*kind, payload);
    }
    builder.take().expect("something was added")
}

/// What a client hears.
fn heard(frames: &[u8], inflation: Inflation) -> Vec<(Kind, Vec<u8>)> {
    let mut decoder = Decoder::new(Role::Client, 1 << 20, inflation);
    let (mut input, mut taken, mut room, mut heard) = (frames.to_vec(), 0, Vec::new(), Vec::new());
    while taken < input.len() {
        let step = decoder.read(&mut input[taken..], &mut room).expect("frames as they should be");
        taken += step.consumed;
        match step.received {
            Some(Received::Message(kind, payload)) => heard.push((kind, payload.to_vec())),
            other => panic!("expected a message, not {other:?}"),
        }
    }
    heard
}

fn same(one: &Bytes, other: &Bytes) -> bool {
    one.as_ptr() == other.as_ptr() && one.len() == other.len()
}

#[test]
fn everybody_hears_the_same_in_the_same_order() {
    let batch = batch(&messages());
    assert_eq!(heard(batch.frames(None), Inflation::Refused), messages());
    assert_eq!(heard(batch.frames(Some(15)), Inflation::Apart), messages());
    assert_eq!(heard(batch.frames(Some(9)), Inflation::Apart), messages());
}

#[test]
fn frames_are_made_once_for_all_without_compression_and_once_for_all_with_it() {
    let batch = Batch::one(Kind::Text, &[b'x'; 1_000]);
    let other = batch.clone();
    assert!(same(batch.frames(None), other.frames(None)));
    assert!(same(batch.frames(Some(15)), other.frames(Some(15))));
    assert!(same(batch.frames(Some(10)), other.frames(Some(15))), "it fits into either window");
    assert!(!same(batch.frames(None), batch.frames(Some(15))));
}

#[test]
fn nothing_is_compressed_before_somebody_wants_it() {
    let batch = batch(&messages());
    batch.frames(None);
    batch.frames(Some(9));
    assert!(batch.0.deflated.get().is_none());
}

#[test]
fn section_7_1_2_1_what_is_larger_than_a_window_stays_plain_for_its_receiver() {
    for window in 9..15 {
        let (fits, larger) = (vec![b'x'; 1 << window], vec![b'x'; (1 << window) + 1]);
        let batch = Batch::one(Kind::Text, &fits);
        assert!(!same(batch.frames(Some(window)), batch.frames(None)), "{window}");
        let batch = Batch::one(Kind::Text, &larger);
        assert!(same(batch.frames(Some(window)), batch.frames(None)), "{window}");
        assert!(!same(batch.frames(Some(window + 1)), batch.frames(None)), "{window}");
    }
    let batch = Batch::one(Kind::Text, &vec![b'x'; 100_000]);
    assert!(!same(batch.frames(Some(15)), batch.frames(None)), "the largest window is for all");
}

#[test]
fn short_messages_stay_plain() {
    let batch = batch(&[(Kind::Text, vec![b'x'; 99]), (Kind::Binary, vec![])]);
    assert!(same(batch.frames(Some(15)), batch.frames(None)), "not even a copy");
}

#[test]
fn section_7_2_1_only_what_is_worth_it_is_compressed() {
    let mut batch = batch(&messages()).frames(Some(15)).to_vec();
    let mut rest = &mut batch[..];
    let mut compressed = Vec::new();
    while let Ok(Some((header, start))) = Header::parse(rest) {
        compressed.push((header.opcode == Opcode::Text, header.rsv1));
        rest = &mut rest[start + usize::try_from(header.length).unwrap()..];
    }
    let expected: Vec<_> =
        messages().iter().map(|(kind, payload)| (*kind == Kind::Text, payload.len() >= deflate::THRESHOLD)).collect();
    assert_eq!(compressed, expected);
}

#[test]
fn batches_are_joined_in_their_order() {
    let (first, second) = (&messages()[..3], &messages()[3..]);
    let joined = Batch::join(&[batch(first), batch(second)]);
    assert_eq!(heard(joined.frames(None), Inflation::Refused), messages());
    assert_eq!(heard(joined.frames(Some(15)), Inflation::Apart), messages());
    let together = batch(&messages());
    let figures = |batch: &Batch| (batch.messages(), batch.payload(), batch.size());
    assert_eq!(figures(&joined), figures(&together));
    assert!(same(joined.frames(Some(15 - 1)), joined.frames(None)), "the longest message counts");
    assert!(same(Batch::join(std::slice::from_ref(&together)).frames(None), together.frames(None)), "one is itself");
}

#[test]
fn a_builder_begins_anew_with_each_batch() {
    let mut builder = BatchBuilder::default();
    assert!(builder.take().is_none(), "nothing was added");
    builder.push(Kind::Text, &[b'x'; 1_000]);
    let first = builder.take().unwrap();
    assert!(builder.take().is_none());
    builder.push(Kind::Text, b"second");
    builder.push(Kind::Text, &[b'x'; 100]);
    let second = builder.take().unwrap();
    assert_eq!((first.messages(), first.payload()), (1, 1_000));
    assert_eq!((second.messages(), second.payload()), (2, 106));
    assert!(second.frames(None).starts_with(b"\x81\x06second\x81\x64xxx"));
    assert!(!same(second.frames(Some(9)), second.frames(None)), "the longest before does not count");
}

#[test]
fn a_builder_is_full_when_it_holds_enough_for_one_write() {
    let mut builder = BatchBuilder::default();
    builder.push(Kind::Binary, &[0; 1_000]);
    assert!(!builder.is_full());
    builder.push(Kind::Binary, &vec![0; ENOUGH]);
    assert!(builder.is_full());
    builder.take();
    assert!(!builder.is_full());
}
