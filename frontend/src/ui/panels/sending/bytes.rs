//! Parser for bytes in hexadecimal or Base64 form.

use crate::platform::encoding;

/// Format of the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Two digits per byte; whitespace is ignored.
    Hex,
    /// RFC 4648, section 4 or 5; padding is optional, whitespace is ignored.
    Base64,
}

/// The digits are not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// A character that is not a digit, and its position in characters, counted from 1.
    InvalidCharacter(char, usize),
    /// A digit is missing at the end.
    IncompleteByte,
}

/// Parses bytes.
///
/// # Errors
/// Returns the first error.
pub fn parse(digits: Digits, typed: &str) -> Result<Vec<u8>, ParseError> {
    let typed = typed.trim_end();
    let typed = if digits == Digits::Base64 { typed.trim_end_matches('=') } else { typed };
    let (width, value): (u32, fn(char) -> Option<u32>) = match digits {
        Digits::Hex => (4, |digit| digit.to_digit(16)),
        Digits::Base64 => (6, sextet),
    };
    let (mut bytes, mut pending, mut bits) = (Vec::with_capacity(typed.len()), 0_u32, 0);
    for (index, digit) in typed.chars().enumerate() {
        if digit.is_ascii_whitespace() {
            continue;
        }
        pending = (pending << width) | value(digit).ok_or(ParseError::InvalidCharacter(digit, index + 1))?;
        bits += width;
        if bits >= 8 {
            bits -= 8;
            bytes.push((pending >> bits).to_le_bytes()[0]);
            pending &= (1 << bits) - 1;
        }
    }
    // The remaining bits of Base64 must be zero. A whole digit, or other bits, belong to an incomplete byte.
    if bits >= width || pending != 0 { Err(ParseError::IncompleteByte) } else { Ok(bytes) }
}

fn sextet(digit: char) -> Option<u32> {
    let digit = match digit {
        '-' => '+',
        '_' => '/',
        other => other,
    };
    encoding::sextet(u8::try_from(digit).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding::encode as base64;

    #[test]
    fn parses_hex_digits() {
        let hex = |typed| parse(Digits::Hex, typed);
        assert_eq!(hex("0a 1F\n9c00"), Ok(vec![0x0a, 0x1f, 0x9c, 0]));
        assert_eq!(hex(""), Ok(Vec::new()));
        assert_eq!(hex("0a 1"), Err(ParseError::IncompleteByte));
        assert_eq!(hex("0"), Err(ParseError::IncompleteByte));
        assert_eq!(hex("0a xg"), Err(ParseError::InvalidCharacter('x', 4)));
        assert_eq!(hex("é0"), Err(ParseError::InvalidCharacter('é', 1)));
    }

    #[test]
    fn parses_base64() {
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(parse(Digits::Base64, text).unwrap(), bytes.as_bytes());
            assert_eq!(parse(Digits::Base64, text.trim_end_matches('=')).unwrap(), bytes.as_bytes());
        }
        assert_eq!(parse(Digits::Base64, "Zm8= \n").unwrap(), b"fo");
        assert_eq!(parse(Digits::Base64, "-_+/"), parse(Digits::Base64, "+/+/"));
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(parse(Digits::Base64, &base64(&all)), Ok(all));
    }

    #[test]
    fn rejects_invalid_base64() {
        assert_eq!(parse(Digits::Base64, "Zm9v!"), Err(ParseError::InvalidCharacter('!', 5)));
        assert_eq!(parse(Digits::Base64, "Zg=="), Ok(b"f".to_vec()));
        assert_eq!(parse(Digits::Base64, "Z"), Err(ParseError::IncompleteByte));
        assert_eq!(parse(Digits::Base64, "Zh"), Err(ParseError::IncompleteByte), "nonzero remaining bits");
        assert_eq!(parse(Digits::Base64, "Z=g"), Err(ParseError::InvalidCharacter('=', 2)));
    }
}
