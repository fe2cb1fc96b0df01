//! Decompression of messages.

use crate::deflate::{self, Inflater};
use crate::error::ProtocolError;

/// Decompression mode of a decoder.
#[derive(Debug)]
pub enum Inflation {
    /// Compression was not negotiated; a compressed message is a protocol error.
    Disabled,
    /// Each message is compressed independently.
    PerMessage,
    /// A message may refer to earlier ones.
    ContextTakeover(Box<Inflater>),
}

impl Inflation {
    /// Returns the memory of the context, in bytes.
    pub(super) fn memory(&self) -> usize {
        if matches!(self, Self::ContextTakeover(_)) { deflate::INFLATER_MEMORY } else { 0 }
    }

    /// Frees the context. Compressed frames stay valid, but their content can no longer be decompressed.
    pub(super) fn free(&mut self) {
        if matches!(self, Self::ContextTakeover(_)) {
            *self = Self::PerMessage;
        }
    }

    /// Appends the decompressed payload of a message, of at most `limit` bytes, to `out`.
    ///
    /// # Errors
    /// Returns an error if compression was not negotiated, the data is invalid, or the limit is exceeded.
    pub(super) fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), ProtocolError> {
        match self {
            Self::Disabled => Err(ProtocolError::ReservedBit),
            Self::PerMessage => deflate::inflate(compressed, limit, out),
            Self::ContextTakeover(inflater) => inflater.inflate(compressed, limit, out),
        }
    }
}
