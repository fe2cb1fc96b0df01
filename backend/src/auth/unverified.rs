//! Decoding of tokens without a key.

use super::claims::Claims;
use super::identity::Identity;
use super::jwt;
use super::token_requirements::TokenRequirements;
use super::verify_error::VerifyError;

/// Returns the identity that a token would have if its signature were valid. For inspection only, never
/// for authentication. `now` is the time in seconds since 1970.
///
/// # Errors
/// Returns an error if the token is malformed or expired, or its claims are invalid or do
/// not meet the requirements.
pub fn decode_unverified(token: &str, now: u64, requirements: &TokenRequirements) -> Result<Identity, VerifyError> {
    Claims::parse(jwt::unverified_claims(token)?.get())?.validate(now, requirements)
}
