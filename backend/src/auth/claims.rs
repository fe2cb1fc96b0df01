//! What a token claims, and within which bounds it may.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::denied::Denied;
use super::identity::{Identity, Known};
use super::json::{object, present};
use super::pattern::Pattern;
use super::permissions::{Action, Permissions, Rule};
use super::time::LEEWAY;

/// A user's name in bytes, as long as that of a room.
const LONGEST_USER: usize = 255;

/// What is shown of a user, in bytes: everybody in a room gets it of everybody.
pub const LONGEST_INFO: usize = 1024;

/// All of them may be looked at for every message.
const MOST_RULES: usize = 256;

/// The year 10000. A time behind it is one in milliseconds, and would never come.
const TOO_LATE: f64 = 253_402_300_800.0;

/// Why claims are not even read.
pub const UNREADABLE: Denied = Denied::Bad("the token's claims are no JSON object, or claim something twice");

/// What a token claims; others may add claims of their own.
#[derive(Debug)]
pub struct Claims {
    known: Known,
    expires: u64,
    not_before: u64,
}

/// The claims as they are written, each to be read by itself: what is wrong can be said of each.
#[derive(Deserialize)]
struct Written<'t> {
    #[serde(borrow, default, deserialize_with = "present")]
    sub: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    exp: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    nbf: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    rooms: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    broadcast: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    api: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    send: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    call: Option<&'t RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    info: Option<&'t RawValue>,
}

/// A rule as it is written. A field that nobody knows may be a limit that nobody keeps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule<'t> {
    #[serde(borrow)]
    room: Cow<'t, str>,
    may: Vec<Action>,
}

impl Claims {
    /// Reads the claims of a token.
    ///
    /// # Errors
    /// What is missing, of the wrong type or out of bounds.
    pub fn read(claims: &str) -> Result<Self, Denied> {
        let written: Written = object(claims).ok_or(UNREADABLE)?;
        let expires = seconds(written.exp, "the token's `exp` must be a time in seconds since 1970")?;
        let not_before = seconds(written.nbf, "the token's `nbf` must be a time in seconds since 1970")?;
        let expires = expires.ok_or(Denied::Bad("the token has no `exp`: it would be good for ever"))?;
        let known = Known {
            user: Some(user(written.sub)?),
            expires: Some(expires),
            info: info(written.info)?,
            permissions: permissions(&written)?,
        };
        Ok(Self { known, expires, not_before: not_before.unwrap_or_default() })
    }

    /// Who it is, at a time in seconds since 1970.
    ///
    /// # Errors
    /// When the token is not good any more, or not yet.
    pub fn at(self, now: u64) -> Result<Identity, Denied> {
        if now >= self.expires + LEEWAY {
            return Err(Denied::Expired);
        }
        if now.saturating_add(LEEWAY) < self.not_before {
            return Err(Denied::Bad("the token is not valid yet: see its `nbf`, and the clocks"));
        }
        Ok(Identity::new(self.known))
    }
}

/// Reads one claim, if it is there.
fn claim<'t, T: Deserialize<'t>>(written: Option<&'t RawValue>, otherwise: &'static str) -> Result<Option<T>, Denied> {
    written.map(|raw| serde_json::from_str(raw.get()).map_err(|_| Denied::Bad(otherwise))).transpose()
}

/// A time; some programs write it with a fraction.
fn seconds(written: Option<&RawValue>, otherwise: &'static str) -> Result<Option<u64>, Denied> {
    match claim::<f64>(written, otherwise)? {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is within these bounds.
        Some(time) if (0.0..TOO_LATE).contains(&time) => Ok(Some(time as u64)),
        Some(_) => Err(Denied::Bad(otherwise)),
        None => Ok(None),
    }
}

fn user(written: Option<&RawValue>) -> Result<String, Denied> {
    let wrong = "the token's `sub` must be text of 1 to 255 bytes without control characters";
    let user: String = claim(written, wrong)?.ok_or(Denied::Bad("the token has no `sub`: it names no user"))?;
    if is_user_name(&user) { Ok(user) } else { Err(Denied::Bad(wrong)) }
}

/// Returns whether a text may be the name of a user.
pub fn is_user_name(text: &str) -> bool {
    (1..=LONGEST_USER).contains(&text.len()) && !text.contains(char::is_control)
}

fn info(written: Option<&RawValue>) -> Result<Option<Box<RawValue>>, Denied> {
    match written {
        Some(info) if info.get().len() > LONGEST_INFO => {
            Err(Denied::Bad("the token's `info` has more than 1024 bytes"))
        }
        Some(info) if info.get() == "null" => Ok(None),
        info => Ok(info.map(ToOwned::to_owned)),
    }
}

fn permissions(written: &Written) -> Result<Permissions, Denied> {
    let rooms = rules(written.rooms)?;
    let usual = rooms.is_none();
    let flag = |written, otherwise, wrong| Ok(claim(written, wrong)?.unwrap_or(otherwise));
    Ok(Permissions {
        broadcast: flag(written.broadcast, false, "the token's `broadcast` must be true or false")?,
        api: flag(written.api, false, "the token's `api` must be true or false")?,
        send: flag(written.send, usual, "the token's `send` must be true or false")?,
        call: flag(written.call, usual, "the token's `call` must be true or false")?,
        rooms,
    })
}

fn rules(written: Option<&RawValue>) -> Result<Option<Box<[Rule]>>, Denied> {
    let Some(rules) = claim::<Vec<&RawValue>>(written, "the token's `rooms` must be a list")? else {
        return Ok(None);
    };
    if rules.len() > MOST_RULES {
        return Err(Denied::Bad("the token's `rooms` are more than 256"));
    }
    rules.into_iter().map(rule).collect::<Result<_, _>>().map(Some)
}

fn rule(written: &RawValue) -> Result<Rule, Denied> {
    let wrong = Denied::Bad(
        "each of the token's `rooms` must be like {\"room\":\"team-*\",\"may\":[\"join\",\"publish\",\"presence\",\"history\"]}",
    );
    let rule: WrittenRule = object(written.get()).ok_or(wrong)?;
    Ok(Rule::new(Pattern::new(&rule.room).ok_or(wrong)?, &rule.may))
}

#[cfg(test)]
mod tests;
