//! Close codes of WebSocket connections, and which of them permit a reconnect.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Code of a close frame (RFC 6455 §7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CloseCode(pub u16);

/// Reaction of a client to a close: reconnect or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconnectAdvice {
    /// Reconnect after a delay.
    Retry,
    /// Stay disconnected until the user connects again.
    Stop,
}

/// Names of known codes: RFC 6455, the IANA registry, and Yodel's own (from 4000), sorted by code.
const NAMES: [(u16, &str); 27] = [
    (1000, "normal"),
    (1001, "going away"),
    (1002, "protocol error"),
    (1003, "unsupported data"),
    (1005, "no code"),
    (1006, "abnormal"),
    (1007, "invalid data"),
    (1008, "policy violation"),
    (1009, "message too big"),
    (1010, "missing extension"),
    (1011, "internal error"),
    (1012, "service restart"),
    (1013, "try again later"),
    (1014, "bad gateway"),
    (1015, "TLS handshake"),
    (4001, "shutdown"),
    (4002, "too slow"),
    (4003, "no pong"),
    (4004, "token expired"),
    (4005, "rate limited"),
    (4006, "resync"),
    (4007, "reconnect"),
    (4501, "bad protocol"),
    (4502, "unauthorized"),
    (4503, "kicked"),
    (4504, "connection limit"),
    (4505, "too many errors"),
];

impl CloseCode {
    /// The connection has fulfilled its purpose.
    pub const NORMAL: Self = Self(1000);
    /// The server stops, or the user leaves the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer violated the WebSocket protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// The close frame had no code. Never sent on the wire.
    pub const NO_CODE: Self = Self(1005);
    /// The connection ended without a close frame. Never sent on the wire.
    pub const ABNORMAL: Self = Self(1006);
    /// A text message was not valid UTF-8.
    pub const INVALID_DATA: Self = Self(1007);
    /// A message exceeded the receiver's limit.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// The server failed because of an internal error.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The client read too slowly; it may reconnect.
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// A binary message arrived where only text is supported.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// The server shuts down. The `goodbye` frame before it contains the reconnect delay.
    pub const SHUTDOWN: Self = Self(4001);
    /// The client's send queue exceeded its limit; it may reconnect and resume.
    pub const TOO_SLOW: Self = Self(4002);
    /// The client did not respond to a ping in time.
    pub const NO_PONG: Self = Self(4003);
    /// The token expired and was not renewed.
    pub const TOKEN_EXPIRED: Self = Self(4004);
    /// The client kept exceeding the rate limit after it was warned.
    pub const RATE_LIMITED: Self = Self(4005);
    /// The client has missed messages of a room and has to resume.
    pub const RESYNC: Self = Self(4006);
    /// The client did not follow the negotiated subprotocol.
    pub const BAD_PROTOCOL: Self = Self(4501);
    /// The token was rejected, or none was sent in time.
    pub const UNAUTHORIZED: Self = Self(4502);
    /// An administrator or the embedding program disconnected the client.
    pub const KICKED: Self = Self(4503);
    /// The user has too many connections.
    pub const CONNECTION_LIMIT: Self = Self(4504);
    /// The client sent too many invalid frames.
    pub const TOO_MANY_ERRORS: Self = Self(4505);

    /// Returns all codes that have a name, sorted.
    pub fn named() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(code, _)| Self(*code))
    }

    /// Returns the name of the code, or `None` for an unknown one.
    pub fn name(self) -> Option<&'static str> {
        let found = NAMES.binary_search_by_key(&self.0, |(code, _)| *code).ok()?;
        Some(NAMES[found].1)
    }

    /// Returns whether a client should reconnect. Codes 4000-4499 permit it, 4500-4999 do not. A registered code
    /// forbids it if the next attempt would fail for the same reason.
    pub fn advice(self) -> ReconnectAdvice {
        match self.0 {
            1000 | 1002 | 1003 | 1007..=1010 | 4500..=4999 => ReconnectAdvice::Stop,
            _ => ReconnectAdvice::Retry,
        }
    }
}

/// Formats the number and, if known, the name: `1006, abnormal`.
impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{}, {name}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advises_retry_or_stop_for_every_code() {
        let stop = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4500, 4501, 4502, 4503, 4504, 4505, 4999];
        let retry = [
            1001, 1004, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3999, 4000, 4001, 4002, 4003, 4004, 4005, 4006,
            4007, 4499,
        ];
        for code in stop {
            assert_eq!(CloseCode(code).advice(), ReconnectAdvice::Stop, "{code}");
        }
        for code in retry {
            assert_eq!(CloseCode(code).advice(), ReconnectAdvice::Retry, "{code}");
        }
    }

    #[test]
    fn finds_every_named_code_once() {
        for (code, name) in NAMES {
            assert_eq!(CloseCode(code).name(), Some(name));
        }
        assert!(CloseCode::named().eq(NAMES.map(|(code, _)| CloseCode(code))));
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted, each once");
        assert_eq!(CloseCode(4321).name(), None);
    }

    #[test]
    fn displays_number_and_name() {
        assert_eq!(CloseCode(1006).to_string(), "1006, abnormal");
        assert_eq!(CloseCode(4321).to_string(), "4321");
    }
}
