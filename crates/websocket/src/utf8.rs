//! Text is checked while it arrives (RFC 6455, section 8.1): what can only be wrong is refused at
//! once, also when a character is cut in two by a fragment.

use crate::violation::Violation;

/// The longest character, in bytes.
const LONGEST: usize = 4;

/// How far a text has been checked: the beginning of a character whose end has not come yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8 {
    cut: [u8; LONGEST],
    length: usize,
}

impl Utf8 {
    /// Checks the next piece of a text.
    ///
    /// # Errors
    /// At the first byte that no text goes on with.
    pub fn feed(&mut self, mut piece: &[u8]) -> Result<(), Violation> {
        while self.length > 0 {
            let Some((&byte, rest)) = piece.split_first() else { return Ok(()) };
            piece = rest;
            self.extend(byte)?;
        }
        let Err(error) = simdutf8::compat::from_utf8(piece) else { return Ok(()) };
        if error.error_len().is_some() {
            return Err(Violation::Utf8);
        }
        let cut = &piece[error.valid_up_to()..];
        self.cut[..cut.len()].copy_from_slice(cut);
        self.length = cut.len();
        Ok(())
    }

    /// The text ends here.
    ///
    /// # Errors
    /// When it ends inside a character.
    pub fn finish(self) -> Result<(), Violation> {
        if self.length == 0 { Ok(()) } else { Err(Violation::Utf8) }
    }

    fn extend(&mut self, byte: u8) -> Result<(), Violation> {
        self.cut[self.length] = byte;
        self.length += 1;
        match std::str::from_utf8(&self.cut[..self.length]) {
            Ok(_) => self.length = 0,
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return Err(Violation::Utf8),
        }
        Ok(())
    }
}

/// Checks a text that is all there.
///
/// # Errors
/// When it is not UTF-8.
pub fn check(text: &[u8]) -> Result<&str, Violation> {
    simdutf8::basic::from_utf8(text).map_err(|_| Violation::Utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "κόσμε, 你好, \u{10ffff}\u{0}é";

    fn in_pieces<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Result<(), Violation> {
        let mut utf8 = Utf8::default();
        for piece in pieces {
            utf8.feed(piece)?;
        }
        utf8.finish()
    }

    #[test]
    fn a_text_may_be_cut_anywhere() {
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
    fn a_wrong_byte_is_refused_at_once_even_inside_a_character() {
        // U+110000, a surrogate, an overlong slash: each is wrong at its second byte.
        for (first, second) in [(0xf4, 0x90), (0xed, 0xa0), (0xe0, 0x80), (0xc3, b'x')] {
            let mut utf8 = Utf8::default();
            assert_eq!(utf8.feed(&[b'a', first]), Ok(()));
            assert_eq!(utf8.feed(&[second]), Err(Violation::Utf8), "{first:x} {second:x}");
        }
        for never in [0xff, 0xc0, 0x80, 0xf5] {
            assert_eq!(Utf8::default().feed(&[b'a', never]), Err(Violation::Utf8), "{never:x}");
        }
    }

    #[test]
    fn a_text_does_not_end_inside_a_character() {
        for end in 1..LONGEST {
            assert_eq!(in_pieces([&"\u{10ffff}".as_bytes()[..end]]), Err(Violation::Utf8));
        }
        assert_eq!(check(b"\xe4\xbd"), Err(Violation::Utf8));
        assert_eq!(check(TEXT.as_bytes()), Ok(TEXT));
    }
}
