//! One frame's header (RFC 6455, section 5.2): bytes to fields and back.

use crate::violation::Violation;

/// The longest header: two bytes, a length of eight, a mask of four.
pub const LONGEST_HEADER: usize = 14;

/// The longest payload of a control frame (RFC 6455, section 5.5).
pub const LONGEST_CONTROL: usize = 125;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV2_AND_3: u8 = 0x30;
const OPCODE: u8 = 0x0f;
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7f;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// More of the message before.
    Continuation,
    /// The beginning of a text.
    Text,
    /// The beginning of a binary message.
    Binary,
    /// The end of the connection.
    Close,
    /// A question whether anybody is there.
    Ping,
    /// The answer.
    Pong,
}

/// What stands before a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The last frame of its message.
    pub fin: bool,
    /// The first frame of a compressed message (RFC 7692, section 6).
    pub rsv1: bool,
    /// What the frame is.
    pub opcode: Opcode,
    /// The key its payload is masked with; clients always have one, servers never.
    pub mask: Option<[u8; 4]>,
    /// The payload's length in bytes.
    pub length: u64,
}

impl Opcode {
    /// Close, ping and pong may stand between the frames of a message.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }

    fn from_bits(bits: u8) -> Result<Self, Violation> {
        Ok(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            _ => return Err(Violation::ReservedOpcode),
        })
    }

    fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xa,
        }
    }
}

impl Header {
    /// Reads the header that `bytes` begin with, and says how long it is; `None` while it is not all
    /// there.
    ///
    /// # Errors
    /// What is wrong with it, as soon as that can be seen.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Violation> {
        let &[first, second, ref rest @ ..] = bytes else {
            return bytes.first().map_or(Ok(None), |&first| Opcode::from_bits(first & OPCODE).map(|_| None));
        };
        let opcode = Opcode::from_bits(first & OPCODE)?;
        if first & RSV2_AND_3 != 0 {
            return Err(Violation::ReservedBit);
        }
        let fin = first & FIN != 0;
        let short = second & LENGTH;
        if opcode.is_control() {
            check_control(fin, short)?;
        }
        let Some((length, rest)) = extended_length(short, rest)? else {
            return Ok(None);
        };
        let (mask, rest) = if second & MASK == 0 {
            (None, rest)
        } else {
            let Some((key, rest)) = rest.split_first_chunk() else {
                return Ok(None);
            };
            (Some(*key), rest)
        };
        Ok(Some((Self { fin, rsv1: first & RSV1 != 0, opcode, mask, length }, bytes.len() - rest.len())))
    }

    /// Appends the header, in its shortest form.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (bytes, length) = self.to_bytes();
        out.extend_from_slice(&bytes[..length]);
    }

    /// The header in its shortest form, and how many of the bytes it takes.
    #[allow(clippy::cast_possible_truncation)] // Each length is checked before it is cut.
    pub fn to_bytes(&self) -> ([u8; LONGEST_HEADER], usize) {
        let mut bytes = [0; LONGEST_HEADER];
        bytes[0] = self.opcode.bits() | if self.fin { FIN } else { 0 } | if self.rsv1 { RSV1 } else { 0 };
        let mut length = 2;
        match self.length {
            0..=125 => bytes[1] = self.length as u8,
            126..=0xffff => {
                bytes[1] = 126;
                bytes[2..4].copy_from_slice(&(self.length as u16).to_be_bytes());
                length = 4;
            }
            _ => {
                bytes[1] = 127;
                bytes[2..10].copy_from_slice(&self.length.to_be_bytes());
                length = 10;
            }
        }
        if let Some(key) = self.mask {
            bytes[1] |= MASK;
            bytes[length..length + 4].copy_from_slice(&key);
            length += 4;
        }
        (bytes, length)
    }
}

fn check_control(fin: bool, length: u8) -> Result<(), Violation> {
    if !fin {
        return Err(Violation::FragmentedControl);
    }
    if usize::from(length) > LONGEST_CONTROL {
        return Err(Violation::LongControl);
    }
    Ok(())
}

/// The length and what follows it; `None` while it is not all there.
fn extended_length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, Violation> {
    let (length, rest, least) = match short {
        126 => {
            let Some((bytes, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(*bytes)), rest, 126)
        }
        127 => {
            let Some((bytes, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(*bytes), rest, 0x1_0000)
        }
        short => (u64::from(short), rest, 0),
    };
    if length < least || length > i64::MAX.unsigned_abs() {
        return Err(Violation::Length);
    }
    Ok(Some((length, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Header = Header { fin: true, rsv1: false, opcode: Opcode::Text, mask: None, length: 5 };

    fn bytes(header: Header) -> Vec<u8> {
        let mut out = Vec::new();
        header.write(&mut out);
        out
    }

    #[test]
    fn the_examples_of_section_5_7() {
        assert_eq!(Header::parse(b"\x81\x05Hello"), Ok(Some((TEXT, 2))));
        let masked = Header { mask: Some([0x37, 0xfa, 0x21, 0x3d]), ..TEXT };
        assert_eq!(Header::parse(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Ok(Some((masked, 6))));
        let first = Header { fin: false, length: 3, ..TEXT };
        assert_eq!(Header::parse(b"\x01\x03Hel"), Ok(Some((first, 2))));
        let last = Header { opcode: Opcode::Continuation, length: 2, ..TEXT };
        assert_eq!(Header::parse(b"\x80\x02lo"), Ok(Some((last, 2))));
        let ping = Header { opcode: Opcode::Ping, ..TEXT };
        assert_eq!(Header::parse(b"\x89\x05Hello"), Ok(Some((ping, 2))));
        let binary = Header { opcode: Opcode::Binary, length: 256, ..TEXT };
        assert_eq!(Header::parse(b"\x82\x7e\x01\x00"), Ok(Some((binary, 4))));
        let large = Header { length: 65_536, ..binary };
        assert_eq!(Header::parse(b"\x82\x7f\0\0\0\0\0\x01\0\0"), Ok(Some((large, 10))));
    }

    #[test]
    fn what_is_written_is_read_back_and_no_part_of_it_is_a_header() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, u64::MAX >> 1] {
            for mask in [None, Some([0; 4]), Some([1, 2, 3, 4])] {
                for opcode in [Opcode::Continuation, Opcode::Text, Opcode::Binary] {
                    let header = Header { fin: length % 2 == 0, rsv1: length % 3 == 0, opcode, mask, length };
                    let bytes = bytes(header);
                    assert_eq!(Header::parse(&bytes), Ok(Some((header, bytes.len()))));
                    for part in 0..bytes.len() {
                        assert_eq!(Header::parse(&bytes[..part]), Ok(None), "{part} of {bytes:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn section_5_2_reserved_opcodes_are_refused_at_their_first_byte() {
        for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            assert_eq!(Header::parse(&[0x80 | opcode]), Err(Violation::ReservedOpcode));
        }
    }

    #[test]
    fn section_5_2_reserved_bits_2_and_3_are_refused() {
        for bits in [0x10, 0x20, 0x30] {
            assert_eq!(Header::parse(&[0x81 | bits, 0x80]), Err(Violation::ReservedBit));
        }
    }

    #[test]
    fn section_5_2_lengths_are_minimal_and_below_2_to_the_63() {
        for wrong in [
            &b"\x82\x7e\x00\x7d"[..],
            &b"\x82\x7e\x00\x00"[..],
            &b"\x82\x7f\0\0\0\0\0\0\xff\xff"[..],
            &b"\x82\x7f\x80\0\0\0\0\0\0\0"[..],
        ] {
            assert_eq!(Header::parse(wrong), Err(Violation::Length), "{wrong:?}");
        }
    }

    #[test]
    fn section_5_5_control_frames_are_whole_and_short() {
        for opcode in [0x8, 0x9, 0xa] {
            assert_eq!(Header::parse(&[opcode, 0x80]), Err(Violation::FragmentedControl));
            assert_eq!(Header::parse(&[0x80 | opcode, 0xfe]), Err(Violation::LongControl));
            assert!(Header::parse(&[0x80 | opcode, 125]).is_ok());
        }
    }
}
