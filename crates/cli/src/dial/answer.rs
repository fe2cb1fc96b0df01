//! What a server answered to a handshake.

use super::excerpt;
use yodel_websocket::decoder::Inflation;
use yodel_websocket::extension::{self, NAME};
use yodel_websocket::header::{self, has_token};

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The connection is open.
    Open {
        /// Whether messages are compressed, and how.
        deflate: Option<Deflate>,
    },
    /// It is not, and the body may say why.
    Refused {
        /// Such as `404 Not Found`.
        status: String,
        /// The length of the body in bytes, if it was said.
        length: Option<usize>,
        /// Whether the body has the lengths of its parts in it.
        chunked: bool,
    },
}

/// How messages are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deflate {
    /// Whether each message of the server stands alone.
    pub alone: bool,
}

impl Answer {
    /// An answer that is not 101.
    pub fn refused(code: u16, reason: &str, fields: &Fields<'_>) -> Self {
        Self::Refused {
            status: excerpt(format!("{code} {reason}").as_bytes()),
            length: fields.get("Content-Length").and_then(|length| length.parse().ok()),
            chunked: has_token(fields.all("Transfer-Encoding"), "chunked"),
        }
    }
}

impl Deflate {
    /// Reads `permessage-deflate` with its parameters (RFC 7692, section 7.1); `None` for what was not
    /// offered.
    pub fn agreed(line: &str) -> Option<Self> {
        let extensions = header::extensions(line).ok()?;
        let [(NAME, parameters)] = &extensions[..] else { return None };
        let mut deflate = Self { alone: false };
        for parameter in parameters {
            match *parameter {
                ("server_no_context_takeover", None) => deflate.alone = true,
                // What is sent stands alone anyway.
                ("client_no_context_takeover", None) => {}
                // What is received is inflated with the largest window, which fits them all.
                ("server_max_window_bits", Some(bits)) if extension::window(bits).is_some() => {}
                _ => return None,
            }
        }
        Some(deflate)
    }

    /// How the messages of the server are read.
    pub fn inflation(self) -> Inflation {
        if self.alone { Inflation::PerMessage } else { Inflation::ContextTakeover(Box::default()) }
    }
}

/// The headers of an answer.
pub struct Fields<'a>(pub &'a [httparse::Header<'a>]);

impl<'a> Fields<'a> {
    /// The values of those of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.filter_map(|header| std::str::from_utf8(header.value).ok()).map(str::trim)
    }

    /// The first of this name.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }
}

#[cfg(test)]
mod tests {
    use httparse::Header;

    use super::*;

    const FIELDS: [Header<'_>; 4] = [
        Header { name: "Connection", value: b"keep-alive, Upgrade" },
        Header { name: "connection", value: b" x " },
        Header { name: "Content-Length", value: b"5" },
        Header { name: "X-Broken", value: b"\xff" },
    ];

    #[test]
    fn a_name_may_be_there_twice_and_is_found_in_any_case() {
        let fields = Fields(&FIELDS);
        assert_eq!(fields.all("CONNECTION").collect::<Vec<_>>(), ["keep-alive, Upgrade", "x"]);
        assert_eq!((fields.get("Connection"), fields.get("X-Broken")), (Some("keep-alive, Upgrade"), None));
    }

    #[test]
    fn compression_is_used_as_it_was_agreed() {
        let agreed = |line: &str| Deflate::agreed(line).map(|deflate| deflate.alone);
        assert_eq!(agreed("permessage-deflate"), Some(false));
        assert_eq!(agreed("permessage-deflate; client_no_context_takeover; server_max_window_bits=12"), Some(false));
        assert_eq!(agreed("permessage-deflate; server_max_window_bits=\"8\""), Some(false));
        assert_eq!(agreed("permessage-deflate;server_no_context_takeover"), Some(true));
        for wrong in
            ["", "gzip", "client_max_window_bits=10", "server_max_window_bits=7", "server_no_context_takeover=1"]
        {
            assert_eq!(agreed(&format!("permessage-deflate; {wrong}")), None, "{wrong}");
        }
        assert_eq!(agreed("x-webkit-deflate-frame"), None);
    }

    #[test]
    fn a_refusal_has_its_status_and_where_its_body_ends() {
        let refused = Answer::refused(403, "Forbidden", &Fields(&FIELDS));
        assert_eq!(refused, Answer::Refused { status: "403 Forbidden".into(), length: Some(5), chunked: false });
        let fields = [Header { name: "transfer-encoding", value: b"gzip, Chunked" }];
        let refused = Answer::refused(404, "", &Fields(&fields));
        assert_eq!(refused, Answer::Refused { status: "404".into(), length: None, chunked: true });
    }
}
