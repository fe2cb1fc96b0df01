//! Text as bytes.

/// Bytes of the smallest envelope around a text: `{"id":1,"type":"echo","data":""}`. A text that exceeds the limit with
/// these bytes cannot be sent. The session checks the exact size of the envelope.
pub const ENVELOPE_BYTES: usize = 32;

/// Returns the length in bytes of a text as a JSON string (RFC 8259 §7), without quotes.
pub fn json_len(text: &str) -> usize {
    let len = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(len).sum()
}

/// Returns the greatest index up to `at` that is not inside a UTF-8 character.
pub fn boundary(text: &[u8], at: usize) -> usize {
    let inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (0..=at.min(text.len())).rev().find(|at| !inside(at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_a_text_as_json() {
        let all: String = (0..=0xff_u32).filter_map(char::from_u32).collect();
        for text in ["", "hello", "\"quoted\" \\ \n", "好", &all] {
            assert_eq!(json_len(text) + 2, serde_json::to_string(text).unwrap().len(), "{text:?}");
        }
    }
}
