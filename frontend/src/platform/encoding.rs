//! Bytes as text: base64 (RFC 4648, section 4) and hexadecimal digits.

use std::fmt::Write;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Returns the bytes of a base64 text; `None` when it is incomplete or has other characters.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let padding = digits.iter().rev().take_while(|digit| **digit == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for quad in digits[..digits.len() - padding].chunks(4) {
        let mut bits = 0;
        for digit in quad {
            bits = bits << 6 | sextet(*digit)?;
        }
        bits <<= 6 * (4 - quad.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..quad.len()]);
    }
    Some(bytes)
}

/// Returns bytes as base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    encode_into(bytes, &mut text);
    text
}

/// Appends bytes as base64 with padding.
pub fn encode_into(bytes: &[u8], text: &mut String) {
    for three in bytes.chunks(3) {
        let byte = |index: usize| usize::from(three.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * index)) & 63];
            text.push(if index > three.len() { '=' } else { char::from(digit) });
        }
    }
}

/// Returns the value of a base64 digit.
pub fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// Returns the first `most` bytes as hexadecimal digits with spaces between them, and an ellipsis when
/// there are more.
pub fn hex(bytes: &[u8], most: usize) -> String {
    let head = &bytes[..bytes.len().min(most)];
    let mut hex = String::with_capacity(head.len() * 3 + 4);
    for byte in head {
        let _ = write!(hex, "{byte:02x} ");
    }
    hex.push_str(if head.len() < bytes.len() { "…" } else { "" });
    hex.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn decodes_the_vectors_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("+/9+"), Some(vec![0xfb, 0xff, 0x7e]));
    }

    #[test]
    fn rejects_invalid_base64() {
        for text in ["Z", "Zg", "Zg=", "Zg=a", "Z===", "====", "Zm9v\n", "Zm-_", "Zé=="] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn encoding_inverts_decoding() {
        let all: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 2, 3, 255, 256] {
            assert_eq!(decode(&encode(&all[..length])), Some(all[..length].to_vec()), "{length}");
        }
    }

    #[test]
    fn hex_truncates_with_an_ellipsis() {
        assert_eq!(hex(&[0x0a, 0xff], 2), "0a ff");
        assert_eq!(hex(&[0x0a, 0xff, 1], 2), "0a ff …");
        assert_eq!(hex(&[], 2), "");
    }
}
