//! What a decoder hears, told in lines: `text Hello`, `close 1000`, and for what it refuses the code
//! and the reason; `...` is something that has begun and not ended.
//!
//! | what must be heard, what must be refused | file |
//! |---|---|
//! | single frames: masks, bits, opcodes, lengths, control frames | `frames` |
//! | messages in several frames | `fragments` |
//! | text | `text` |
//! | compressed messages | `compressed` |
//! | size | `limits` |
//! | anything, in whatever pieces | `anything` |

mod anything;
mod compressed;
mod fragments;
mod frames;
mod limits;
mod text;

use super::*;

/// What the server's messages are limited to here, in bytes.
const MOST: usize = 1_000;

/// What the frames of these tests are masked with (RFC 6455, section 5.7).
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A server's decoder, without compression.
fn server() -> Decoder {
    Decoder::new(Role::Server, MOST, Inflation::Refused)
}

/// One for messages that are compressed each by itself.
fn apart() -> Decoder {
    Decoder::new(Role::Server, MOST, Inflation::Apart)
}

/// One for messages that may refer to those before.
fn together() -> Decoder {
    Decoder::new(Role::Server, MOST, Inflation::Together(Box::default()))
}

/// A message compressed by itself.
fn deflated(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate::deflate(message, 15, &mut out);
    out
}

/// A client's frame.
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

/// A server's frame.
fn unmasked(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u64;
    let length = match length {
        0..126 => length.to_be_bytes()[7..].to_vec(),
        126..0x1_0000 => [&[126], &length.to_be_bytes()[6..]].concat(),
        _ => [&[127], &length.to_be_bytes()[..]].concat(),
    };
    [&[first_byte], &length[..], payload].concat()
}

/// What is heard in `input`: at once, cut in two at every place and byte by byte, always the same.
fn heard(decoder: impl Fn() -> Decoder, input: &[u8]) -> Vec<String> {
    let told = listen(decoder(), [input]);
    assert_eq!(listen(decoder(), input.chunks(1)), told, "byte by byte");
    for cut in 0..input.len() {
        let (before, after) = input.split_at(cut);
        assert_eq!(listen(decoder(), [before, after]), told, "cut at {cut}");
    }
    told
}

/// How many bytes of what is refused have to come, until it is.
fn refused_after(decoder: impl Fn() -> Decoder, input: &[u8]) -> Option<usize> {
    let refused = |end: &usize| listen(decoder(), input[..*end].chunks(1)).iter().any(|line| line.starts_with('1'));
    (0..=input.len()).find(refused)
}

fn listen<'i>(mut decoder: Decoder, pieces: impl IntoIterator<Item = &'i [u8]>) -> Vec<String> {
    let (mut told, mut room) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (mut input, mut taken) = (piece.to_vec(), 0);
        while taken < input.len() {
            match decoder.read(&mut input[taken..], &mut room) {
                Ok(step) => {
                    told.extend(step.received.as_ref().map(tell));
                    taken += step.consumed;
                }
                Err(violation) => {
                    told.push(format!("{} {violation}", violation.close_code().0));
                    return told;
                }
            }
        }
    }
    told.extend(decoder.is_inside().then(|| "...".to_owned()));
    told
}

fn tell(received: &Received<'_>) -> String {
    match received {
        Received::Message(Kind::Text, payload) => format!("text {}", str::from_utf8(payload).expect("UTF-8")),
        Received::Message(Kind::Binary, payload) => format!("binary {}", payload.escape_ascii()),
        Received::Ping(payload) => format!("ping {}", payload.escape_ascii()),
        Received::Pong(payload) => format!("pong {}", payload.escape_ascii()),
        Received::Close(code, reason) => format!("close {} {reason}", code.0).trim_end().to_owned(),
    }
}
