//! Header of a frame by the diagram of RFC 6455 §5.2.

use yodel_websocket::error::ProtocolError;
use yodel_websocket::frame::{Header, Opcode};

/// Header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub fin: bool,
    pub rsv1: bool,
    pub opcode: u8,
    pub key: Option<[u8; 4]>,
    pub length: u64,
}

/// Parses a header byte by byte; returns `None` if it is incomplete.
pub fn read(bytes: &[u8]) -> Result<Option<Head>, ProtocolError> {
    let mut bytes = bytes.iter().copied();
    let Some(first) = bytes.next() else { return Ok(None) };
    let (fin, rsv1, rsv2, rsv3) = (first >= 128, first / 64 % 2 == 1, first / 32 % 2 == 1, first / 16 % 2 == 1);
    let opcode = first % 16;
    if !matches!(opcode, 0..=2 | 8..=10) {
        return Err(ProtocolError::ReservedOpcode);
    }
    let Some(second) = bytes.next() else { return Ok(None) };
    if rsv2 || rsv3 {
        return Err(ProtocolError::ReservedBit);
    }
    let (masked, short) = (second >= 128, second % 128);
    if opcode >= 8 && !fin {
        return Err(ProtocolError::FragmentedControl);
    }
    if opcode >= 8 && short > 125 {
        return Err(ProtocolError::LongControl);
    }
    let (width, minimum) = match short {
        126 => (2, 126),
        127 => (8, 65_536),
        _ => (0, 0),
    };
    let mut length = if width == 0 { u64::from(short) } else { 0 };
    for _ in 0..width {
        let Some(byte) = bytes.next() else { return Ok(None) };
        length = length << 8 | u64::from(byte);
    }
    if length < minimum || length >= 1 << 63 {
        return Err(ProtocolError::Length);
    }
    let mut key = [0; 4];
    for part in key.iter_mut().filter(|_| masked) {
        let Some(byte) = bytes.next() else { return Ok(None) };
        *part = byte;
    }
    Ok(Some(Head { fin, rsv1, opcode, key: masked.then_some(key), length }))
}

impl From<&Header> for Head {
    fn from(header: &Header) -> Self {
        let opcode = match header.opcode {
            Opcode::Continuation => 0,
            Opcode::Text => 1,
            Opcode::Binary => 2,
            Opcode::Close => 8,
            Opcode::Ping => 9,
            Opcode::Pong => 10,
        };
        Self { fin: header.fin, rsv1: header.rsv1, opcode, key: header.mask, length: header.length }
    }
}
