//! `yodel token inspect`: shows a token, and whether a server would accept it.

use std::fmt::Write;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::TokenError;
use super::options::InspectFlags;
use super::timestamp;
use yodel_server::AuthConfig;
use yodel_server::auth::{self, CredentialFile, CredentialFileError, TokenRequirements, Verifier};

/// Largest input that is read, in bytes; no token is longer.
const MAX_INPUT: u64 = 1 << 20;

/// Claims with times, and their labels.
const TIMES: [(&str, &str); 3] = [("iat", "issued"), ("nbf", "valid from"), ("exp", "expires")];

/// Result of an inspection.
#[derive(Debug)]
pub struct InspectReport {
    /// Text for standard output.
    pub text: String,
    /// The error, if verification with a given key failed.
    pub verdict: Result<(), TokenError>,
}

/// Decodes a token, and verifies it at the time `now` if a key is given.
///
/// # Errors
/// Returns an error if a file or the input cannot be read, or if the input is not a token.
pub fn report(
    options: &InspectFlags,
    input: &mut dyn Read,
    now: u64,
    zone: &TimeZone,
) -> Result<InspectReport, TokenError> {
    let requirements = requirements(options);
    let verifier = verifier(options)?.map(|verifier| verifier.with_requirements(requirements.clone()));
    let token = token(options, input)?;
    let [header, claims, _signature] = parts(&token).ok_or(TokenError::Malformed(auth::MALFORMED_TOKEN))?;
    let mut text = format!("header {}\nclaims {}\n", pretty(&header), pretty(&claims));
    for line in times(&claims, now, zone) {
        text.push_str(&line);
    }
    let (last, verdict) = match verifier.map(|verifier| verifier.verify(&token, now)) {
        Some(Ok(_)) => ("accepted\n".to_owned(), Ok(())),
        Some(Err(error)) => (String::new(), Err(TokenError::NotAccepted(error))),
        None => (describe_unverified(&token, now, &requirements), Ok(())),
    };
    Ok(InspectReport { text: text + &last, verdict })
}

/// Returns the requirements of a server with these flags.
fn requirements(options: &InspectFlags) -> TokenRequirements {
    TokenRequirements::new(&AuthConfig {
        jwt_audience: options.jwt_audience.clone(),
        jwt_issuer: options.jwt_issuer.clone(),
        jwt_max_age: options.jwt_max_age,
        ..AuthConfig::default()
    })
}

fn verifier(options: &InspectFlags) -> Result<Option<Verifier>, CredentialFileError> {
    match (&options.jwt_secret_file, &options.jwt_public_key) {
        (Some(file), _) => Verifier::from_secret_file(file).map(Some),
        (None, Some(file)) => Verifier::from_public_key_file(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// Reads the token from the argument, the file or standard input.
fn token(options: &InspectFlags, input: &mut dyn Read) -> Result<String, TokenError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match (&options.token_file, options.token.as_deref()) {
        (Some(file), _) => Ok(CredentialFile::new("token_file", file).read(|content| Ok::<_, String>(text(content)))?),
        (None, Some("-") | None) => {
            let mut bytes = Vec::new();
            input.take(MAX_INPUT).read_to_end(&mut bytes).map_err(TokenError::Input)?;
            Ok(text(&bytes))
        }
        (None, Some(token)) => Ok(token.trim().to_owned()),
    }
}

/// Decodes the three parts of a token, even if a server would reject it.
fn parts(token: &str) -> Option<[Vec<u8>; 3]> {
    let parts: Option<Vec<_>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    parts?.try_into().ok()
}

/// Formats JSON with indentation, and escapes control characters that would affect the terminal.
fn pretty(json: &[u8]) -> String {
    let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
        return format!("({} bytes that are not JSON)", json.len());
    };
    // Sorted even if another crate enables the `preserve_order` feature of serde_json.
    value.sort_all_objects();
    let mut text = String::new();
    for character in format!("{value:#}").chars() {
        if character.is_control() && character != '\n' {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

fn times(claims: &[u8], now: u64, zone: &TimeZone) -> Vec<String> {
    let claims: Value = serde_json::from_slice(claims).unwrap_or_default();
    let line = |(claim, label): (&str, &str)| {
        let time = timestamp::describe(claims.get(claim)?.as_u64()?, now, zone)?;
        Some(format!("{label:<11}{time}\n"))
    };
    TIMES.into_iter().filter_map(line).collect()
}

/// Describes a token without a key: whether a server would accept it with a valid signature.
fn describe_unverified(token: &str, now: u64, requirements: &TokenRequirements) -> String {
    let rest = match auth::decode_unverified(token, now, requirements) {
        Ok(_) => "a server would accept the claims".to_owned(),
        Err(error) => format!("a server would not accept the claims: {error}"),
    };
    format!("signature not verified: give --jwt-secret-file or --jwt-public-key\n{rest}\n")
}

#[cfg(test)]
mod tests;
