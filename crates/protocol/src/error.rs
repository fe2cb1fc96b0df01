//! Error codes of `yodel.v1`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Code of an error reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is invalid; repeating it fails again.
    BadRequest,
    /// The connection is not authenticated; `auth` comes first.
    Unauthorized,
    /// The token has expired; a new one is needed.
    TokenExpired,
    /// The user lacks the permission.
    Forbidden,
    /// The connection has not joined the room.
    NotJoined,
    /// A limit of the connection is reached, such as its number of rooms.
    Limit,
    /// Another message was published with the same idempotency key.
    Conflict,
    /// The rate limit is exceeded; the request may succeed later.
    RateLimited,
    /// The request exceeds the size limit.
    TooLarge,
    /// The server cannot perform the request now; it may succeed later.
    Unavailable,
    /// The server failed because of an internal error.
    Internal,
    /// A code that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Every code with its name on the wire.
const WIRE_NAMES: [(&str, ErrorCode); 11] = [
    ("bad_request", ErrorCode::BadRequest),
    ("unauthorized", ErrorCode::Unauthorized),
    ("token_expired", ErrorCode::TokenExpired),
    ("forbidden", ErrorCode::Forbidden),
    ("not_joined", ErrorCode::NotJoined),
    ("limit", ErrorCode::Limit),
    ("conflict", ErrorCode::Conflict),
    ("rate_limited", ErrorCode::RateLimited),
    ("too_large", ErrorCode::TooLarge),
    ("unavailable", ErrorCode::Unavailable),
    ("internal", ErrorCode::Internal),
];

impl ErrorCode {
    /// Returns the code with this name on the wire, or [`ErrorCode::Unknown`].
    pub(crate) fn from_wire(name: &str) -> Self {
        WIRE_NAMES.iter().find(|(wire_name, _)| *wire_name == name).map_or(Self::Unknown, |(_, code)| *code)
    }

    /// Returns whether the same request may succeed later.
    pub fn may_retry(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable)
    }
}

/// Formats the code as on the wire: `bad_request`.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_the_wire_name() {
        assert_eq!(ErrorCode::BadRequest.to_string(), "bad_request");
        assert_eq!(serde_json::to_string(&ErrorCode::TokenExpired).unwrap(), r#""token_expired""#);
    }

    #[test]
    fn decodes_every_encoded_code() {
        for (name, code) in WIRE_NAMES {
            assert_eq!((code.to_string().as_str(), ErrorCode::from_wire(name)), (name, code));
        }
        assert_eq!(ErrorCode::from_wire("teapot"), ErrorCode::Unknown);
    }

    #[test]
    fn decodes_an_unknown_code() {
        assert_eq!(serde_json::from_str::<ErrorCode>(r#""teapot""#).unwrap(), ErrorCode::Unknown);
    }
}
