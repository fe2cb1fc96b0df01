//! The decoders as values, so that the page can download them.

use super::{
    base64::Base64,
    cbor::Cbor,
    detect::detect,
    message_pack::MessagePack,
    piece::{Decode, FormatNumber},
    protobuf::Protobuf,
};
use crate::model::content_format::ContentFormat;

/// Creates the decoder of a format; `None` for JSON, which the page formats itself.
type Open = fn(ContentFormat, FormatNumber) -> Option<Box<dyn Decode>>;

/// The decoders.
#[derive(Clone, Copy)]
pub struct Decoders {
    /// Returns the format of a message; `None` for plain text and for bytes of no known format.
    pub detect: fn(&[u8]) -> Option<ContentFormat>,
    /// Creates the decoder of a format.
    pub open: Open,
}

impl Decoders {
    /// Returns the decoders.
    pub fn new() -> Self {
        Self { detect, open }
    }
}

impl Default for Decoders {
    fn default() -> Self {
        Self::new()
    }
}

fn open(format: ContentFormat, number: FormatNumber) -> Option<Box<dyn Decode>> {
    Some(match format {
        ContentFormat::Json => return None,
        ContentFormat::MessagePack => Box::new(MessagePack::new(number)),
        ContentFormat::Cbor => Box::new(Cbor::new(number)),
        ContentFormat::Protobuf => Box::new(Protobuf::new(number)),
        ContentFormat::Base64 => Box::new(Base64::default()),
    })
}
