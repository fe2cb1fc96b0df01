//! The parsed response to a handshake.

use super::excerpt;
use yodel_websocket::decoder::Inflation;
use yodel_websocket::extension::{self, NAME};
use yodel_websocket::header::{self, has_token};

/// The result of a handshake.
#[derive(Debug, PartialEq, Eq)]
pub enum UpgradeResponse {
    /// The server switched protocols (101).
    Accepted {
        /// The negotiated compression; `None` without compression.
        deflate: Option<DeflateParams>,
    },
    /// The server rejected the handshake; the body may contain the reason.
    Rejected {
        /// Status code and reason phrase, such as `404 Not Found`.
        status: String,
        /// The value of `Location`.
        location: Option<String>,
        /// The value of `Content-Length`, in bytes.
        length: Option<usize>,
        /// `true` if the body uses the chunked transfer coding.
        chunked: bool,
    },
}

/// Negotiated parameters of permessage-deflate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeflateParams {
    /// `true` if the server resets its compression context after each message (`server_no_context_takeover`).
    pub no_context_takeover: bool,
}

impl UpgradeResponse {
    /// Creates the result for a status other than 101.
    pub fn rejected(code: u16, reason: &str, headers: &ResponseHeaders<'_>) -> Self {
        Self::Rejected {
            status: excerpt(format!("{code} {reason}").as_bytes()),
            location: headers.get("Location").map(str::to_owned),
            length: headers.get("Content-Length").and_then(|length| length.parse().ok()),
            chunked: has_token(headers.get_all("Transfer-Encoding"), "chunked"),
        }
    }
}

impl DeflateParams {
    /// Parses `permessage-deflate` with its parameters (RFC 7692, section 7.1). Returns `None` for parameters that
    /// were not offered.
    pub fn parse(line: &str) -> Option<Self> {
        let extensions = header::extensions(line).ok()?;
        let [(NAME, parameters)] = &extensions[..] else { return None };
        let mut deflate = Self { no_context_takeover: false };
        for parameter in parameters {
            match *parameter {
                ("server_no_context_takeover", None) => deflate.no_context_takeover = true,
                // This client never uses context takeover.
                ("client_no_context_takeover", None) => {}
                // The decoder always uses the largest window, which fits every size.
                ("server_max_window_bits", Some(bits)) if extension::window(bits).is_some() => {}
                _ => return None,
            }
        }
        Some(deflate)
    }

    /// Returns the decoder's mode for messages from the server.
    pub fn inflation(self) -> Inflation {
        if self.no_context_takeover { Inflation::PerMessage } else { Inflation::ContextTakeover(Box::default()) }
    }
}

/// The headers of an HTTP response; names match in any case.
pub struct ResponseHeaders<'a>(pub &'a [httparse::Header<'a>]);

impl<'a> ResponseHeaders<'a> {
    /// Returns the values of all headers with this name that are UTF-8.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.filter_map(|header| std::str::from_utf8(header.value).ok()).map(str::trim)
    }

    /// Returns the value of the first header with this name.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.get_all(name).next()
    }
}

#[cfg(test)]
mod tests {
    use httparse::Header;

    use super::*;

    const HEADERS: [Header<'_>; 5] = [
        Header { name: "Connection", value: b"keep-alive, Upgrade" },
        Header { name: "connection", value: b" x " },
        Header { name: "Content-Length", value: b"5" },
        Header { name: "X-Broken", value: b"\xff" },
        Header { name: "location", value: b"/ws" },
    ];

    #[test]
    fn finds_repeated_headers_in_any_case() {
        let headers = ResponseHeaders(&HEADERS);
        assert_eq!(headers.get_all("CONNECTION").collect::<Vec<_>>(), ["keep-alive, Upgrade", "x"]);
        assert_eq!((headers.get("Connection"), headers.get("X-Broken")), (Some("keep-alive, Upgrade"), None));
    }

    #[test]
    fn parses_the_negotiated_compression() {
        let no_context_takeover = |line: &str| DeflateParams::parse(line).map(|deflate| deflate.no_context_takeover);
        assert_eq!(no_context_takeover("permessage-deflate"), Some(false));
        assert_eq!(
            no_context_takeover("permessage-deflate; client_no_context_takeover; server_max_window_bits=12"),
            Some(false)
        );
        assert_eq!(no_context_takeover("permessage-deflate; server_max_window_bits=\"8\""), Some(false));
        assert_eq!(no_context_takeover("permessage-deflate;server_no_context_takeover"), Some(true));
        for invalid in
            ["", "gzip", "client_max_window_bits=10", "server_max_window_bits=7", "server_no_context_takeover=1"]
        {
            assert_eq!(no_context_takeover(&format!("permessage-deflate; {invalid}")), None, "{invalid}");
        }
        assert_eq!(no_context_takeover("x-webkit-deflate-frame"), None);
    }

    #[test]
    fn parses_the_status_and_body_framing_of_a_rejection() {
        let rejected = UpgradeResponse::rejected(403, "Forbidden", &ResponseHeaders(&HEADERS));
        assert_eq!(
            rejected,
            UpgradeResponse::Rejected {
                status: "403 Forbidden".into(),
                location: Some("/ws".into()),
                length: Some(5),
                chunked: false
            }
        );
        let headers = [Header { name: "transfer-encoding", value: b"gzip, Chunked" }];
        let rejected = UpgradeResponse::rejected(404, "", &ResponseHeaders(&headers));
        assert_eq!(
            rejected,
            UpgradeResponse::Rejected { status: "404".into(), location: None, length: None, chunked: true }
        );
    }
}
