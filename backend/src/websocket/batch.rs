//! Messages for many: framed once, compressed at most once, shared by all who get them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::deflate;
use super::encoder;
use super::frame::{Header, Opcode};
use super::message::Kind;

/// What goes out together at most, unless a single message is larger, in bytes.
const ENOUGH: usize = 64 * 1024;

/// Some messages in a row, as they go over the wire; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Batch(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    /// Frames that everybody understands.
    plain: Bytes,
    /// Frames for those with compression; made when the first of them gets the batch.
    deflated: OnceLock<Bytes>,
    messages: u64,
    payload: u64,
    longest: usize,
}

/// Collects the messages of a batch.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    frames: Vec<u8>,
    messages: u64,
    payload: u64,
    longest: usize,
}

impl BatchBuilder {
    /// Adds a message.
    pub fn push(&mut self, kind: Kind, payload: &[u8]) {
        encoder::plain(kind, payload, &mut self.frames);
        self.messages += 1;
        self.payload += payload.len() as u64;
        self.longest = self.longest.max(payload.len());
    }

    /// What was added since the last time; `None` when nothing was. The room stays for the next.
    pub fn take(&mut self) -> Option<Batch> {
        (self.messages > 0).then(|| self.finish())
    }

    fn finish(&mut self) -> Batch {
        let Self { messages, payload, longest, .. } = *self;
        let plain = Bytes::copy_from_slice(&self.frames);
        self.frames.clear();
        *self = Self { frames: std::mem::take(&mut self.frames), ..Self::default() };
        Batch(Arc::new(Forms { plain, deflated: OnceLock::new(), messages, payload, longest }))
    }

    /// Whether it should be sent before more is added.
    pub fn is_full(&self) -> bool {
        self.frames.len() >= ENOUGH
    }
}

impl Batch {
    /// One message.
    pub fn one(kind: Kind, payload: &[u8]) -> Self {
        let mut builder = BatchBuilder::default();
        builder.push(kind, payload);
        builder.finish()
    }

    /// The frames for a receiver with this window, or without compression.
    pub fn frames(&self, window: Option<u8>) -> &Bytes {
        match window {
            Some(window) if self.0.longest <= 1 << window || window == super::extension::LARGEST_WINDOW => {
                self.0.deflated.get_or_init(|| deflated(&self.0.plain))
            }
            _ => &self.0.plain,
        }
    }

    /// How many messages it holds.
    pub fn messages(&self) -> u64 {
        self.0.messages
    }

    /// How many bytes of payload they have together, before compression.
    pub fn payload(&self) -> u64 {
        self.0.payload
    }

    /// How many bytes its frames have together, before compression.
    pub fn size(&self) -> usize {
        self.0.plain.len()
    }

    /// Several batches as one.
    pub fn join(batches: &[Self]) -> Self {
        if let [batch] = batches {
            return batch.clone();
        }
        let plain: Vec<u8> = batches.iter().flat_map(|batch| batch.0.plain.iter().copied()).collect();
        Self(Arc::new(Forms {
            plain: Bytes::from(plain),
            deflated: OnceLock::new(),
            messages: batches.iter().map(Self::messages).sum(),
            payload: batches.iter().map(Self::payload).sum(),
            longest: batches.iter().map(|batch| batch.0.longest).max().unwrap_or(0),
        }))
    }
}

/// The same frames, compressed where that is worth it.
fn deflated(plain: &Bytes) -> Bytes {
    let mut out = Vec::with_capacity(plain.len() / 2);
    let mut rest = &plain[..];
    let mut worth = false;
    while let Ok(Some((header, start))) = Header::parse(rest) {
        let end = start + usize::try_from(header.length).unwrap_or(0);
        let payload = &rest[start..end];
        if payload.len() < deflate::THRESHOLD {
            out.extend_from_slice(&rest[..end]);
        } else {
            let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
            encoder::compressed(kind, &mut out, |out| deflate::deflate(payload, out));
            worth = true;
        }
        rest = &rest[end..];
    }
    if worth { Bytes::from(out) } else { plain.clone() }
}

#[cfg(test)]
mod tests {
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
        let expected: Vec<_> = messages()
            .iter()
            .map(|(kind, payload)| (*kind == Kind::Text, payload.len() >= deflate::THRESHOLD))
            .collect();
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
        assert!(
            same(Batch::join(std::slice::from_ref(&together)).frames(None), together.frames(None)),
            "one is itself"
        );
    }

    #[test]
    fn a_builder_begins_anew_with_each_batch() {
        let mut builder = BatchBuilder::default();
        assert!(builder.take().is_none(), "nothing was added");
        builder.push(Kind::Text, &[b'x'; 1_000]);
        let first = builder.take().unwrap();
        assert!(builder.take().is_none());
        builder.push(Kind::Text, b"second");
        let second = builder.take().unwrap();
        assert_eq!((first.messages(), first.payload()), (1, 1_000));
        assert_eq!((second.messages(), second.payload()), (1, 6));
        assert_eq!(second.frames(None)[..], *b"\x81\x06second");
        assert!(same(second.frames(Some(9)), second.frames(None)), "and not larger than it is");
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
}
