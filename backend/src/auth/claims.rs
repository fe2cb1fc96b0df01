//! Claims of a token, and their limits.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::identity::{Identity, IdentityInner};
use super::json::{parse_object, present_value};
use super::pattern::RoomPattern;
use super::permissions::{Action, Permissions, Rule};
use super::time::LEEWAY;
use super::token_requirements::{TokenOrigin, TokenRequirements};
use super::verify_error::VerifyError;

/// Maximum length of a user name in bytes, the same as of a room name.
const MAX_USER_LENGTH: usize = 255;

/// Maximum length of `info` in bytes. Small, because each member of a room receives the `info` of every other member.
pub const MAX_INFO_LENGTH: usize = 1024;

/// Maximum number of `rooms` rules: a publish may have to check all of them.
const MAX_RULES: usize = 256;

/// Start of the year 10000, in seconds since 1970. A later time was probably given in milliseconds.
const YEAR_10000: f64 = 253_402_300_800.0;

/// Error of claims that cannot be parsed.
pub const INVALID_CLAIMS: VerifyError =
    VerifyError::Invalid("the token's claims are not a JSON object with unique keys");

/// Parsed claims of a token. Unknown claims are ignored.
#[derive(Debug)]
pub struct Claims {
    identity: IdentityInner,
    expires: u64,
    not_before: u64,
    origin: TokenOrigin,
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
    iat: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    aud: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present_value")]
    iss: Option<&'t RawValue>,
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

/// Value of `aud`: one audience or several (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum RawAudience {
    One(String),
    Many(Vec<String>),
}

/// Rule as JSON. Unknown fields are rejected, because ignoring a restriction would grant too much.
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
    /// Returns an error if a required claim is missing, or a claim has the wrong type or exceeds its limit.
    pub fn parse(claims: &str) -> Result<Self, VerifyError> {
        let raw: RawClaims = parse_object(claims).ok_or(INVALID_CLAIMS)?;
        let expires = seconds(raw.exp, "the token's `exp` must be a time in seconds since 1970")?;
        let not_before = seconds(raw.nbf, "the token's `nbf` must be a time in seconds since 1970")?;
        let expires = expires.ok_or(VerifyError::Invalid("the token has no `exp`: it would never expire"))?;
        let identity = IdentityInner {
            user: Some(user(raw.sub)?),
            expires: Some(expires),
            info: info(raw.info)?,
            permissions: permissions(&raw)?,
        };
        let origin = TokenOrigin {
            audiences: audiences(raw.aud)?,
            issuer: claim(raw.iss, "the token's `iss` must be a string")?,
            issued: seconds(raw.iat, "the token's `iat` must be a time in seconds since 1970")?,
        };
        Ok(Self { identity, expires, not_before: not_before.unwrap_or_default(), origin })
    }

    /// Returns the identity if the token is valid at the Unix time `now`, in seconds, with [`LEEWAY`]. It expires when
    /// the token does, or becomes too old.
    ///
    /// # Errors
    /// Returns an error if the token has expired, is not valid yet, or does not meet the requirements.
    pub fn validate(mut self, now: u64, requirements: &TokenRequirements) -> Result<Identity, VerifyError> {
        if let Some(too_old_from) = requirements.check(&self.origin, now)? {
            self.expires = self.expires.min(too_old_from);
            self.identity.expires = Some(self.expires);
        }
        if now >= self.expires + LEEWAY {
            return Err(VerifyError::Expired);
        }
        if now.saturating_add(LEEWAY) < self.not_before {
            return Err(VerifyError::Invalid(
                "the token is not valid yet: check its `nbf` and the clocks of both machines",
            ));
        }
        Ok(Identity::new(self.identity))
    }
}

/// Parses one claim, if present; `message` is the error message.
fn claim<'t, T: Deserialize<'t>>(raw: Option<&'t RawValue>, message: &'static str) -> Result<Option<T>, VerifyError> {
    raw.map(|raw| serde_json::from_str(raw.get()).map_err(|_| VerifyError::Invalid(message))).transpose()
}

/// Parses a Unix time in whole seconds; fractions, which some programs write, are truncated.
fn seconds(raw: Option<&RawValue>, message: &'static str) -> Result<Option<u64>, VerifyError> {
    match claim::<f64>(raw, message)? {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The guard ensures the range.
        Some(time) if (0.0..YEAR_10000).contains(&time) => Ok(Some(time as u64)),
        Some(_) => Err(VerifyError::Invalid(message)),
        None => Ok(None),
    }
}

fn audiences(raw: Option<&RawValue>) -> Result<Option<Vec<String>>, VerifyError> {
    let audience = claim(raw, "the token's `aud` must be a string or a list of strings")?;
    Ok(audience.map(|audience| match audience {
        RawAudience::One(audience) => vec![audience],
        RawAudience::Many(audiences) => audiences,
    }))
}

fn user(raw: Option<&RawValue>) -> Result<String, VerifyError> {
    let message = "the token's `sub` must be a string of 1 to 255 bytes without control characters";
    let user: String = claim(raw, message)?.ok_or(VerifyError::Invalid("the token has no `sub`: it names no user"))?;
    if is_user_name(&user) { Ok(user) } else { Err(VerifyError::Invalid(message)) }
}

/// Returns whether `text` is a valid user name: 1 to 255 bytes without control characters.
pub fn is_user_name(text: &str) -> bool {
    (1..=MAX_USER_LENGTH).contains(&text.len()) && !text.contains(char::is_control)
}

fn info(raw: Option<&RawValue>) -> Result<Option<Box<RawValue>>, VerifyError> {
    match raw {
        Some(info) if info.get().len() > MAX_INFO_LENGTH => {
            Err(VerifyError::Invalid("the token's `info` is longer than 1024 bytes"))
        }
        Some(info) if info.get() == "null" => Ok(None),
        info => Ok(info.map(ToOwned::to_owned)),
    }
}

fn permissions(raw: &RawClaims) -> Result<Permissions, VerifyError> {
    let rooms = rules(raw.rooms)?;
    let unrestricted = rooms.is_none();
    let flag = |raw, default, message| Ok(claim(raw, message)?.unwrap_or(default));
    Ok(Permissions {
        broadcast: flag(raw.broadcast, false, "the token's `broadcast` must be true or false")?,
        api: flag(raw.api, false, "the token's `api` must be true or false")?,
        send: flag(raw.send, unrestricted, "the token's `send` must be true or false")?,
        call: flag(raw.call, unrestricted, "the token's `call` must be true or false")?,
        rooms,
    })
}

fn rules(raw: Option<&RawValue>) -> Result<Option<Box<[Rule]>>, VerifyError> {
    let Some(rules) = claim::<Vec<&RawValue>>(raw, "the token's `rooms` must be a list")? else {
        return Ok(None);
    };
    if rules.len() > MAX_RULES {
        return Err(VerifyError::Invalid("the token's `rooms` has more than 256 entries"));
    }
    rules.into_iter().map(rule).collect::<Result<_, _>>().map(Some)
}

fn rule(raw: &RawValue) -> Result<Rule, VerifyError> {
    let message = VerifyError::Invalid(
        "each of the token's `rooms` must look like {\"room\":\"team-*\",\"may\":[\"join\",\"publish\",\"presence\",\"history\"]}",
    );
    let rule: RawRule = parse_object(raw.get()).ok_or(message)?;
    Ok(Rule::new(RoomPattern::new(&rule.room).ok_or(message)?, &rule.may))
}

#[cfg(test)]
mod tests;
