//! Base64 (RFC 4648) in the strings of JSON, or as a whole message: each with its path and what it decodes to.

use super::{
    literal::{MAX_STRING, is_printable, push_bytes, utf8},
    piece::{DecodeError, ErrorKind, Step},
};
use crate::platform::encoding;
use std::{borrow::Cow, fmt::Write};
use yodel_protocol::{
    Json,
    tokens::{TokenKind, Tokenizer},
};

/// Smallest number of digits; shorter words are seldom Base64.
const MIN_DIGITS: usize = 8;
/// Smallest number of digits of data that is not text.
const MIN_BINARY_DIGITS: usize = 16;
/// Largest number of levels of a path that are shown.
const MAX_PATH: usize = 32;
/// Largest number of characters of a name in a path.
const MAX_NAME: usize = 40;

/// Progress of the search in a message.
#[derive(Default)]
pub struct Base64 {
    tokens: Tokenizer,
    path: Vec<Place>,
    has_found: bool,
    /// Bytes that were searched, if the message is not JSON.
    searched: usize,
}

/// A place in an array or an object.
enum Place {
    Index(usize),
    Name(String),
}

impl Base64 {
    fn token(&mut self, json: &str, text: &mut String) -> Option<()> {
        let token = self.tokens.next(json)?;
        let end = self.tokens.at();
        let content = &json[end - token.length..end];
        match token.kind {
            TokenKind::Begin => {
                self.path.push(if content == "[" { Place::Index(0) } else { Place::Name(String::new()) });
            }
            TokenKind::End => drop(self.path.pop()),
            TokenKind::Comma => {
                if let Some(Place::Index(index)) = self.path.last_mut() {
                    *index += 1;
                }
            }
            TokenKind::Name => {
                if let Some(Place::Name(name)) = self.path.last_mut() {
                    *name = unescaped(content).chars().take(MAX_NAME).collect();
                }
            }
            TokenKind::Scalar if content.starts_with('"') => {
                if let Some(bytes) = decode(&unescaped(content)) {
                    self.push(&bytes, text);
                }
            }
            TokenKind::Scalar | TokenKind::Colon => {}
        }
        Some(())
    }

    fn push(&mut self, bytes: &[u8], text: &mut String) {
        text.push_str(if std::mem::replace(&mut self.has_found, true) { "\n\n" } else { "" });
        text.push('$');
        for place in self.path.iter().take(MAX_PATH) {
            let _ = match place {
                Place::Index(index) => write!(text, "[{index}]"),
                Place::Name(name) if is_identifier(name) => write!(text, ".{name}"),
                Place::Name(name) => write!(text, "[{}]", Json::string(name).text()),
            };
        }
        text.push_str(if self.path.len() > MAX_PATH { "…" } else { "" });
        let _ = writeln!(text, " ({} bytes)", bytes.len());
        match utf8(bytes, MAX_STRING).filter(|text| is_printable(text)) {
            Some(shown) => {
                text.push_str(shown);
                text.push_str(if shown.len() < bytes.len() { "…" } else { "" });
            }
            None => push_bytes(bytes, text),
        }
    }
}

impl Step for Base64 {
    fn at(&self) -> usize {
        self.tokens.at().max(self.searched)
    }

    fn is_done(&self, bytes: &[u8]) -> bool {
        self.at() >= bytes.len() && self.has_found
    }

    fn is_one_value(&self) -> bool {
        false
    }

    fn step(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        let at = self.tokens.at();
        let fail = |at, kind| Err(DecodeError { at, kind });
        let Ok(json) = str::from_utf8(bytes) else { return fail(0, ErrorKind::NoBase64) };
        if self.token(json, text).is_some() {
            return Ok(());
        }
        if self.tokens.is_complete() && json[self.tokens.at()..].trim().is_empty() {
            self.searched = bytes.len();
            return if self.has_found { Ok(()) } else { fail(0, ErrorKind::NoBase64) };
        }
        // The message is not JSON.
        if self.has_found {
            return fail(at, ErrorKind::Invalid);
        }
        self.searched = bytes.len();
        self.path.clear();
        let digits: String = json.split_whitespace().collect();
        match decode(&digits) {
            Some(bytes) => self.push(&bytes, text),
            None => return fail(0, ErrorKind::NoBase64),
        }
        Ok(())
    }
}

fn unescaped(string: &str) -> Cow<'_, str> {
    Json::read(string).and_then(|json| json.as_string().map(|text| text.into_owned().into())).unwrap_or_default()
}

/// Returns the bytes of a text that seems to be Base64: words and hexadecimal digits have its alphabet as well, but
/// rarely decode to text, and rarely have letters of both cases and digits.
fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if digits.len() < MIN_DIGITS || digits.len() % 4 == 1 || !digits.bytes().all(is_digit) {
        return None;
    }
    let mut standard = digits.replace('-', "+").replace('_', "/");
    while !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    let bytes = encoding::decode(&standard)?;
    let has = |class: fn(&u8) -> bool| digits.bytes().any(|byte| class(&byte));
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    let is_padded = digits.len() < text.len();
    let is_binary = digits.len() >= MIN_BINARY_DIGITS && (is_mixed || is_padded);
    let is_text = utf8(&bytes, MAX_STRING).is_some_and(is_printable);
    (is_text || is_binary).then_some(bytes)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
