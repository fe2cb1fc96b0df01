//! Header of a frame (RFC 6455 §5.2).

mod opcode;

use crate::error::ProtocolError;

pub use opcode::Opcode;

/// Maximum header length in bytes: two, an extended length of eight, and a masking key of four.
pub const MAX_HEADER: usize = 14;

/// Maximum payload of a control frame in bytes (RFC 6455 §5.5).
pub const MAX_CONTROL_PAYLOAD: usize = 125;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV2_AND_3: u8 = 0x30;
const OPCODE: u8 = 0x0f;
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7f;

/// Header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// True for the last frame of a message.
    pub fin: bool,
    /// True for the first frame of a compressed message (RFC 7692 §6).
    pub rsv1: bool,
    /// Type of the frame.
    pub opcode: Opcode,
    /// Masking key; present in every frame of a client and in no frame of a server.
    pub mask: Option<[u8; 4]>,
    /// Length of the payload in bytes.
    pub length: u64,
}

impl Header {
    /// Parses the header at the start of `bytes`; returns it with its length in bytes, or `None` if it is incomplete.
    ///
    /// # Errors
    /// Returns an error as soon as the bytes so far cannot begin a valid header.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, ProtocolError> {
        let &[first, second, ref rest @ ..] = bytes else {
            return bytes.first().map_or(Ok(None), |&first| Opcode::from_bits(first & OPCODE).map(|_| None));
        };
        let opcode = Opcode::from_bits(first & OPCODE)?;
        if first & RSV2_AND_3 != 0 {
            return Err(ProtocolError::ReservedBit);
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

    /// Appends the header with the shortest encoding of the length.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (bytes, length) = self.to_bytes();
        out.extend_from_slice(&bytes[..length]);
    }

    /// Returns the header with the shortest encoding of the length, and its own length in bytes.
    #[allow(clippy::cast_possible_truncation)] // Each length is checked before it is cut.
    pub fn to_bytes(&self) -> ([u8; MAX_HEADER], usize) {
        let mut bytes = [0; MAX_HEADER];
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

fn check_control(fin: bool, length: u8) -> Result<(), ProtocolError> {
    if !fin {
        return Err(ProtocolError::FragmentedControl);
    }
    if usize::from(length) > MAX_CONTROL_PAYLOAD {
        return Err(ProtocolError::LongControl);
    }
    Ok(())
}

/// Returns the payload length and the bytes after it, or `None` if it is incomplete.
fn extended_length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, ProtocolError> {
    let (length, rest, minimum) = match short {
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
    if length < minimum || length > i64::MAX.unsigned_abs() {
        return Err(ProtocolError::Length);
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
    fn section_5_7_encodes_and_decodes_the_examples() {
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
    fn round_trips_a_header_and_accepts_no_prefix_of_it() {
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
    fn section_5_2_rejects_reserved_opcodes_at_the_first_byte() {
        for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            assert_eq!(Header::parse(&[0x80 | opcode]), Err(ProtocolError::ReservedOpcode));
        }
    }

    #[test]
    fn section_5_2_rejects_reserved_bits_2_and_3() {
        for bits in [0x10, 0x20, 0x30] {
            assert_eq!(Header::parse(&[0x81 | bits, 0x80]), Err(ProtocolError::ReservedBit));
        }
    }

    #[test]
    fn section_5_2_requires_minimal_lengths_below_2_to_the_63() {
        for invalid in [
            &b"\x82\x7e\x00\x7d"[..],
            &b"\x82\x7e\x00\x00"[..],
            &b"\x82\x7f\0\0\0\0\0\0\xff\xff"[..],
            &b"\x82\x7f\x80\0\0\0\0\0\0\0"[..],
        ] {
            assert_eq!(Header::parse(invalid), Err(ProtocolError::Length), "{invalid:?}");
        }
    }

    #[test]
    fn section_5_5_rejects_fragmented_and_long_control_frames() {
        for opcode in [0x8, 0x9, 0xa] {
            assert_eq!(Header::parse(&[opcode, 0x80]), Err(ProtocolError::FragmentedControl));
            assert_eq!(Header::parse(&[0x80 | opcode, 0xfe]), Err(ProtocolError::LongControl));
            assert!(Header::parse(&[0x80 | opcode, 125]).is_ok());
        }
    }
}
