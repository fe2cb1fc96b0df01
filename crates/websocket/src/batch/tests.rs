//! Batches as clients with and without compression hear them.

use super::*;
use crate::decoder::{Decoder, Inflation, Received, Role};

/// Messages, some of them worth compressing.
fn messages() -> Vec<(Kind, Vec<u8>)> {
    let text = |length| (Kind::Text, vec![b'x'; length]);
    let binary = |length| (Kind::Binary, vec![0xff; length]);
    vec![text(0), binary(deflate::THRESHOLD), text(99), text(1_000), binary(5), text(70_000), binary(0)]
}

fn batch(messages: &[(Kind, Vec<u8>)]) -> Batch {
    let mut builder = BatchBuilder::default();
    for (kind, payload) in messages {
        builder.push(*kind, &[payload]);
    }
    builder.finish()
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
fn a_message_may_come_in_parts() {
    let mut builder = BatchBuilder::default();
    builder.push(Kind::Text, &[b"in", b"", b" parts"]);
    builder.push(Kind::Text, &[&[b'x'; 60], &[b'x'; 60]]);
    let batch = builder.finish();
    assert_eq!((batch.messages(), batch.payload()), (2, 128));
    assert_eq!(heard(batch.frames(Some(15)), Inflation::Apart), heard(batch.frames(None), Inflation::Refused));
    assert!(batch.frames(None).starts_with(b"\x81\x08in parts\x81\x78xxx"));
    assert!(!same(batch.frames(Some(9)), batch.frames(None)), "the sum of the parts counts");
}

#[test]
fn nothing_is_a_batch_too() {
    let batch = BatchBuilder::default().finish();
    assert!(batch.frames(None).is_empty() && batch.frames(Some(15)).is_empty());
}
