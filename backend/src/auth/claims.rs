//! Claims of a token, and their limits.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::identity::{Identity, IdentityInner};
use super::json::{parse_object, present_value};
use super::pattern::RoomPattern;
use super::permissions::{Action, Permissions, Rule};
use super::time::LEEWAY;
use super::verify_error::VerifyError;

/// Maximum length of a user name in bytes, the same as of a room name.
const MAX_USER_LENGTH: usize = 255;

/// Maximum length of `info` in bytes: each member of a room receives it of every other member.
pub const MAX_INFO_LENGTH: usize = 1024;

/// Maximum number of `rooms` rules: a publish may have to check all of them.
const MAX_RULES: usize = 256;

/// Start of the year 10000, in seconds since 1970. A later time was probably given in milliseconds.
const END_OF_TIME: f64 = 253_402_300_800.0;

/// Error of claims that cannot be parsed.
pub const INVALID_CLAIMS: VerifyError =
    VerifyError::Invalid("the token's claims are not a JSON object with unique keys");

/// Parsed claims of a token. Unknown claims are ignored.
#[derive(Debug)]
pub struct Claims {
    known: IdentityInner,
    expires: u64,
    not_before: u64,
}

/// Claims as raw JSON. Each is parsed by itself, so that errors name the claim.
#[derive(Deserialize)]
struct RawClaims<'t> {
    #[serde(borrow, default, deserialize_with = "present_value")]
    sub: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    exp: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    nbf: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    rooms: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    broadcast: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    api: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    send: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    call: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    info: Option<&'t RawValue>,
}

/// Rule as JSON. Unknown fields are rejected: one could be a restriction that is not enforced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule<'t> {
    #[serde(borrow)]
    room: Cow<'t, str>,
    may: Vec<Action>,
}

impl Claims {
    /// Parses the claims of a token.
    ///
    /// # Errors
    /// When a required claim is missing, or a claim has the wrong type or exceeds its limit.
    pub fn parse(claims: &str) -> Result<Self, VerifyError> {
        let written: RawClaims = parse_object(claims).ok_or(INVALID_CLAIMS)?;
        let expires = seconds(written.exp, "the token's `exp` must be a time in seconds since 1970")?;
        let not_before = seconds(written.nbf, "the token's `nbf` must be a time in seconds since 1970")?;
        let expires = expires.ok_or(VerifyError::Invalid("the token has no `exp`: it would never expire"))?;
        let known = IdentityInner {
            user: Some(user(written.sub)?),
            expires: Some(expires),
            info: info(written.info)?,
            permissions: permissions(&written)?,
        };
        Ok(Self { known, expires, not_before: not_before.unwrap_or_default() })
    }

    /// Returns the identity if the token is valid at the Unix time `now`, in seconds, with [`LEEWAY`].
    ///
    /// # Errors
    /// When the token has expired, or is not valid yet.
    pub fn validate(self, now: u64) -> Result<Identity, VerifyError> {
        if now >= self.expires + LEEWAY {
            return Err(VerifyError::Expired);
        }
        if now.saturating_add(LEEWAY) < self.not_before {
            return Err(VerifyError::Invalid("the token is not valid yet: check its `nbf`, and both clocks"));
        }
        Ok(Identity::new(self.known))
    }
}

/// Parses one claim, if present; `otherwise` is the error message.
fn claim<'t, T: Deserialize<'t>>(
    written: Option<&'t RawValue>,
    otherwise: &'static str,
) -> Result<Option<T>, VerifyError> {
    written.map(|raw| serde_json::from_str(raw.get()).map_err(|_| VerifyError::Invalid(otherwise))).transpose()
}

/// Parses a Unix time in whole seconds; fractions, which some programs write, are truncated.
fn seconds(written: Option<&RawValue>, otherwise: &'static str) -> Result<Option<u64>, VerifyError> {
    match claim::<f64>(written, otherwise)? {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The guard ensures the range.
        Some(time) if (0.0..END_OF_TIME).contains(&time) => Ok(Some(time as u64)),
        Some(_) => Err(VerifyError::Invalid(otherwise)),
        None => Ok(None),
    }
}

fn user(written: Option<&RawValue>) -> Result<String, VerifyError> {
    let message = "the token's `sub` must be a string of 1 to 255 bytes without control characters";
    let user: String =
        claim(written, message)?.ok_or(VerifyError::Invalid("the token has no `sub`: it names no user"))?;
    if is_user_name(&user) { Ok(user) } else { Err(VerifyError::Invalid(message)) }
}

/// Returns whether `text` is a valid user name: 1 to 255 bytes without control characters.
pub fn is_user_name(text: &str) -> bool {
    (1..=MAX_USER_LENGTH).contains(&text.len()) && !text.contains(char::is_control)
}

fn info(written: Option<&RawValue>) -> Result<Option<Box<RawValue>>, VerifyError> {
    match written {
        Some(info) if info.get().len() > MAX_INFO_LENGTH => {
            Err(VerifyError::Invalid("the token's `info` is longer than 1024 bytes"))
        }
        Some(info) if info.get() == "null" => Ok(None),
        info => Ok(info.map(ToOwned::to_owned)),
    }
}

fn permissions(written: &RawClaims) -> Result<Permissions, VerifyError> {
    let rooms = rules(written.rooms)?;
    let usual = rooms.is_none();
    let flag = |written, otherwise, message| Ok(claim(written, message)?.unwrap_or(otherwise));
    Ok(Permissions {
        broadcast: flag(written.broadcast, false, "the token's `broadcast` must be true or false")?,
        api: flag(written.api, false, "the token's `api` must be true or false")?,
        send: flag(written.send, usual, "the token's `send` must be true or false")?,
        call: flag(written.call, usual, "the token's `call` must be true or false")?,
        rooms,
    })
}

fn rules(written: Option<&RawValue>) -> Result<Option<Box<[Rule]>>, VerifyError> {
    let Some(rules) = claim::<Vec<&RawValue>>(written, "the token's `rooms` must be a list")? else {
        return Ok(None);
    };
    if rules.len() > MAX_RULES {
        return Err(VerifyError::Invalid("the token's `rooms` has more than 256 entries"));
    }
    rules.into_iter().map(rule).collect::<Result<_, _>>().map(Some)
}

fn rule(written: &RawValue) -> Result<Rule, VerifyError> {
    let message = VerifyError::Invalid(
        "each of the token's `rooms` must look like {\"room\":\"team-*\",\"may\":[\"join\",\"publish\",\"presence\",\"history\"]}",
    );
    let rule: RawRule = parse_object(written.get()).ok_or(message)?;
    Ok(Rule::new(RoomPattern::new(&rule.room).ok_or(message)?, &rule.may))
}

#[cfg(test)]
mod tests;
