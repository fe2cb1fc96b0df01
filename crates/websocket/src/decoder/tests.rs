//! Events of a decoder, one line each: `text Hello`, `close 1000`. A protocol error is its code and reason, and `...`
//! an incomplete frame or message.
//!
//! | subject | file |
//! |---|---|
//! | single frames: masks, bits, opcodes, lengths, control frames | `frames` |
//! | messages in several frames | `fragments` |
//! | UTF-8 | `text` |
//! | compressed messages | `compressed` |
//! | size limits | `limits` |
//! | random input, split in every way | `random_input` |

mod compressed;
mod fragments;
mod frames;
mod limits;
mod random_input;
mod skip;
mod text;

use super::*;
use crate::deflate;

/// Message limit of these tests, in bytes.
const MAX_MESSAGE: usize = 1_000;

/// Masking key of these tests (RFC 6455 §5.7).
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Returns a server's decoder without compression.
fn server() -> Decoder {
    Decoder::new(Role::Server, MAX_MESSAGE, Inflation::Disabled)
}

/// Returns a decoder without context takeover.
fn per_message() -> Decoder {
    Decoder::new(Role::Server, MAX_MESSAGE, Inflation::PerMessage)
}

/// Returns a decoder with context takeover.
fn context_takeover() -> Decoder {
    Decoder::new(Role::Server, MAX_MESSAGE, Inflation::ContextTakeover(Box::default()))
}

/// Compresses a message independently of others.
fn deflated(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate::deflate(message, 15, &mut out);
    out
}

/// Returns a masked frame.
fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    masked(first_byte, KEY, payload)
}

fn masked(first_byte: u8, key: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut frame = unmasked(first_byte, payload);
    frame[1] |= 0x80;
    let start = frame.len() - payload.len();
    for (index, byte) in frame[start..].iter_mut().enumerate() {
        *byte ^= key[index % 4];
    }
    frame.splice(start..start, key);
    frame
}

/// Returns an unmasked frame.
fn unmasked(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u64;
    let length = match length {
        0..126 => length.to_be_bytes()[7..].to_vec(),
        126..0x1_0000 => [&[126], &length.to_be_bytes()[6..]].concat(),
        _ => [&[127], &length.to_be_bytes()[..]].concat(),
    };
    [&[first_byte], &length[..], payload].concat()
}

/// Returns the events of `input`, and checks that they do not depend on how it is split: whole, in two parts, by bytes.
fn all_events(decoder: impl Fn() -> Decoder, input: &[u8]) -> Vec<String> {
    let events = decode(decoder(), [input]);
    assert_eq!(decode(decoder(), input.chunks(1)), events, "byte by byte");
    for cut in 0..input.len() {
        let (before, after) = input.split_at(cut);
        assert_eq!(decode(decoder(), [before, after]), events, "cut at {cut}");
    }
    events
}

/// Returns the number of bytes after which the input is rejected.
fn bytes_until_error(decoder: impl Fn() -> Decoder, input: &[u8]) -> Option<usize> {
    let rejects = |end: &usize| decode(decoder(), input[..*end].chunks(1)).iter().any(|line| line.starts_with('1'));
    (0..=input.len()).find(rejects)
}

fn decode<'i>(mut decoder: Decoder, pieces: impl IntoIterator<Item = &'i [u8]>) -> Vec<String> {
    let (mut events, mut scratch) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (mut input, mut taken) = (piece.to_vec(), 0);
        while taken < input.len() {
            match decoder.read(&mut input[taken..], &mut scratch) {
                Ok(decoded) => {
                    events.extend(decoded.event.as_ref().map(describe));
                    taken += decoded.consumed;
                }
                Err(error) => {
                    events.push(format!("{} {error}", error.close_code().0));
                    return events;
                }
            }
        }
    }
    events.extend(decoder.has_partial().then(|| "...".to_owned()));
    events
}

fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Message(Kind::Text, payload) => format!("text {}", str::from_utf8(payload).expect("UTF-8")),
        Event::Message(Kind::Binary, payload) => format!("binary {}", payload.escape_ascii()),
        Event::Ping(payload) => format!("ping {}", payload.escape_ascii()),
        Event::Pong(payload) => format!("pong {}", payload.escape_ascii()),
        Event::Close(code, reason) => format!("close {} {reason}", code.0).trim_end().to_owned(),
    }
}
