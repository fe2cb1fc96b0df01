//! Incremental UTF-8 validation (RFC 6455 §8.1). An invalid byte is rejected on arrival, even in a character that is
//! split between fragments.

use crate::error::ProtocolError;

/// Maximum length of a character in bytes.
const LONGEST: usize = 4;

/// State of the validation: the bytes of an incomplete character.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8 {
    cut: [u8; LONGEST],
    length: usize,
}

impl Utf8 {
    /// Validates the next part of a text.
    ///
    /// # Errors
    /// Returns an error at the first byte that cannot continue valid UTF-8.
    pub fn feed(&mut self, mut piece: &[u8]) -> Result<(), ProtocolError> {
        while self.length > 0 {
            let Some((&byte, rest)) = piece.split_first() else { return Ok(()) };
            piece = rest;
            self.extend(byte)?;
        }
        let Err(error) = simdutf8::compat::from_utf8(piece) else { return Ok(()) };
        if error.error_len().is_some() {
            return Err(ProtocolError::Utf8);
        }
        let cut = &piece[error.valid_up_to()..];
        self.cut[..cut.len()].copy_from_slice(cut);
        self.length = cut.len();
        Ok(())
    }

    /// Ends the text.
    ///
    /// # Errors
    /// Returns an error if the text ends inside a character.
    pub fn finish(self) -> Result<(), ProtocolError> {
        if self.length == 0 { Ok(()) } else { Err(ProtocolError::Utf8) }
    }

    fn extend(&mut self, byte: u8) -> Result<(), ProtocolError> {
        self.cut[self.length] = byte;
        self.length += 1;
        match std::str::from_utf8(&self.cut[..self.length]) {
            Ok(_) => self.length = 0,
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return Err(ProtocolError::Utf8),
        }
        Ok(())
    }
}

/// Validates a complete text.
///
/// # Errors
/// Returns an error if the text is not UTF-8.
pub fn check(text: &[u8]) -> Result<&str, ProtocolError> {
    simdutf8::basic::from_utf8(text).map_err(|_| ProtocolError::Utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "κόσμε, 你好, \u{10ffff}\u{0}é";

    fn in_pieces<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Result<(), ProtocolError> {
        let mut utf8 = Utf8::default();
        for piece in pieces {
            utf8.feed(piece)?;
        }
        utf8.finish()
    }

    #[test]
    fn accepts_a_text_cut_anywhere() {
        let bytes = TEXT.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(in_pieces(pieces), Ok(()), "cut at {first} and {second}");
            }
        }
        assert_eq!(in_pieces(bytes.chunks(1)), Ok(()));
    }

    #[test]
    fn rejects_an_invalid_byte_immediately_inside_a_character() {
        // U+110000, a surrogate, an overlong slash: each is invalid at its second byte.
        for (first, second) in [(0xf4, 0x90), (0xed, 0xa0), (0xe0, 0x80), (0xc3, b'x')] {
            let mut utf8 = Utf8::default();
            assert_eq!(utf8.feed(&[b'a', first]), Ok(()));
            assert_eq!(utf8.feed(&[second]), Err(ProtocolError::Utf8), "{first:x} {second:x}");
        }
        for never in [0xff, 0xc0, 0x80, 0xf5] {
            assert_eq!(Utf8::default().feed(&[b'a', never]), Err(ProtocolError::Utf8), "{never:x}");
        }
    }

    #[test]
    fn rejects_a_text_that_ends_inside_a_character() {
        for end in 1..LONGEST {
            assert_eq!(in_pieces([&"\u{10ffff}".as_bytes()[..end]]), Err(ProtocolError::Utf8));
        }
        assert_eq!(check(b"\xe4\xbd"), Err(ProtocolError::Utf8));
        assert_eq!(check(TEXT.as_bytes()), Ok(TEXT));
    }
}
