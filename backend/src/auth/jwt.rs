//! Tokens are read by `jsonwebtoken`; what it finds is told in our words, and never with the token.

use jsonwebtoken::dangerous;
use jsonwebtoken::errors::{Error, ErrorKind};
use serde_json::value::RawValue;

use super::claims::UNREADABLE;
use super::denied::Denied;

/// Larger tokens are refused unread; browsers and proxies allow headers of about this size.
pub const LONGEST_TOKEN: usize = 8 * 1024;

/// What is said about something else than a token.
pub const NO_TOKEN: Denied = Denied::Bad("the token is no JSON Web Token: HEADER.CLAIMS.SIGNATURE in base64url");

/// The claims of a token that anybody may have made, as they are written.
///
/// # Errors
/// When it is no token.
pub fn unverified_claims(token: &str) -> Result<Box<RawValue>, Denied> {
    check_header(token)?;
    dangerous::insecure_decode(token).map(|token| token.claims).map_err(|error| denied(&error, UNREADABLE))
}

/// Looks at what no signature makes good.
///
/// # Errors
/// When the token is too long, none at all, or demands what is not known.
pub fn check_header(token: &str) -> Result<(), Denied> {
    if token.len() > LONGEST_TOKEN {
        return Err(Denied::Bad("the token has more than 8 KiB"));
    }
    let unreadable =
        Denied::Bad("the token's header is no JSON object with an `alg` such as HS256, EdDSA, ES256 or RS256");
    let header = jsonwebtoken::decode_header(token).map_err(|error| denied(&error, unreadable))?;
    // Extensions that have to be understood (RFC 7515, section 4.1.11).
    match header.crit {
        Some(_) => Err(Denied::Bad("the token's header has a `crit`: this server knows no extensions")),
        None => Ok(()),
    }
}

/// Why a token is not accepted; what is said when it is the JSON in it that cannot be read.
pub fn denied(error: &Error, unreadable: Denied) -> Denied {
    match error.kind() {
        ErrorKind::InvalidAlgorithm => Denied::Bad("the token's `alg` is not that of the server's key"),
        ErrorKind::InvalidSignature => {
            Denied::Bad("the token's signature is wrong: it was made with another key, or changed")
        }
        ErrorKind::Json(_) => unreadable,
        _ => NO_TOKEN,
    }
}

#[cfg(test)]
mod tests;
