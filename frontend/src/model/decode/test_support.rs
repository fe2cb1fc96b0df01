//! Test support: decodes messages that are written as hexadecimal digits.

use super::piece::{Decode, DecodeError, Piece};

/// Returns the bytes of hexadecimal digits; spaces are ignored.
pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.bytes().filter(|digit| *digit != b' ').collect();
    digits.chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// Formats a number as browsers do.
pub fn number(number: f64) -> String {
    if number.is_infinite() { format!("{}Infinity", if number < 0.0 { "-" } else { "" }) } else { number.to_string() }
}

/// Decodes a whole message. Returns its text and the error after it.
pub fn decode(mut decoder: impl Decode, bytes: &[u8]) -> (String, Option<DecodeError>) {
    let mut all = String::new();
    loop {
        let Piece { text, at, error } = decoder.piece(bytes, 100);
        all += &text;
        if error.is_some() || at >= bytes.len() && decoder.piece(bytes, 100) == (Piece { at, ..Piece::default() }) {
            return (all, error);
        }
    }
}
