//! The payload of a close frame (RFC 6455, sections 5.5.1 and 7.4).

use yodel_protocol::CloseCode;

use crate::frame::LONGEST_CONTROL;
use crate::utf8;
use crate::violation::Violation;

/// The longest reason, in bytes: what a control frame holds beside the code.
pub const LONGEST_REASON: usize = LONGEST_CONTROL - 2;

/// Reads code and reason; [`CloseCode::NO_CODE`] for an empty payload.
///
/// # Errors
/// When the code must not be on the wire, is half there, or is followed by what is no UTF-8.
pub fn parse(payload: &[u8]) -> Result<(CloseCode, &str), Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok((CloseCode::NO_CODE, "")) } else { Err(Violation::HalfCode) };
    };
    let code = u16::from_be_bytes(*code);
    if !may_be_sent(code) {
        return Err(Violation::CloseCode);
    }
    Ok((CloseCode(code), utf8::check(reason)?))
}

/// Section 7.4.2 and the IANA registry: the registered codes but 1004, 1005, 1006 and 1015, and all
/// that libraries and applications may use.
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The part of a reason that fits, cut between characters.
pub fn fitting(reason: &str) -> &str {
    let fits = (0..=reason.len().min(LONGEST_REASON)).rev().find(|&end| reason.is_char_boundary(end));
    &reason[..fits.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
        [&code.to_be_bytes()[..], reason].concat()
    }

    #[test]
    fn section_7_4_codes_that_may_be_sent() {
        for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
            assert_eq!(parse(&payload(code, "ça va".as_bytes())), Ok((CloseCode(code), "ça va")));
        }
    }

    #[test]
    fn section_7_4_codes_that_must_not() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 26479, 65535] {
            assert_eq!(parse(&payload(code, b"")), Err(Violation::CloseCode), "{code}");
        }
    }

    #[test]
    fn section_5_5_1_no_code_is_fine_and_half_a_code_is_not() {
        assert_eq!(parse(b""), Ok((CloseCode::NO_CODE, "")));
        assert_eq!(parse(b"\x03"), Err(Violation::HalfCode));
    }

    #[test]
    fn section_5_5_1_the_reason_is_utf_8() {
        assert_eq!(parse(&payload(1000, b"\xff")), Err(Violation::Utf8));
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(fitting("short"), "short");
        assert_eq!(fitting(&"é".repeat(100)).len(), 122);
        assert_eq!(fitting(&"x".repeat(200)).len(), LONGEST_REASON);
    }
}
