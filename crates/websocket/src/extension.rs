//! Negotiation of permessage-deflate (RFC 7692 §7.1) in `Sec-WebSocket-Extensions` (RFC 6455 §9.1).

use std::fmt;
use std::str::FromStr;

use crate::header::{self, Malformed};

/// Name of the only supported extension.
pub const NAME: &str = "permessage-deflate";

/// Largest window, as the binary logarithm of its size in bytes (RFC 7692 §7.1.2).
pub const MAX_WINDOW_BITS: u8 = 15;

/// Smallest supported window. The RFC permits 8, but zlib does not support it.
const MIN_WINDOW_BITS: u8 = 9;

/// Permission to negotiate context takeover (RFC 7692 §7.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextTakeover {
    /// Each message is compressed independently: a broadcast is compressed once, and an idle connection keeps no state.
    Disabled,
    /// Messages may refer to earlier ones. Improves the ratio, and takes 300 kB per connection.
    Enabled,
}

/// Negotiated compression parameters of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeflateParams {
    /// Binary logarithm of the window that the server's messages must stay within: 9 to 15.
    pub server_window: u8,
    /// `true` if the client requested this window, so that the response must confirm it.
    names_window: bool,
    /// `true` if the server's messages may refer to earlier ones.
    pub server_context_takeover: bool,
    /// `true` if the client's messages may refer to earlier ones.
    pub client_context_takeover: bool,
}

/// Parameters of one offer (RFC 7692 §7.1).
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    client_max_window_bits: bool,
}

/// Accepts the first acceptable offer of the `Sec-WebSocket-Extensions` fields; returns `None` without one.
///
/// # Errors
/// Returns an error if the header is malformed (RFC 6455 §9.1); the handshake must fail then.
pub fn negotiate<'v>(
    values: impl IntoIterator<Item = &'v str>,
    takeover: ContextTakeover,
) -> Result<Option<DeflateParams>, Malformed> {
    let lists = values.into_iter().map(header::extensions).collect::<Result<Vec<_>, _>>()?;
    if !lists.is_empty() && lists.iter().all(Vec::is_empty) {
        return Err(Malformed); // A list has at least one element.
    }
    let mut offers = lists.iter().flatten().filter(|(name, _)| *name == NAME);
    Ok(offers.find_map(|(_, parameters)| Offer::read(parameters)).map(|offer| offer.accept(takeover)))
}

impl Offer {
    /// Returns `None` for an offer that must be declined: a parameter is unknown, repeated, or has an invalid value
    /// (RFC 7692 §7.1).
    fn read(parameters: &[(&str, Option<&str>)]) -> Option<Self> {
        let mut offer = Self::default();
        for &(name, value) in parameters {
            let first = match (name, value) {
                ("server_no_context_takeover", None) => !std::mem::replace(&mut offer.server_no_context_takeover, true),
                ("client_no_context_takeover", None) => !std::mem::replace(&mut offer.client_no_context_takeover, true),
                ("server_max_window_bits", Some(bits)) => {
                    let bits = window(bits).filter(|&bits| bits >= MIN_WINDOW_BITS)?;
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

    fn accept(self, takeover: ContextTakeover) -> DeflateParams {
        let enabled = takeover == ContextTakeover::Enabled;
        DeflateParams {
            server_window: self.server_max_window_bits.unwrap_or(MAX_WINDOW_BITS),
            names_window: self.server_max_window_bits.is_some(),
            server_context_takeover: enabled && !self.server_no_context_takeover,
            client_context_takeover: enabled && !self.client_no_context_takeover,
        }
    }
}

/// Parses a window size: 8 to 15, without a leading zero (RFC 7692 §7.1.2).
pub fn window(text: &str) -> Option<u8> {
    let bits = u8::from_str(text).ok()?;
    ((8..=MAX_WINDOW_BITS).contains(&bits) && !text.starts_with(['0', '+'])).then_some(bits)
}

impl fmt::Display for DeflateParams {
    /// Formats the value of the response's `Sec-WebSocket-Extensions`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)?;
        if !self.server_context_takeover {
            f.write_str("; server_no_context_takeover")?;
        }
        if !self.client_context_takeover {
            f.write_str("; client_no_context_takeover")?;
        }
        if self.names_window {
            write!(f, "; server_max_window_bits={}", self.server_window)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    fn response(offers: &[&str], takeover: ContextTakeover) -> Option<String> {
        negotiate(offers.iter().copied(), takeover).expect("well formed").map(|params| params.to_string())
    }

    fn negotiated(offer: &str) -> Option<String> {
        response(&[offer], ContextTakeover::Disabled)
    }

    #[test]
    fn accepts_the_offers_of_browsers_without_context_takeover() {
        assert_eq!(negotiated("permessage-deflate; client_max_window_bits").as_deref(), Some(SHARED));
        assert_eq!(negotiated("permessage-deflate").as_deref(), Some(SHARED));
    }

    #[test]
    fn section_7_1_1_allows_context_takeover_unless_it_is_declined() {
        let response = |offer| response(&[offer], ContextTakeover::Enabled);
        assert_eq!(response("permessage-deflate").as_deref(), Some("permessage-deflate"));
        assert_eq!(
            response("permessage-deflate; server_no_context_takeover").as_deref(),
            Some("permessage-deflate; server_no_context_takeover")
        );
        assert_eq!(
            response("permessage-deflate; client_no_context_takeover").as_deref(),
            Some("permessage-deflate; client_no_context_takeover")
        );
    }

    #[test]
    fn section_7_1_2_1_confirms_a_requested_window() {
        for bits in 9..=15 {
            let response = negotiated(&format!("permessage-deflate; server_max_window_bits={bits}"));
            assert_eq!(response, Some(format!("{SHARED}; server_max_window_bits={bits}")));
        }
        let quoted = negotiated("permessage-deflate; server_max_window_bits=\"10\"");
        assert_eq!(quoted, Some(format!("{SHARED}; server_max_window_bits=10")));
    }

    #[test]
    fn section_7_1_declines_an_invalid_offer() {
        for invalid in [
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
            assert_eq!(negotiated(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn section_5_accepts_the_first_acceptable_offer() {
        let list = "permessage-deflate; server_max_window_bits=8, x-other; a=b, permessage-deflate; server_max_window_bits=12, permessage-deflate";
        assert_eq!(negotiated(list), Some(format!("{SHARED}; server_max_window_bits=12")));
        let headers = ["permessage-deflate; unknown", "", "permessage-deflate"];
        assert_eq!(response(&headers, ContextTakeover::Disabled).as_deref(), Some(SHARED));
    }

    #[test]
    fn section_9_1_rejects_a_malformed_header_even_after_a_valid_offer() {
        for invalid in [
            "",
            " ,",
            "permessage-deflate, ;",
            "permessage-deflate; a=",
            "permessage-deflate; client_max_window_bits=\"\"",
            "permessage-deflate; =1",
            "a b",
            "a; b=\"c",
        ] {
            assert_eq!(negotiate([invalid], ContextTakeover::Disabled), Err(Malformed), "{invalid}");
        }
    }
}
