//! CBOR (RFC 8949), in a style close to its diagnostic notation (section 8).

use super::{
    literal::{push_bytes, push_string},
    outline::{Kind, Outline},
    piece::{DecodeError, ErrorKind, FormatNumber, Step},
};
use ciborium_ll::{Decoder, Error, Header};
use std::fmt::Write;

/// The negative number whose distance from -1 is the largest one; its digits do not fit into 64 bits.
const SMALLEST: &str = "-18446744073709551616";

/// Progress of decoding a sequence of values (RFC 8742).
pub struct Cbor {
    at: usize,
    outline: Outline,
    /// `true` if the open string in parts is text.
    has_text_parts: bool,
    number: FormatNumber,
}

impl Cbor {
    /// Creates a decoder at the start of a message.
    pub fn new(number: FormatNumber) -> Self {
        Self { at: 0, outline: Outline::default(), has_text_parts: false, number }
    }

    /// Returns whether a header may occur in a string in parts: only strings of the same type, and the end.
    fn is_part(&self, header: Header) -> bool {
        match header {
            Header::Break => true,
            Header::Text(Some(_)) => self.has_text_parts,
            Header::Bytes(Some(_)) => !self.has_text_parts,
            _ => false,
        }
    }

    fn push_scalar(&self, header: Header, data: &[u8], text: &mut String) {
        match header {
            Header::Positive(number) => drop(write!(text, "{number}")),
            Header::Negative(u64::MAX) => text.push_str(SMALLEST),
            Header::Negative(number) => drop(write!(text, "-{}", number + 1)),
            Header::Float(number) => text.push_str(&(self.number)(number)),
            Header::Simple(20) => text.push_str("false"),
            Header::Simple(21) => text.push_str("true"),
            Header::Simple(22) => text.push_str("null"),
            Header::Simple(23) => text.push_str("undefined"),
            Header::Simple(number) => drop(write!(text, "simple({number})")),
            Header::Bytes(_) => push_bytes(data, text),
            _ => push_string(data, text),
        }
    }
}

impl Step for Cbor {
    fn at(&self) -> usize {
        self.at
    }

    fn is_done(&self, bytes: &[u8]) -> bool {
        self.at >= bytes.len() && self.outline.is_complete()
    }

    fn is_one_value(&self) -> bool {
        self.at > 0 && self.outline.is_complete()
    }

    fn step(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        let at = self.at;
        let fail = |kind| DecodeError { at, kind };
        let mut decoder = Decoder::from(bytes.get(at..).unwrap_or_default());
        let header = decoder
            .pull()
            .map_err(|error| fail(if let Error::Io(_) = error { ErrorKind::Incomplete } else { ErrorKind::Invalid }))?;
        let after = at + decoder.offset();
        if self.outline.innermost() == Some(Kind::Parts) && !self.is_part(header) {
            return Err(fail(ErrorKind::Invalid));
        }
        let data = match header {
            Header::Bytes(Some(len)) | Header::Text(Some(len)) => {
                let end = after.checked_add(len).ok_or(fail(ErrorKind::Incomplete))?;
                bytes.get(after..end).ok_or(fail(ErrorKind::Incomplete))?
            }
            _ => &[],
        };
        self.at = after + data.len();
        if header == Header::Break {
            return self.outline.end(text).then_some(()).ok_or(fail(ErrorKind::Invalid));
        }
        self.outline.before_value(text);
        let len = |len: Option<usize>| len.map(|len| len as u64);
        match header {
            Header::Array(count) => self.outline.open(Kind::Array, len(count), at, text),
            Header::Map(count) => self.outline.open(Kind::Map, len(count), at, text),
            Header::Tag(tag) => {
                let _ = write!(text, "tag {tag}");
                self.outline.open(Kind::Tag, Some(1), at, text)
            }
            Header::Bytes(None) | Header::Text(None) => {
                self.has_text_parts = header == Header::Text(None);
                self.outline.open(Kind::Parts, None, at, text)
            }
            header => {
                self.push_scalar(header, data, text);
                self.outline.after_value(text);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
