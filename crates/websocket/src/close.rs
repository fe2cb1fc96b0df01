//! Payload of a close frame (RFC 6455 §5.5.1 and §7.4).

use yodel_protocol::CloseCode;

use crate::error::ProtocolError;
use crate::frame::MAX_CONTROL_PAYLOAD;
use crate::utf8;

/// Maximum length of a reason in bytes: the payload limit of a control frame, minus the code.
pub const MAX_REASON: usize = MAX_CONTROL_PAYLOAD - 2;

/// Parses code and reason. An empty payload is [`CloseCode::NO_CODE`].
///
/// # Errors
/// Returns an error if the payload is a single byte, the code must not be sent, or the reason is not UTF-8.
pub fn parse(payload: &[u8]) -> Result<(CloseCode, &str), ProtocolError> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok((CloseCode::NO_CODE, "")) } else { Err(ProtocolError::TruncatedCloseCode) };
    };
    let code = u16::from_be_bytes(*code);
    if !may_be_sent(code) {
        return Err(ProtocolError::CloseCode);
    }
    Ok((CloseCode(code), utf8::check(reason)?))
}

/// Returns whether a close frame may have this code (RFC 6455 §7.4.2, IANA registry): registered codes except 1004,
/// 1005, 1006 and 1015, and those for libraries and applications.
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// Returns the longest prefix of a reason that fits into a close frame, cut at a character boundary.
pub fn truncate_reason(reason: &str) -> &str {
    let fits = (0..=reason.len().min(MAX_REASON)).rev().find(|&end| reason.is_char_boundary(end));
    &reason[..fits.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
        [&code.to_be_bytes()[..], reason].concat()
    }

    #[test]
    fn section_7_4_accepts_codes_that_may_be_sent() {
        for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
            assert_eq!(parse(&payload(code, "ça va".as_bytes())), Ok((CloseCode(code), "ça va")));
        }
    }

    #[test]
    fn section_7_4_rejects_reserved_codes() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 26479, 65535] {
            assert_eq!(parse(&payload(code, b"")), Err(ProtocolError::CloseCode), "{code}");
        }
    }

    #[test]
    fn section_5_5_1_accepts_an_empty_payload_but_not_a_single_byte() {
        assert_eq!(parse(b""), Ok((CloseCode::NO_CODE, "")));
        assert_eq!(parse(b"\x03"), Err(ProtocolError::TruncatedCloseCode));
    }

    #[test]
    fn section_5_5_1_rejects_a_reason_that_is_not_utf_8() {
        assert_eq!(parse(&payload(1000, b"\xff")), Err(ProtocolError::Utf8));
    }

    #[test]
    fn truncates_a_long_reason_at_a_character_boundary() {
        assert_eq!(truncate_reason("short"), "short");
        assert_eq!(truncate_reason(&"é".repeat(100)).len(), 122);
        assert_eq!(truncate_reason(&"x".repeat(200)).len(), MAX_REASON);
    }
}
