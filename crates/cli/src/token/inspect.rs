//! `yodel token inspect`: what is in a token, and whether a server would accept it.

use std::fmt::Write;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::TokenError;
use super::moment;
use super::options::Inspect;
use yodel_server::auth::{self, AuthError, CredentialFile, Verifier};

/// No token is longer; the rest would be waited for in vain.
const LONGEST_INPUT: u64 = 1 << 20;

/// The times that a token may have in it.
const TIMES: [(&str, &str); 3] = [("iat", "made"), ("nbf", "begins"), ("exp", "expires")];

/// What is said about a token.
#[derive(Debug)]
pub struct InspectReport {
    /// What is in it, and the good news.
    pub text: String,
    /// The bad news, when there was a key to check it with.
    pub verdict: Result<(), TokenError>,
}

/// Takes a token apart at this time, and judges it if there is a key.
pub fn report(options: &Inspect, input: &mut dyn Read, now: u64, zone: &TimeZone) -> Result<InspectReport, TokenError> {
    let verifier = verifier(options)?;
    let token = token(options, input)?;
    let [header, claims, _signature] = parts(&token).ok_or(TokenError::Form(auth::MALFORMED_TOKEN))?;
    let mut text = format!("header {}\nclaims {}\n", pretty(&header), pretty(&claims));
    for line in times(&claims, now, zone) {
        text.push_str(&line);
    }
    let (last, verdict) = match verifier.map(|verifier| verifier.verify(&token, now)) {
        Some(Ok(_)) => ("accepted\n".to_owned(), Ok(())),
        Some(Err(denied)) => (String::new(), Err(TokenError::NotAccepted(denied))),
        None => (unchecked(&token, now), Ok(())),
    };
    Ok(InspectReport { text: text + &last, verdict })
}

fn verifier(options: &Inspect) -> Result<Option<Verifier>, AuthError> {
    match (&options.jwt_secret_file, &options.jwt_public_key) {
        (Some(file), _) => Verifier::from_secret_file(file).map(Some),
        (None, Some(file)) => Verifier::from_public_key_file(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// The token, from where it is.
fn token(options: &Inspect, input: &mut dyn Read) -> Result<String, TokenError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match (&options.token_file, options.token.as_deref()) {
        (Some(file), _) => {
            Ok(CredentialFile::new("--token-file", file).read(|content| Ok::<_, String>(text(content)))?)
        }
        (None, Some("-") | None) => {
            let mut bytes = Vec::new();
            input.take(LONGEST_INPUT).read_to_end(&mut bytes).map_err(TokenError::Input)?;
            Ok(text(&bytes))
        }
        (None, Some(token)) => Ok(token.trim().to_owned()),
    }
}

/// What somebody put into a token, also into one that no server would read.
fn parts(token: &str) -> Option<[Vec<u8>; 3]> {
    let parts: Option<Vec<_>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    parts?.try_into().ok()
}

/// JSON for people. What would do something to a terminal is written as JSON writes it.
fn pretty(json: &[u8]) -> String {
    let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
        return format!("({} bytes that are no JSON)", json.len());
    };
    // By name, also where another crate has serde keep the order.
    value.sort_all_objects();
    let mut text = String::new();
    for character in format!("{value:#}").chars() {
        if character.is_control() && character != '\n' {
            // Writing to a string does not fail.
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

fn times(claims: &[u8], now: u64, zone: &TimeZone) -> Vec<String> {
    let claims: Value = serde_json::from_slice(claims).unwrap_or_default();
    let line = |(claim, word): (&str, &str)| {
        let time = moment::told(claims.get(claim)?.as_u64()?, now, zone)?;
        Some(format!("{word:<8}{time}\n"))
    };
    TIMES.into_iter().filter_map(line).collect()
}

/// What is said of a token without a key: what a server would say if the signature were good.
fn unchecked(token: &str, now: u64) -> String {
    let rest = match auth::decode_unverified(token, now) {
        Ok(_) => "the rest would be accepted".to_owned(),
        Err(denied) => format!("would not be accepted: {denied}"),
    };
    format!("signature not checked: say --jwt-secret-file or --jwt-public-key\n{rest}\n")
}

#[cfg(test)]
mod tests;
