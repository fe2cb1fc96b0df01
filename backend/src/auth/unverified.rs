//! Tokens as somebody looks at them who has no key.

use super::claims::Claims;
use super::denied::Denied;
use super::identity::Identity;
use super::jwt;

/// Who a token would be about if its signature were good: for somebody who looks at one, and never
/// for a client.
///
/// # Errors
/// When it is no token, or claims what cannot be.
pub fn unverified(token: &str, now: u64) -> Result<Identity, Denied> {
    Claims::read(jwt::unverified_claims(token)?.get())?.at(now)
}
