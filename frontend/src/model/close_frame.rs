//! Code and reason of a close frame as a user types them.

/// Largest length of a close reason in bytes (RFC 6455, section 5.5: 125 bytes with the code).
pub const MAX_REASON_BYTES: usize = 123;

/// Parses a close code that browsers let a page send (`WebSocket` API, section 3.1): 1000, or 3000 to 4999; `None`
/// for anything else.
pub fn parse_code(typed: &str) -> Option<u16> {
    typed.trim().parse().ok().filter(|code| matches!(code, 1000 | 3000..=4999))
}

/// Returns whether a close frame has room for this reason.
pub fn has_room(reason: &str) -> bool {
    reason.len() <= MAX_REASON_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_codes_that_browsers_permit() {
        for (typed, code) in [("1000", 1000), (" 3000 ", 3000), ("4999", 4999), ("04001", 4001)] {
            assert_eq!(parse_code(typed), Some(code), "{typed}");
        }
        for typed in ["", "999", "1001", "1006", "2999", "5000", "-1", "70000", "4001.5", "4e3", "code"] {
            assert_eq!(parse_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn limits_a_reason_in_bytes() {
        assert!(has_room("") && has_room(&"x".repeat(123)) && has_room(&"\u{5173}".repeat(41)));
        assert!(!has_room(&"x".repeat(124)) && !has_room(&"\u{5173}".repeat(42)));
    }
}
