//! Words of a POSIX shell.

use super::{
    LeftOut,
    literal::{is_invisible, quote_with},
};
use std::fmt::Write;

/// Returns a text as one word. Invisible characters are written as escapes in `$'…'` (POSIX.1-2024, bash, zsh): pasted
/// into a terminal, they could end the paste and start a command.
///
/// # Errors
/// Returns [`LeftOut::Null`] for a text with U+0000, which no argument can contain.
pub fn quote(text: &str) -> Result<String, LeftOut> {
    if text.contains('\0') {
        return Err(LeftOut::Null);
    }
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:,+@-".contains(&byte);
    Ok(if !text.is_empty() && text.bytes().all(is_safe) {
        text.to_owned()
    } else if text.contains(is_invisible) {
        // In UTF-8, the encoding of a terminal.
        let escape = |char: char, word: &mut String| {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                push_octal(byte, word);
            }
        };
        // bash replaces `!` where it takes an escaped quotation mark for the end of the word.
        ["$", &quote_with(text, '\'', escape).replace('!', r"\041")].concat()
    } else {
        ["'", &text.replace('\'', r"'\''"), "'"].concat()
    })
}

/// Returns bytes as a format of `printf`.
pub fn printf_format(bytes: &[u8]) -> String {
    let mut word = String::from("'");
    for byte in bytes {
        push_octal(*byte, &mut word);
    }
    word + "'"
}

/// Appends an escape of three octal digits. A hexadecimal one would include the digits after it.
fn push_octal(byte: u8, word: &mut String) {
    let _ = write!(word, "\\{byte:03o}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_words() {
        for (text, word) in [
            ("ws://a:1/ws", "ws://a:1/ws"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("$HOME `id` \\ \"!*?&;", "'$HOME `id` \\ \"!*?&;'"),
            ("=a", "'=a'"),
            ("~", "'~'"),
            ("好 👋", "'好 👋'"),
            ("a\nb\t'\\", r"$'a\nb\t\'\\'"),
            ("\u{1b}[201~1\n", r"$'\033[201~1\n'"),
            ("it's!\n", r"$'it\'s\041\n'"),
            ("\u{9b}\u{202e}x", r"$'\302\233\342\200\256x'"),
        ] {
            assert_eq!(quote(text).as_deref(), Ok(word), "{text:?}");
        }
        assert_eq!(quote("a\0b"), Err(LeftOut::Null));
    }

    #[test]
    fn writes_bytes_as_octal_escapes() {
        assert_eq!(printf_format(&[0, 0x31, 0xff, b'%']), r"'\000\061\377\045'");
    }
}
