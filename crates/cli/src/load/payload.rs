//! Content of messages, and validation of received ones.

use yodel_protocol::RoomName;

use super::common::CommonFlags;
use super::error::LoadError;
use super::numbered::DIGITS;
use super::room_frames::{self, RoomFrames};
use crate::dial::excerpt;
use crate::dial::frame::UnmaskedFrame;
use yodel_websocket::deflate::deflate;
use yodel_websocket::extension::MAX_WINDOW_BITS;
use yodel_websocket::frame::Opcode;

/// Words of a message; a message of one repeated letter would compress unrealistically well.
const WORDS: [&str; 16] = [
    "alp", "bell", "call", "dale", "echo", "fold", "goat", "herd", "hill", "horn", "lake", "moss", "peak", "snow",
    "song", "vale",
];

/// The content of all messages of a run, in ASCII.
#[derive(Debug)]
pub struct Payload {
    bytes: Vec<u8>,
    /// The same, compressed, if compression is offered.
    deflated: Option<Vec<u8>>,
    opcode: Opcode,
    /// Frames of the room in which it is published, if any.
    room: Option<RoomFrames>,
}

impl Payload {
    /// Creates a payload of this size, with the same content each time.
    pub fn new(size: usize, common: &CommonFlags) -> Self {
        let bytes = text(size);
        let deflated = common.compression.then(|| deflated(&bytes));
        Self { bytes, deflated, opcode: if common.binary { Opcode::Binary } else { Opcode::Text }, room: None }
    }

    /// Returns the payload, wrapped in `yodel.v1` frames of a room.
    pub fn in_room(self, name: Option<&RoomName>) -> Self {
        Self { room: name.map(RoomFrames::new), ..self }
    }

    /// Returns the frame to send.
    pub fn frame(&self, compressed: bool) -> UnmaskedFrame<'_> {
        match &self.deflated {
            Some(deflated) if compressed => UnmaskedFrame { opcode: self.opcode, compressed: true, payload: deflated },
            _ => UnmaskedFrame { opcode: self.opcode, compressed: false, payload: &self.bytes },
        }
    }

    /// Checks a received message.
    ///
    /// # Errors
    /// Returns [`LoadError::UnexpectedMessage`] if the message does not end with the payload.
    pub fn check(&self, received: &[u8]) -> Result<(), LoadError> {
        if self.is_end_of(received) {
            return Ok(());
        }
        Err(LoadError::UnexpectedMessage { length: received.len(), excerpt: excerpt(received) })
    }

    /// Returns whether the message ends with the payload: a server may prepend a prefix.
    fn is_end_of(&self, received: &[u8]) -> bool {
        received.ends_with(&self.bytes)
    }

    /// Returns the frame to send with a number at its start, like [`frame`](Self::frame); `bytes` holds its payload.
    pub fn numbered<'a>(&self, number: u64, compressed: bool, bytes: &'a mut Vec<u8>) -> UnmaskedFrame<'a> {
        *bytes = format!("{number:0DIGITS$}").into_bytes();
        bytes.extend_from_slice(&self.bytes[DIGITS..]);
        if let Some(room) = &self.room {
            *bytes = room.publish(number, bytes);
        }
        if compressed {
            *bytes = deflated(bytes);
        }
        UnmaskedFrame { opcode: self.opcode, compressed, payload: bytes }
    }

    /// Returns the number of a received message, which may have a prefix; `None` for other messages.
    pub fn number_of(&self, received: &[u8]) -> Option<u64> {
        let received = if self.room.is_some() { room_frames::data(received)? } else { received };
        let message = &received[received.len().checked_sub(self.bytes.len())?..];
        let (digits, rest) = message.split_at_checked(DIGITS)?;
        if rest != &self.bytes[DIGITS..] || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }
}

/// Compresses without context from earlier messages.
fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate(payload, MAX_WINDOW_BITS, &mut out);
    out
}

/// Returns words, cut to `size` bytes.
fn text(size: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size + 8);
    let mut state: u32 = 1;
    while bytes.len() < size {
        // The linear congruential generator of Numerical Recipes: its upper bits are random enough.
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
    fn creates_the_same_payload_each_time() {
        for size in [1, 12, 64, 1000] {
            let payload = plain(size);
            assert_eq!(payload.bytes.len(), size);
            assert_eq!(payload.bytes, plain(size).bytes);
            assert!(payload.bytes.is_ascii());
        }
    }

    #[test]
    fn accepts_only_a_prefix() {
        let payload = plain(20);
        let text = String::from_utf8(payload.bytes.clone()).expect("ASCII");
        assert!(payload.is_end_of(text.as_bytes()));
        assert!(payload.is_end_of(format!("127.0.0.1:4 echo: {text}").as_bytes()));
        for invalid in [&text[1..], &format!("{text}!"), &text.replace(' ', "_"), ""] {
            assert!(!payload.is_end_of(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn parses_the_number_after_a_prefix() {
        let payload = plain(30);
        for number in [0, 7, 123_456_789_012] {
            let sent = numbered(&payload, number);
            assert_eq!(sent.len(), 30);
            assert_eq!(payload.number_of(&sent), Some(number));
            assert_eq!(payload.number_of(&[b"you: ", &sent[..]].concat()), Some(number));
        }
    }

    #[test]
    fn finds_no_number_in_other_messages() {
        let payload = plain(30);
        let sent = numbered(&payload, 5);
        let mut changed = sent.clone();
        changed[29] ^= 1;
        for invalid in [&sent[1..], &changed[..], &payload.bytes[..], b"", b"the time is 12:00:00"] {
            assert_eq!(payload.number_of(invalid), None);
        }
    }
}
