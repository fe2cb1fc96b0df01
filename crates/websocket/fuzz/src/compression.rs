//! Properties of compression, and of inflating arbitrary data.

use yodel_websocket::batch::Batch;
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::deflate::{self, Deflater, Inflater};
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::extension::{self, ContextTakeover};
use yodel_websocket::frame::Header;
use yodel_websocket::message::Kind;

use super::input::Input;
use super::model::inflate::{Inflate, InflateError, MAX_WINDOW_BITS};

/// Earlier content of the output buffer; it ends like a compressed message.
const BEFORE: [u8; 5] = [7, 0, 0, 0xff, 0xff];

/// Checks that inflating never exceeds the limit in output or memory, and that compressed data inflates to the
/// original and stays within its window.
///
/// # Panics
/// Panics if a property is violated.
pub fn compression(data: &[u8]) {
    let mut input = Input::new(data);
    if input.boolean() {
        let limit = input.pick(&[0, 1, 5, 100, 4_096, 70_000]);
        inflate_arbitrary(input.rest(), limit);
    } else {
        let (window, takeover) = (input.pick(&[15, 9, 10, 11, 12, 13, 14]), input.boolean());
        let messages = messages(&mut input);
        round_trip(&messages, window, takeover);
        round_trip_frames(&messages, window, takeover);
    }
}

/// Inflates arbitrary data.
fn inflate_arbitrary(compressed: &[u8], limit: usize) {
    let expected = Inflate::new(MAX_WINDOW_BITS).message(compressed, limit).map_err(|error| match error {
        InflateError::Protocol(error) => error,
        InflateError::Truncated => ProtocolError::Deflate,
    });
    let mut out = BEFORE.to_vec();
    let result = deflate::inflate(compressed, limit, &mut out);
    assert!(out.capacity() <= 2 * (limit + 8 * 1024), "{} bytes for at most {limit}", out.capacity());
    assert!(out.starts_with(&BEFORE));
    assert_eq!(result.map(|()| out[BEFORE.len()..].to_vec()), expected);
}

/// Returns similar messages, so that context takeover finds references between them.
fn messages(input: &mut Input<'_>) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    while !input.is_empty() && messages.len() < 4 {
        let mut message = match input.byte() % 4 {
            0 => input.bytes().to_vec(),
            1 => input.bytes().repeat(usize::from(input.byte())),
            2 => messages.last().cloned().unwrap_or_default(),
            _ => noise(input.byte(), usize::from(input.byte()) * 50).repeat(1 + usize::from(input.boolean())),
        };
        message.extend_from_slice(input.bytes());
        messages.push(message);
    }
    messages
}

/// Returns incompressible bytes.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed);
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn round_trip(messages: &[Vec<u8>], window: u8, takeover: bool) {
    let mut deflater = Deflater::new(window);
    let mut inflater = Inflater::default();
    let mut model = Inflate::new(1 << window);
    for message in messages {
        if !takeover {
            deflater.reset();
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

/// Checks the same with negotiated parameters and whole frames.
fn round_trip_frames(messages: &[Vec<u8>], window: u8, takeover: bool) {
    let offer = format!("permessage-deflate; server_max_window_bits={window}");
    let takeover = if takeover { ContextTakeover::Enabled } else { ContextTakeover::Disabled };
    let params = extension::negotiate([&offer[..]], takeover).expect("well formed").expect("an acceptable offer");
    let mut encoder = Encoder::new(Some(&params));
    let inflation =
        if params.server_context_takeover { Inflation::ContextTakeover(Box::default()) } else { Inflation::PerMessage };
    let mut decoder = Decoder::new(Role::Client, 1 << 20, inflation);
    let mut scratch = Vec::new();
    for message in messages {
        let mut out = BEFORE.to_vec();
        encoder.message(Kind::Binary, message, &mut out);
        assert!(out.starts_with(&BEFORE));
        let frame = &mut out[BEFORE.len()..];
        if !params.server_context_takeover {
            assert_within(window, frame, message);
        }
        assert_eq!(decode_one(&mut decoder, frame, &mut scratch), *message);
        let batch = Batch::one(Kind::Binary, message);
        assert_within(window, batch.frames(Some(window)), message);
        assert_eq!(**batch.frames(None), [&plain(message)[..], message].concat());
    }
}

/// Checks that a frame compressed independently of others stays within the negotiated window.
fn assert_within(window: u8, frame: &[u8], message: &[u8]) {
    let (header, start) = Header::parse(frame).expect("a frame").expect("complete");
    let payload = if header.rsv1 {
        Inflate::new(1 << window).message(&frame[start..], message.len())
    } else {
        Ok(frame[start..].to_vec())
    };
    assert_eq!(payload.as_deref(), Ok(message));
}

/// Returns the header of an uncompressed message.
fn plain(message: &[u8]) -> Vec<u8> {
    let (bytes, length) = encoder::plain_header(Kind::Binary, message.len());
    bytes[..length].to_vec()
}

/// Decodes a single message.
fn decode_one<'b>(decoder: &mut Decoder, bytes: &'b mut [u8], scratch: &'b mut Vec<u8>) -> &'b [u8] {
    let length = bytes.len();
    let decoded = decoder.read(bytes, scratch).expect("valid frames");
    assert_eq!(decoded.consumed, length);
    match decoded.event {
        Some(Event::Message(Kind::Binary, payload)) => payload,
        other => panic!("{other:?} instead of a message"),
    }
}
