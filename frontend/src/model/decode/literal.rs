//! Strings and bytes as text.

use std::fmt::Write;
use yodel_protocol::Json;

/// Largest number of bytes of a string that are shown.
pub(super) const MAX_STRING: usize = 16 << 10;
/// Largest number of bytes of binary data that are shown.
pub(super) const MAX_BYTES: usize = 1 << 10;

/// Appends a string in quotes, or the bytes of one that is not UTF-8. A long string ends with an ellipsis and its size.
pub(super) fn push_string(bytes: &[u8], text: &mut String) {
    let Some(shown) = utf8(bytes, MAX_STRING) else {
        push_bytes(bytes, text);
        return text.push_str(" (invalid UTF-8)");
    };
    let json = Json::string(shown);
    let json = json.text();
    let is_whole = shown.len() == bytes.len();
    text.push_str(if is_whole { json } else { json.strip_suffix('"').unwrap_or(json) });
    push_size(shown.len(), bytes.len(), "…\"", text);
}

/// Appends bytes as in the diagnostic notation of CBOR (RFC 8949, section 8): `h'00ff'`.
pub(super) fn push_bytes(bytes: &[u8], text: &mut String) {
    let shown = &bytes[..bytes.len().min(MAX_BYTES)];
    text.push_str("h'");
    for byte in shown {
        let _ = write!(text, "{byte:02x}");
    }
    if shown.len() == bytes.len() {
        text.push('\'');
    }
    push_size(shown.len(), bytes.len(), "…'", text);
}

fn push_size(shown: usize, size: usize, end: &str, text: &mut String) {
    if shown < size {
        let _ = write!(text, "{end} ({size} bytes)");
    }
}

/// Returns the text at the start of bytes, at most about `max_len` bytes of it; `None` if that is not UTF-8.
pub(super) fn utf8(bytes: &[u8], max_len: usize) -> Option<&str> {
    let head = &bytes[..bytes.len().min(max_len)];
    str::from_utf8(head).ok().or_else(|| {
        let error = str::from_utf8(head).err()?;
        let is_cut = head.len() < bytes.len() && error.error_len().is_none();
        str::from_utf8(&head[..error.valid_up_to()]).ok().filter(|_| is_cut)
    })
}

/// Returns whether a text has no control characters other than tabs and line breaks.
pub(super) fn is_printable(text: &str) -> bool {
    text.chars().all(|char| !char.is_control() || matches!(char, '\t' | '\r' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(bytes: &[u8]) -> String {
        let mut text = String::new();
        push_string(bytes, &mut text);
        text
    }

    #[test]
    fn quotes_strings_and_names_what_is_not_utf8() {
        assert_eq!(string(b"a\"\n"), r#""a\"\n""#);
        assert_eq!(string(&[0xff, 0]), "h'ff00' (invalid UTF-8)");
    }

    #[test]
    fn shortens_long_values_and_states_their_size() {
        let long = string(&vec![b'x'; MAX_STRING + 1]);
        assert!(long.ends_with("xx…\" (16385 bytes)"), "{}", &long[long.len() - 40..]);
        let mut text = String::new();
        push_bytes(&[0xab; MAX_BYTES + 1], &mut text);
        assert!(text.starts_with("h'abab") && text.ends_with("ab…' (1025 bytes)"));
    }

    #[test]
    fn control_characters_are_not_printable() {
        assert!(is_printable("a\tb\r\nü"));
        assert!(!is_printable("a\0") && !is_printable("\x7f"));
    }

    #[test]
    fn cuts_a_text_between_characters() {
        assert_eq!(utf8("aé".as_bytes(), 2), Some("a"));
        assert_eq!(utf8("aé".as_bytes(), 3), Some("aé"));
        assert_eq!(utf8(b"a\xc3", 2), None, "it ends within a character");
        assert_eq!(utf8(&[0x80; 9], 4), None);
    }
}
