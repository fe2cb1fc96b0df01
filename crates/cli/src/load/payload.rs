//! What is sent, and whether what came is that.

use yodel_protocol::RoomName;

use super::common::Common;
use super::error::LoadError;
use super::numbered::DIGITS;
use super::room::{self, RoomFrames};
use crate::dial::excerpt;
use crate::dial::frame::Form;
use yodel_websocket::deflate::deflate;
use yodel_websocket::extension::MAX_WINDOW_BITS;
use yodel_websocket::frame::Opcode;

/// Words of a message; a message of nothing but one letter would compress to nothing.
const WORDS: [&str; 16] = [
    "alp", "bell", "call", "dale", "echo", "fold", "goat", "herd", "hill", "horn", "lake", "moss", "peak", "snow",
    "song", "vale",
];

/// The content of all messages of a run, ASCII.
#[derive(Debug)]
pub struct Payload {
    bytes: Vec<u8>,
    /// The same compressed, if that is offered.
    deflated: Option<Vec<u8>>,
    opcode: Opcode,
    /// Where it is published, if it is.
    room: Option<RoomFrames>,
}

impl Payload {
    /// One of this many bytes, the same each time.
    pub fn new(size: usize, common: &Common) -> Self {
        let bytes = text(size);
        let deflated = common.compression.then(|| deflated(&bytes));
        Self { bytes, deflated, opcode: if common.binary { Opcode::Binary } else { Opcode::Text }, room: None }
    }

    /// The same, published in a room.
    pub fn in_room(self, name: Option<&RoomName>) -> Self {
        Self { room: name.map(RoomFrames::new), ..self }
    }

    /// How it is sent to a server that takes compressed messages, or to one that does not.
    pub fn form(&self, compressed: bool) -> Form<'_> {
        match &self.deflated {
            Some(deflated) if compressed => Form { opcode: self.opcode, compressed: true, payload: deflated },
            _ => Form { opcode: self.opcode, compressed: false, payload: &self.bytes },
        }
    }

    /// Whether this is what came.
    ///
    /// # Errors
    /// With the begin of what came, when it is not.
    pub fn check(&self, received: &[u8]) -> Result<(), LoadError> {
        if self.is_end_of(received) {
            return Ok(());
        }
        Err(LoadError::Unexpected { length: received.len(), begin: excerpt(received) })
    }

    /// Whether this is the end of it: a server may say something before each message.
    fn is_end_of(&self, received: &[u8]) -> bool {
        received.ends_with(&self.bytes)
    }

    /// The same with a number at its begin, as [`form`](Self::form) has it; `bytes` holds it.
    pub fn numbered<'a>(&self, number: u64, compressed: bool, bytes: &'a mut Vec<u8>) -> Form<'a> {
        *bytes = format!("{number:0DIGITS$}").into_bytes();
        bytes.extend_from_slice(&self.bytes[DIGITS..]);
        if let Some(room) = &self.room {
            *bytes = room.publish(number, bytes);
        }
        if compressed {
            *bytes = deflated(bytes);
        }
        Form { opcode: self.opcode, compressed, payload: bytes }
    }

    /// The number of a message that is the end of what came; `None` for anything else.
    pub fn number_of(&self, received: &[u8]) -> Option<u64> {
        let received = if self.room.is_some() { room::data(received)? } else { received };
        let message = &received[received.len().checked_sub(self.bytes.len())?..];
        let (digits, rest) = message.split_at_checked(DIGITS)?;
        if rest != &self.bytes[DIGITS..] || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }
}

/// Compressed, so that it can be read whatever was sent before it.
fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate(payload, MAX_WINDOW_BITS, &mut out);
    out
}

/// Words, so many bytes.
fn text(size: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size + 8);
    let mut state: u32 = 1;
    while bytes.len() < size {
        // Numerical Recipes' generator: its upper bits are random enough for words.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend_from_slice(WORDS[(state >> 28) as usize].as_bytes());
        bytes.push(b' ');
    }
    bytes.truncate(size);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(size: usize) -> Payload {
        Payload { bytes: text(size), deflated: None, opcode: Opcode::Text, room: None }
    }

    fn numbered(payload: &Payload, number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        payload.numbered(number, false, &mut bytes).payload.to_vec()
    }

    #[test]
    fn a_payload_has_its_size_and_is_always_the_same_text() {
        for size in [1, 12, 64, 1000] {
            let payload = plain(size);
            assert_eq!(payload.bytes.len(), size);
            assert_eq!(payload.bytes, plain(size).bytes);
            assert!(payload.bytes.is_ascii());
        }
    }

    #[test]
    fn a_prefix_is_allowed_and_nothing_else() {
        let payload = plain(20);
        let text = String::from_utf8(payload.bytes.clone()).expect("ASCII");
        assert!(payload.is_end_of(text.as_bytes()));
        assert!(payload.is_end_of(format!("127.0.0.1:4 echo: {text}").as_bytes()));
        for wrong in [&text[1..], &format!("{text}!"), &text.replace(' ', "_"), ""] {
            assert!(!payload.is_end_of(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_read_back_also_behind_a_prefix() {
        let payload = plain(30);
        for number in [0, 7, 123_456_789_012] {
            let sent = numbered(&payload, number);
            assert_eq!(sent.len(), 30);
            assert_eq!(payload.number_of(&sent), Some(number));
            assert_eq!(payload.number_of(&[b"you: ", &sent[..]].concat()), Some(number));
        }
    }

    #[test]
    fn what_is_no_numbered_message_has_no_number() {
        let payload = plain(30);
        let sent = numbered(&payload, 5);
        let mut changed = sent.clone();
        changed[29] ^= 1;
        for wrong in [&sent[1..], &changed[..], &payload.bytes[..], b"", b"the time is 12:00:00"] {
            assert_eq!(payload.number_of(wrong), None);
        }
    }
}
