//! Parsing of tokens with `jsonwebtoken`. Its errors are mapped to messages that contain no part of the token.

use jsonwebtoken::dangerous;
use jsonwebtoken::errors::{Error, ErrorKind};
use serde_json::value::RawValue;

use super::claims::INVALID_CLAIMS;
use super::verify_error::VerifyError;

/// Maximum length of a token in bytes; larger ones are rejected unparsed. Browsers and proxies limit
/// headers to about this size.
pub const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// Error of a text that is not a token.
pub const MALFORMED_TOKEN: VerifyError =
    VerifyError::Invalid("the token is not a JSON Web Token (HEADER.CLAIMS.SIGNATURE in base64url)");

/// Returns the claims of a token as raw JSON. The signature is not verified.
///
/// # Errors
/// Returns an error if the token is malformed.
pub fn unverified_claims(token: &str) -> Result<Box<RawValue>, VerifyError> {
    check_header(token)?;
    dangerous::insecure_decode(token).map(|token| token.claims).map_err(|error| verify_error(&error, INVALID_CLAIMS))
}

/// Checks the properties that do not depend on the signature.
///
/// # Errors
/// Returns an error if the token is too long or malformed, or its header requires an unknown extension.
pub fn check_header(token: &str) -> Result<(), VerifyError> {
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(VerifyError::Invalid("the token is longer than 8 KiB"));
    }
    let unreadable = VerifyError::Invalid(
        "the token's header is not a JSON object with an `alg` such as HS256, EdDSA, ES256 or RS256",
    );
    let header = jsonwebtoken::decode_header(token).map_err(|error| verify_error(&error, unreadable))?;
    // `crit` lists extensions that a verifier must understand (RFC 7515, section 4.1.11).
    match header.crit {
        Some(_) => Err(VerifyError::Invalid("the token's header has a `crit`: this server supports no extensions")),
        None => Ok(()),
    }
}

/// Converts an error of `jsonwebtoken`; `unreadable` is the error for invalid JSON in the token.
pub fn verify_error(error: &Error, unreadable: VerifyError) -> VerifyError {
    match error.kind() {
        ErrorKind::InvalidAlgorithm => VerifyError::Invalid("the token's `alg` does not match the server's key"),
        ErrorKind::InvalidSignature => {
            VerifyError::Invalid("the token's signature is invalid: it was signed with another key, or modified")
        }
        ErrorKind::Json(_) => unreadable,
        _ => MALFORMED_TOKEN,
    }
}

#[cfg(test)]
mod tests;
