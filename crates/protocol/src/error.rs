//! Why something was refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of error; the message beside it is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// It was not understood; again it will not be either.
    BadRequest,
    /// Nobody is logged in: `auth` comes first.
    Unauthorized,
    /// The token was good once; a new one is wanted.
    TokenExpired,
    /// This is not allowed to this user.
    Forbidden,
    /// One cannot leave a room that one is not in.
    NotJoined,
    /// There may be no more of these.
    Limit,
    /// Too much in too short a time; again later it will do.
    RateLimited,
    /// It is larger than the server takes.
    TooLarge,
    /// The server cannot do this now.
    Unavailable,
    /// The server failed, through no fault of the client.
    Internal,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Every code as on the wire.
const WORDS: [(&str, ErrorCode); 10] = [
    ("bad_request", ErrorCode::BadRequest),
    ("unauthorized", ErrorCode::Unauthorized),
    ("token_expired", ErrorCode::TokenExpired),
    ("forbidden", ErrorCode::Forbidden),
    ("not_joined", ErrorCode::NotJoined),
    ("limit", ErrorCode::Limit),
    ("rate_limited", ErrorCode::RateLimited),
    ("too_large", ErrorCode::TooLarge),
    ("unavailable", ErrorCode::Unavailable),
    ("internal", ErrorCode::Internal),
];

impl ErrorCode {
    /// The code that this word is.
    pub(crate) fn of_word(word: &str) -> Self {
        WORDS.iter().find(|(is, _)| *is == word).map_or(Self::Unknown, |(_, code)| *code)
    }

    /// Whether the same may succeed later without anything changed.
    pub fn may_retry(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable)
    }
}

/// As on the wire: `bad_request`.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_as_on_the_wire() {
        assert_eq!(ErrorCode::BadRequest.to_string(), "bad_request");
        assert_eq!(serde_json::to_string(&ErrorCode::TokenExpired).unwrap(), r#""token_expired""#);
    }

    #[test]
    fn every_code_is_read_as_it_is_written() {
        for (word, code) in WORDS {
            assert_eq!((code.to_string().as_str(), ErrorCode::of_word(word)), (word, code));
        }
        assert_eq!(ErrorCode::of_word("teapot"), ErrorCode::Unknown);
    }

    #[test]
    fn a_code_of_a_later_version_is_still_an_error() {
        assert_eq!(serde_json::from_str::<ErrorCode>(r#""teapot""#).unwrap(), ErrorCode::Unknown);
    }
}
