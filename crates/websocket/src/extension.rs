//! `Sec-WebSocket-Extensions` (RFC 6455, section 9.1) and what is agreed on from it: compression
//! (RFC 7692, section 7.1), or none.

use std::fmt;
use std::str::FromStr;

use crate::header::{self, Malformed};

/// The only extension there is.
pub const NAME: &str = "permessage-deflate";

/// The largest window, as the binary logarithm of its size in bytes (RFC 7692, section 7.1.2).
pub const LARGEST_WINDOW: u8 = 15;

/// The smallest one offered that is honoured. 8 is allowed by the RFC, but zlib cannot do it.
const SMALLEST_WINDOW: u8 = 9;

/// What compression may keep from one message to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeover {
    /// Nothing: a message is compressed once for all who get it, and a connection keeps no memory.
    Refused,
    /// What was sent before: better compression for 300 kB a connection.
    Allowed,
}

/// Compression as agreed with one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The client's window, within which the server's messages must stay: 9 to 15.
    pub server_window: u8,
    /// The client named its window and is told that it is honoured.
    named: bool,
    /// The server's messages may refer to earlier ones.
    pub server_takeover: bool,
    /// The client's messages may refer to earlier ones.
    pub client_takeover: bool,
}

/// The parameters of one offer (RFC 7692, section 7.1).
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    client_max_window_bits: bool,
}

/// Takes the first offer that can be taken; `None` when there is none.
///
/// # Errors
/// When the header is not as section 9.1 says; then the handshake fails.
pub fn agree<'v>(
    values: impl IntoIterator<Item = &'v str>,
    takeover: Takeover,
) -> Result<Option<Agreement>, Malformed> {
    let lists = values.into_iter().map(header::extensions).collect::<Result<Vec<_>, _>>()?;
    if !lists.is_empty() && lists.iter().all(Vec::is_empty) {
        return Err(Malformed); // A list has at least one element.
    }
    let mut offers = lists.iter().flatten().filter(|(name, _)| *name == NAME);
    Ok(offers.find_map(|(_, parameters)| Offer::read(parameters)).map(|offer| offer.answer(takeover)))
}

impl Offer {
    /// `None` for an offer that has to be declined: one with a parameter that is unknown, there
    /// twice, or has a value it cannot have (RFC 7692, section 7.1).
    fn read(parameters: &[(&str, Option<&str>)]) -> Option<Self> {
        let mut offer = Self::default();
        for &(name, value) in parameters {
            let first = match (name, value) {
                ("server_no_context_takeover", None) => !std::mem::replace(&mut offer.server_no_context_takeover, true),
                ("client_no_context_takeover", None) => !std::mem::replace(&mut offer.client_no_context_takeover, true),
                ("server_max_window_bits", Some(bits)) => {
                    let bits = window(bits).filter(|&bits| bits >= SMALLEST_WINDOW)?;
                    offer.server_max_window_bits.replace(bits).is_none()
                }
                ("client_max_window_bits", bits) => {
                    bits.is_none_or(|bits| window(bits).is_some())
                        && !std::mem::replace(&mut offer.client_max_window_bits, true)
                }
                _ => false,
            };
            if !first {
                return None;
            }
        }
        Some(offer)
    }

    fn answer(self, takeover: Takeover) -> Agreement {
        let allowed = takeover == Takeover::Allowed;
        Agreement {
            server_window: self.server_max_window_bits.unwrap_or(LARGEST_WINDOW),
            named: self.server_max_window_bits.is_some(),
            server_takeover: allowed && !self.server_no_context_takeover,
            client_takeover: allowed && !self.client_no_context_takeover,
        }
    }
}

/// A window's size: 8 to 15, without a leading zero (RFC 7692, section 7.1.2).
pub fn window(text: &str) -> Option<u8> {
    let bits = u8::from_str(text).ok()?;
    ((8..=LARGEST_WINDOW).contains(&bits) && !text.starts_with(['0', '+'])).then_some(bits)
}

impl fmt::Display for Agreement {
    /// The value of the response's `Sec-WebSocket-Extensions`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)?;
        if !self.server_takeover {
            f.write_str("; server_no_context_takeover")?;
        }
        if !self.client_takeover {
            f.write_str("; client_no_context_takeover")?;
        }
        if self.named {
            write!(f, "; server_max_window_bits={}", self.server_window)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    fn answer(offers: &[&str], takeover: Takeover) -> Option<String> {
        agree(offers.iter().copied(), takeover).expect("well formed").map(|agreement| agreement.to_string())
    }

    fn answers(offer: &str) -> Option<String> {
        answer(&[offer], Takeover::Refused)
    }

    #[test]
    fn what_browsers_offer_is_taken_without_takeover() {
        assert_eq!(answers("permessage-deflate; client_max_window_bits").as_deref(), Some(SHARED));
        assert_eq!(answers("permessage-deflate").as_deref(), Some(SHARED));
    }

    #[test]
    fn section_7_1_1_takeover_is_allowed_unless_it_is_declined() {
        let answer = |offer| answer(&[offer], Takeover::Allowed);
        assert_eq!(answer("permessage-deflate").as_deref(), Some("permessage-deflate"));
        assert_eq!(
            answer("permessage-deflate; server_no_context_takeover").as_deref(),
            Some("permessage-deflate; server_no_context_takeover")
        );
        assert_eq!(
            answer("permessage-deflate; client_no_context_takeover").as_deref(),
            Some("permessage-deflate; client_no_context_takeover")
        );
    }

    #[test]
    fn section_7_1_2_1_a_window_that_is_asked_for_is_honoured_and_said() {
        for bits in 9..=15 {
            let answer = answers(&format!("permessage-deflate; server_max_window_bits={bits}"));
            assert_eq!(answer, Some(format!("{SHARED}; server_max_window_bits={bits}")));
        }
        let quoted = answers("permessage-deflate; server_max_window_bits=\"10\"");
        assert_eq!(quoted, Some(format!("{SHARED}; server_max_window_bits=10")));
    }

    #[test]
    fn section_7_1_an_offer_that_is_wrong_is_declined() {
        for wrong in [
            "permessage-deflate; unknown",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_no_context_takeover=true",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=8",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_max_window_bits=09",
            "permessage-deflate; server_max_window_bits=ten",
            "permessage-deflate; client_max_window_bits=16",
            "x-webkit-deflate-frame",
            "permessage-bzip2",
        ] {
            assert_eq!(answers(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn section_5_the_first_offer_that_can_be_taken_is_taken() {
        let list = "permessage-deflate; server_max_window_bits=8, x-other; a=b, permessage-deflate; server_max_window_bits=12, permessage-deflate";
        assert_eq!(answers(list), Some(format!("{SHARED}; server_max_window_bits=12")));
        let headers = ["permessage-deflate; unknown", "", "permessage-deflate"];
        assert_eq!(answer(&headers, Takeover::Refused).as_deref(), Some(SHARED));
    }

    #[test]
    fn section_9_1_a_malformed_header_fails_even_after_a_good_offer() {
        for wrong in [
            "",
            " ,",
            "permessage-deflate, ;",
            "permessage-deflate; a=",
            "permessage-deflate; client_max_window_bits=\"\"",
            "permessage-deflate; =1",
            "a b",
            "a; b=\"c",
        ] {
            assert_eq!(agree([wrong], Takeover::Refused), Err(Malformed), "{wrong}");
        }
    }
}
