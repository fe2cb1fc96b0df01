//! Compression there and back, and inflating what nobody compressed.

use yodel_websocket::batch::Batch;
use yodel_websocket::decoder::{Decoder, Inflation, Received, Role};
use yodel_websocket::deflate::{self, Deflater, Inflater};
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::extension::{self, Takeover};
use yodel_websocket::frame::Header;
use yodel_websocket::message::Kind;
use yodel_websocket::violation::Violation;

use super::input::Input;
use super::model::inflate::{Inflate, LARGEST_WINDOW, Wrong};

/// What stands before a message in the same buffer; it ends as a compressed message does.
const BEFORE: [u8; 5] = [7, 0, 0, 0xff, 0xff];

/// More than the limit is never inflated and never room made for; what is compressed inflates to the
/// same again, and stays within its window.
///
/// # Panics
/// When that does not hold.
pub fn compression(data: &[u8]) {
    let mut input = Input::new(data);
    if input.either() {
        let limit = input.pick(&[0, 1, 5, 100, 4_096, 70_000]);
        hostile(input.rest(), limit);
    } else {
        let (window, takeover) = (input.pick(&[15, 9, 10, 11, 12, 13, 14]), input.either());
        let messages = messages(&mut input);
        deflaters(&messages, window, takeover);
        frames(&messages, window, takeover);
    }
}

/// Somebody else's bytes.
fn hostile(compressed: &[u8], limit: usize) {
    let expected = Inflate::new(LARGEST_WINDOW).message(compressed, limit).map_err(|wrong| match wrong {
        Wrong::Violation(violation) => violation,
        Wrong::Cut => Violation::Deflate,
    });
    let mut out = BEFORE.to_vec();
    let result = deflate::inflate(compressed, limit, &mut out);
    assert!(out.capacity() <= 2 * (limit + 8 * 1024), "{} bytes for at most {limit}", out.capacity());
    assert!(out.starts_with(&BEFORE));
    assert_eq!(result.map(|()| out[BEFORE.len()..].to_vec()), expected);
}

/// Messages that are like one another, so that they may refer to one another.
fn messages(input: &mut Input<'_>) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    while !input.is_empty() && messages.len() < 4 {
        let mut message = match input.byte() % 4 {
            0 => input.bytes().to_vec(),
            1 => input.bytes().repeat(usize::from(input.byte())),
            2 => messages.last().cloned().unwrap_or_default(),
            _ => noise(input.byte(), usize::from(input.byte()) * 50).repeat(1 + usize::from(input.either())),
        };
        message.extend_from_slice(input.bytes());
        messages.push(message);
    }
    messages
}

/// Bytes that cannot be compressed.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed);
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn deflaters(messages: &[Vec<u8>], window: u8, takeover: bool) {
    let mut deflater = Deflater::new(window);
    let mut inflater = Inflater::default();
    let mut model = Inflate::new(1 << window);
    for message in messages {
        if !takeover {
            deflater.forget();
            inflater = Inflater::default();
            model = Inflate::new(1 << window);
        }
        let mut compressed = BEFORE.to_vec();
        deflater.deflate(message, &mut compressed);
        assert!(compressed.starts_with(&BEFORE));
        let compressed = &compressed[BEFORE.len()..];
        assert_eq!(model.message(compressed, message.len()), Ok(message.clone()));
        let mut out = Vec::new();
        assert_eq!(inflater.inflate(compressed, message.len(), &mut out), Ok(()));
        assert_eq!(out, *message);
    }
}

/// The same with what was agreed on, as frames.
fn frames(messages: &[Vec<u8>], window: u8, takeover: bool) {
    let offer = format!("permessage-deflate; server_max_window_bits={window}");
    let takeover = if takeover { Takeover::Allowed } else { Takeover::Refused };
    let agreed = extension::agree([&offer[..]], takeover).expect("well formed").expect("an offer to take");
    let mut encoder = Encoder::new(Some(&agreed));
    let inflation = if agreed.server_takeover { Inflation::Together(Box::default()) } else { Inflation::Apart };
    let mut decoder = Decoder::new(Role::Client, 1 << 20, inflation);
    let mut room = Vec::new();
    for message in messages {
        let mut out = BEFORE.to_vec();
        encoder.message(Kind::Binary, message, &mut out);
        assert!(out.starts_with(&BEFORE));
        let frame = &mut out[BEFORE.len()..];
        if !agreed.server_takeover {
            stays_within(window, frame, message);
        }
        assert_eq!(one(&mut decoder, frame, &mut room), *message);
        let batch = Batch::one(Kind::Binary, message);
        stays_within(window, batch.frames(Some(window)), message);
        assert_eq!(**batch.frames(None), [&plain(message)[..], message].concat());
    }
}

/// A frame that is compressed by itself needs no larger window than was agreed on.
fn stays_within(window: u8, frame: &[u8], message: &[u8]) {
    let (header, start) = Header::parse(frame).expect("a frame").expect("all of it");
    let payload = if header.rsv1 {
        Inflate::new(1 << window).message(&frame[start..], message.len())
    } else {
        Ok(frame[start..].to_vec())
    };
    assert_eq!(payload.as_deref(), Ok(message));
}

/// The header of a message that is not compressed.
fn plain(message: &[u8]) -> Vec<u8> {
    let (bytes, length) = encoder::plain_header(Kind::Binary, message.len());
    bytes[..length].to_vec()
}

/// The only message in some bytes.
fn one<'b>(decoder: &mut Decoder, bytes: &'b mut [u8], room: &'b mut Vec<u8>) -> &'b [u8] {
    let length = bytes.len();
    let step = decoder.read(bytes, room).expect("frames as they should be");
    assert_eq!(step.consumed, length);
    match step.received {
        Some(Received::Message(Kind::Binary, payload)) => payload,
        other => panic!("{other:?} instead of a message"),
    }
}
