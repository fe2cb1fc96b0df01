//! What is typed as hexadecimal digits or base64 -> bytes.

use crate::platform::encoding;

/// How bytes are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Two digits each, with or without spaces between them.
    Hex,
    /// RFC 4648, section 4 or 5; the padding may be left out.
    Base64,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// This character does not belong there; its place, counted from 1.
    InvalidCharacter(char, usize),
    /// A digit is missing at the end.
    IncompleteByte,
}

/// The bytes.
///
/// # Errors
/// The first thing that is wrong.
pub fn parse(digits: Digits, typed: &str) -> Result<Vec<u8>, ParseError> {
    let typed = typed.trim_end();
    let typed = if digits == Digits::Base64 { typed.trim_end_matches('=') } else { typed };
    let (width, value): (u32, fn(char) -> Option<u32>) = match digits {
        Digits::Hex => (4, |digit| digit.to_digit(16)),
        Digits::Base64 => (6, sextet),
    };
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(typed.len()), 0_u32, 0);
    for (place, digit) in typed.chars().enumerate() {
        if digit.is_ascii_whitespace() {
            continue;
        }
        held = (held << width) | value(digit).ok_or(ParseError::InvalidCharacter(digit, place + 1))?;
        bits += width;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
            held &= (1 << bits) - 1;
        }
    }
    // What is left of base64 is filled up with zeros; a whole digit, or one that says more, is half a byte.
    if bits >= width || held != 0 { Err(ParseError::IncompleteByte) } else { Ok(bytes) }
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
    fn hexadecimal_digits_are_bytes() {
        let hex = |typed| parse(Digits::Hex, typed);
        assert_eq!(hex("0a 1F\n9c00"), Ok(vec![0x0a, 0x1f, 0x9c, 0]));
        assert_eq!(hex(""), Ok(Vec::new()));
        assert_eq!(hex("0a 1"), Err(ParseError::IncompleteByte));
        assert_eq!(hex("0"), Err(ParseError::IncompleteByte));
        assert_eq!(hex("0a xg"), Err(ParseError::InvalidCharacter('x', 4)));
        assert_eq!(hex("é0"), Err(ParseError::InvalidCharacter('é', 1)));
    }

    #[test]
    fn base64_is_bytes_and_back() {
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
    fn wrong_base64_is_named() {
        assert_eq!(parse(Digits::Base64, "Zm9v!"), Err(ParseError::InvalidCharacter('!', 5)));
        assert_eq!(parse(Digits::Base64, "Zg=="), Ok(b"f".to_vec()));
        assert_eq!(parse(Digits::Base64, "Z"), Err(ParseError::IncompleteByte));
        assert_eq!(
            parse(Digits::Base64, "Zh"),
            Err(ParseError::IncompleteByte),
            "bits that say something are missing the rest"
        );
        assert_eq!(parse(Digits::Base64, "Z=g"), Err(ParseError::InvalidCharacter('=', 2)));
    }
}
