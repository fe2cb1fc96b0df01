//! State of an incomplete frame or message: all that a decoder without context takeover keeps between two reads.

use crate::error::ProtocolError;
use crate::frame::{Header, MAX_HEADER, Opcode};
use crate::mask;
use crate::message::Kind;
use crate::utf8::Utf8;

/// State of an incomplete frame or message.
#[derive(Debug, Default)]
pub struct Partial {
    pub header: PartialHeader,
    pub frame: Option<PartialFrame>,
    pub message: Option<PartialMessage>,
    /// Payload of a control frame, as far as received.
    pub control: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct PartialHeader {
    bytes: [u8; MAX_HEADER],
    length: usize,
}

/// A frame whose payload is incomplete.
#[derive(Debug)]
pub struct PartialFrame {
    pub header: Header,
    pub read: usize,
}

/// A message whose last frame has not arrived.
#[derive(Debug)]
pub struct PartialMessage {
    pub kind: Kind,
    pub compressed: bool,
    pub bytes: Vec<u8>,
    pub utf8: Utf8,
}

impl PartialHeader {
    /// Consumes input until the header is complete; returns it with the number of bytes consumed by this call.
    pub fn read(&mut self, input: &[u8]) -> Result<Option<(Header, usize)>, ProtocolError> {
        let before = self.length;
        let taken = input.len().min(MAX_HEADER - before);
        self.bytes[before..before + taken].copy_from_slice(&input[..taken]);
        self.length += taken;
        let Some((header, length)) = Header::parse(&self.bytes[..self.length])? else { return Ok(None) };
        self.length = 0;
        Ok(Some((header, length - before)))
    }
}

impl PartialFrame {
    /// Returns the next part of the payload, unmasked.
    pub fn next_piece<'b>(&mut self, input: &'b mut [u8]) -> &'b [u8] {
        let missing = usize::try_from(self.header.length).unwrap_or(usize::MAX) - self.read;
        let length = missing.min(input.len());
        let piece = &mut input[..length];
        unmask(piece, &self.header, self.read);
        self.read += length;
        piece
    }

    /// Skips at most `available` bytes of the payload, and returns their number.
    pub fn skip(&mut self, available: usize) -> usize {
        let missing = usize::try_from(self.header.length).unwrap_or(usize::MAX) - self.read;
        let length = missing.min(available);
        self.read += length;
        length
    }

    pub fn is_complete(&self) -> bool {
        self.read as u64 == self.header.length
    }
}

impl Partial {
    /// Returns the memory of the payloads, in bytes.
    pub fn memory(&self) -> usize {
        self.control.capacity() + self.message.as_ref().map_or(0, |message| message.bytes.capacity())
    }

    pub fn begin(&mut self, header: &Header) {
        let kind = match header.opcode {
            Opcode::Text => Kind::Text,
            Opcode::Binary => Kind::Binary,
            _ => return,
        };
        let (bytes, utf8) = (Vec::new(), Utf8::default());
        self.message = Some(PartialMessage { kind, compressed: header.rsv1, bytes, utf8 });
    }

    pub fn take_piece(&mut self, header: &Header, piece: &[u8]) -> Result<(), ProtocolError> {
        match &mut self.message {
            Some(message) if !header.opcode.is_control() => message.take_piece(piece),
            _ => {
                self.control.extend_from_slice(piece);
                Ok(())
            }
        }
    }
}

impl PartialMessage {
    fn take_piece(&mut self, piece: &[u8]) -> Result<(), ProtocolError> {
        if self.kind == Kind::Text && !self.compressed {
            self.utf8.feed(piece)?;
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}

/// Unmasks a part of a payload that begins at `offset`, in bytes.
pub fn unmask(payload: &mut [u8], header: &Header, offset: usize) {
    if let Some(key) = header.mask {
        mask::apply(payload, key, offset);
    }
}
