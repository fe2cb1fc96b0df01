//! Batches as decoded by clients with and without compression.

use super::*;
use crate::decoder::{Decoder, Event, Inflation, Role};

/// Returns messages of which some are long enough to compress.
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

/// Returns the messages that a client decodes.
fn decode(frames: &[u8], inflation: Inflation) -> Vec<(Kind, Vec<u8>)> {
    let mut decoder = Decoder::new(Role::Client, 1 << 20, inflation);
    let (mut input, mut taken, mut scratch, mut events) = (frames.to_vec(), 0, Vec::new(), Vec::new());
    while taken < input.len() {
        let decoded = decoder.read(&mut input[taken..], &mut scratch).expect("valid frames");
        taken += decoded.consumed;
        match decoded.event {
            Some(Event::Message(kind, payload)) => events.push((kind, payload.to_vec())),
            other => panic!("expected a message, not {other:?}"),
        }
    }
    events
}

fn share_buffer(one: &Bytes, other: &Bytes) -> bool {
    one.as_ptr() == other.as_ptr() && one.len() == other.len()
}

#[test]
fn decodes_to_the_same_messages_with_and_without_compression() {
    let batch = batch(&messages());
    assert_eq!(decode(batch.frames(None), Inflation::Disabled), messages());
    assert_eq!(decode(batch.frames(Some(15)), Inflation::PerMessage), messages());
    assert_eq!(decode(batch.frames(Some(9)), Inflation::PerMessage), messages());
}

#[test]
fn encodes_once_with_and_once_without_compression() {
    let batch = Batch::one(Kind::Text, &[b'x'; 1_000]);
    let other = batch.clone();
    assert!(share_buffer(batch.frames(None), other.frames(None)));
    assert!(share_buffer(batch.frames(Some(15)), other.frames(Some(15))));
    assert!(share_buffer(batch.frames(Some(10)), other.frames(Some(15))), "every message fits into both windows");
    assert!(!share_buffer(batch.frames(None), batch.frames(Some(15))));
}

#[test]
fn compresses_only_on_demand() {
    let batch = batch(&messages());
    batch.frames(None);
    batch.frames(Some(9));
    assert!(batch.0.deflated.get().is_none());
}

#[test]
fn section_7_1_2_1_does_not_compress_messages_larger_than_the_window() {
    for window in 9..15 {
        let (fits, larger) = (vec![b'x'; 1 << window], vec![b'x'; (1 << window) + 1]);
        let batch = Batch::one(Kind::Text, &fits);
        assert!(!share_buffer(batch.frames(Some(window)), batch.frames(None)), "{window}");
        let batch = Batch::one(Kind::Text, &larger);
        assert!(share_buffer(batch.frames(Some(window)), batch.frames(None)), "{window}");
        assert!(!share_buffer(batch.frames(Some(window + 1)), batch.frames(None)), "{window}");
    }
    let batch = Batch::one(Kind::Text, &vec![b'x'; 100_000]);
    assert!(!share_buffer(batch.frames(Some(15)), batch.frames(None)), "every message fits into the largest window");
}

#[test]
fn does_not_compress_short_messages() {
    let batch = batch(&[(Kind::Text, vec![b'x'; 99]), (Kind::Binary, vec![])]);
    assert!(share_buffer(batch.frames(Some(15)), batch.frames(None)), "both encodings share one buffer");
}

#[test]
fn section_7_2_1_compresses_only_messages_that_shrink() {
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
fn joins_the_parts_of_a_message() {
    let mut builder = BatchBuilder::default();
    builder.push(Kind::Text, &[b"in", b"", b" parts"]);
    builder.push(Kind::Text, &[&[b'x'; 60], &[b'x'; 60]]);
    let batch = builder.finish();
    assert_eq!((batch.messages(), batch.payload()), (2, 128));
    assert_eq!(decode(batch.frames(Some(15)), Inflation::PerMessage), decode(batch.frames(None), Inflation::Disabled));
    assert!(batch.frames(None).starts_with(b"\x81\x08in parts\x81\x78xxx"));
    assert!(!share_buffer(batch.frames(Some(9)), batch.frames(None)), "the threshold applies to the sum of the parts");
}

#[test]
fn accepts_an_empty_batch() {
    let batch = BatchBuilder::default().finish();
    assert!(batch.frames(None).is_empty() && batch.frames(Some(15)).is_empty());
}

#[test]
fn keeps_no_memory_beyond_the_frames() {
    let mut builder = BatchBuilder::default();
    for length in [5_000, 100_000, 7_000] {
        builder.push(Kind::Text, &["x".repeat(length).as_bytes()]);
    }
    let batch = builder.finish();
    let (plain, deflated) = (batch.frames(None).clone(), batch.frames(Some(MAX_WINDOW_BITS)).clone());
    assert!(deflated.len() < 2_000, "{} bytes", deflated.len());
    drop(batch);
    for frames in [plain, deflated] {
        let length = frames.len();
        let capacity = frames.try_into_mut().expect("the only user").capacity();
        assert_eq!(capacity, length);
    }
}
