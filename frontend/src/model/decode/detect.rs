//! The format of a message, guessed from its content.

use super::{
    base64::Base64,
    cbor::Cbor,
    literal::{is_printable, utf8},
    message_pack::MessagePack,
    piece::{Decode, Step},
    protobuf::Protobuf,
};
use crate::model::content_format::ContentFormat;
use yodel_protocol::tokens::Tokenizer;

/// Number of bytes at the start of a message that are examined.
const MAX_BYTES: usize = 64 << 10;

/// Returns the format of a message; `None` for plain text and for bytes of no known format.
pub fn detect(bytes: &[u8]) -> Option<ContentFormat> {
    if bytes.is_empty() {
        return None;
    }
    if let Some(head) = utf8(bytes, MAX_BYTES).filter(|text| is_printable(text)) {
        let has_base64 = !Base64::default().piece(head.as_bytes(), 1).text.is_empty();
        return if has_base64 {
            Some(ContentFormat::Base64)
        } else {
            is_json(head, head.len() < bytes.len()).then_some(ContentFormat::Json)
        };
    }
    // A single number or string could be in any format, so these are the last ones to be tried.
    if is_container(bytes, is_message_pack_container) && is_valid(MessagePack::new(no_number), bytes) {
        Some(ContentFormat::MessagePack)
    } else if is_container(bytes, is_cbor_container) && is_valid(Cbor::new(no_number), bytes) {
        Some(ContentFormat::Cbor)
    } else if is_valid(Protobuf::new(no_number), bytes) {
        Some(ContentFormat::Protobuf)
    } else if is_valid(MessagePack::new(no_number), bytes) {
        Some(ContentFormat::MessagePack)
    } else if is_valid(Cbor::new(no_number), bytes) {
        Some(ContentFormat::Cbor)
    } else {
        None
    }
}

fn is_container(bytes: &[u8], of: fn(u8) -> bool) -> bool {
    bytes.first().is_some_and(|first| of(*first))
}

/// Returns whether a value that begins with this byte is an array or a map of `MessagePack`.
fn is_message_pack_container(first: u8) -> bool {
    matches!(first, 0x80..=0x9f | 0xdc..=0xdf)
}

/// Returns whether a value that begins with this byte is an array, a map or a tag of CBOR.
fn is_cbor_container(first: u8) -> bool {
    matches!(first, 0x80..=0xdb)
}

/// Returns whether a decoder finds one value without an error, in the examined part of the message.
fn is_valid(mut decoder: impl Step, bytes: &[u8]) -> bool {
    let mut text = String::new();
    while decoder.at() < bytes.len().min(MAX_BYTES) {
        if decoder.step(bytes, &mut text).is_err() {
            return false;
        }
        text.clear();
        if decoder.is_one_value() {
            return decoder.at() == bytes.len();
        }
    }
    decoder.at() >= MAX_BYTES || decoder.is_done(bytes)
}

fn is_json(text: &str, is_cut: bool) -> bool {
    let mut tokens = Tokenizer::default();
    while tokens.next(text).is_some() {}
    let rest = text[tokens.at()..].trim();
    (tokens.is_complete() && rest.is_empty()) || (is_cut && tokens.depth() > 0)
}

/// Numbers are not shown.
fn no_number(_: f64) -> String {
    String::new()
}

#[cfg(test)]
mod tests;
