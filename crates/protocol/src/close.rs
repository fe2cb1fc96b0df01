//! Why a connection closed, and whether to come back.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The code of a close frame (RFC 6455, section 7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CloseCode(pub u16);

/// What a client does after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Come back after a delay.
    Retry,
    /// Stay away until a person asks for it.
    Stop,
}

/// Codes with a name: RFC 6455, the IANA registry, and Yodel's own (4000 and up).
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
    /// The sender is done.
    pub const NORMAL: Self = Self(1000);
    /// The server stops, or the page is left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// The close frame carried no code; never on the wire.
    pub const NO_CODE: Self = Self(1005);
    /// The connection ended without a close frame; never on the wire.
    pub const ABNORMAL: Self = Self(1006);
    /// A text message was not UTF-8.
    pub const INVALID_DATA: Self = Self(1007);
    /// A message was larger than the receiver takes.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// The server failed, through no fault of the peer.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The receiver could not keep up; it may come back.
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// A binary message where only text is understood.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// The server stops; it said when to come back.
    pub const SHUTDOWN: Self = Self(4001);
    /// More waited for the peer than may; it can come back and resume.
    pub const TOO_SLOW: Self = Self(4002);
    /// The peer did not answer pings.
    pub const NO_PONG: Self = Self(4003);
    /// The token ended and was not renewed.
    pub const TOKEN_EXPIRED: Self = Self(4004);
    /// The peer was told to slow down and did not.
    pub const RATE_LIMITED: Self = Self(4005);
    /// The peer does not speak the protocol that it agreed to.
    pub const BAD_PROTOCOL: Self = Self(4501);
    /// The token is no good, or none came in time.
    pub const UNAUTHORIZED: Self = Self(4502);
    /// Somebody who may do that had it closed.
    pub const KICKED: Self = Self(4503);
    /// The peer sent too much that cannot be understood.
    pub const TOO_MANY_ERRORS: Self = Self(4505);

    /// A short name for people; `None` for a code nobody has defined.
    pub fn name(self) -> Option<&'static str> {
        let found = NAMES.binary_search_by_key(&self.0, |(code, _)| *code).ok()?;
        Some(NAMES[found].1)
    }

    /// Whether a client may come back: 4000-4499 yes, 4500-4999 no, and of the
    /// registered codes those no that would only fail in the same way again.
    pub fn advice(self) -> Advice {
        match self.0 {
            1000 | 1002 | 1003 | 1007..=1010 | 4500..=4999 => Advice::Stop,
            _ => Advice::Retry,
        }
    }
}

/// The number, with the name where there is one: `1006, abnormal`.
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
    fn every_code_says_come_back_or_stay_away() {
        let stop = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4500, 4501, 4502, 4503, 4504, 4505, 4999];
        let retry = [
            1001, 1004, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3999, 4000, 4001, 4002, 4003, 4004, 4005, 4006,
            4007, 4499,
        ];
        for code in stop {
            assert_eq!(CloseCode(code).advice(), Advice::Stop, "{code}");
        }
        for code in retry {
            assert_eq!(CloseCode(code).advice(), Advice::Retry, "{code}");
        }
    }

    #[test]
    fn every_named_code_is_found_and_has_one_name() {
        for (code, name) in NAMES {
            assert_eq!(CloseCode(code).name(), Some(name));
        }
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted, each once");
        assert_eq!(CloseCode(4321).name(), None);
    }

    #[test]
    fn a_code_reads_as_number_and_name() {
        assert_eq!(CloseCode(1006).to_string(), "1006, abnormal");
        assert_eq!(CloseCode(4321).to_string(), "4321");
    }
}
