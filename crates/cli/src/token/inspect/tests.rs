use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::token::testdata::{self, file};

const CLAIMS: &str = r#"{"sub":"42","iat":1718020000,"exp":1718020800}"#;
const NOW: u64 = 1_718_020_700;

fn options(token: &str) -> InspectFlags {
    InspectFlags {
        jwt_secret_file: None,
        jwt_public_key: None,
        jwt_audience: Vec::new(),
        jwt_issuer: Vec::new(),
        jwt_max_age: None,
        token_file: None,
        token: Some(token.to_owned()),
    }
}

fn with_secret(token: &str) -> InspectFlags {
    InspectFlags { jwt_secret_file: Some(file("secret")), ..options(token) }
}

fn at(options: &InspectFlags, input: &str, now: u64) -> Result<InspectReport, String> {
    report(options, &mut input.as_bytes(), now, &TimeZone::UTC).map_err(|error| error.to_string())
}

fn inspect(options: &InspectFlags) -> InspectReport {
    at(options, "", NOW).expect("a token")
}

#[test]
fn shows_the_claims_and_times() {
    let report = inspect(&with_secret(&testdata::token(CLAIMS)));
    assert_eq!(
        report.text,
        r#"header {
  "alg": "HS256",
  "typ": "JWT"
}
claims {
  "exp": 1718020800,
  "iat": 1718020000,
  "sub": "42"
}
issued     2024-06-10 11:46:40 +00:00 (2024-06-10T11:46:40Z), 11m 40s ago
expires    2024-06-10 12:00:00 +00:00 (2024-06-10T12:00:00Z), in 1m 40s
accepted
"#
    );
    assert!(report.verdict.is_ok());
}

#[test]
fn shows_a_rejected_token_and_returns_an_error() {
    let expired = at(&with_secret(&testdata::token(CLAIMS)), "", NOW + 3600).expect("a token");
    assert!(expired.text.contains("58m 20s ago") && !expired.text.contains("accepted"), "{}", expired.text);
    assert_eq!(expired.verdict.unwrap_err().to_string(), "not accepted: the token has expired");

    let public = InspectFlags { jwt_public_key: Some(file("p256.public.pem")), ..options(&testdata::token(CLAIMS)) };
    let other = inspect(&public);
    assert!(other.text.contains("\"sub\": \"42\"") && !other.text.contains("accepted"), "{}", other.text);
    assert!(other.verdict.unwrap_err().to_string().contains("`alg`"));
}

#[test]
fn checks_only_the_claims_without_a_key() {
    let valid = inspect(&options(&testdata::token(CLAIMS)));
    assert!(valid.text.ends_with("--jwt-public-key\na server would accept the claims\n"), "{}", valid.text);
    let endless = inspect(&options(&testdata::token(r#"{"sub":"42"}"#)));
    assert!(endless.text.contains("would not accept the claims: the token has no `exp`"), "{}", endless.text);
    assert!(valid.verdict.is_ok() && endless.verdict.is_ok());
}

#[test]
fn reads_a_token_from_an_argument_standard_input_or_a_file() {
    let token = testdata::token(CLAIMS);
    assert!(at(&with_secret("-"), &format!("  {token}\n"), NOW).is_ok_and(|report| report.verdict.is_ok()));
    assert!(at(&with_secret(&format!("{token}\n")), "", NOW).is_ok_and(|report| report.verdict.is_ok()));
    let stored = InspectFlags { token: None, token_file: Some(file("token")), ..with_secret("") };
    assert!(at(&stored, "", NOW).is_ok_and(|report| report.verdict.is_ok()));
    let missing = InspectFlags { token: None, token_file: Some("/nowhere/token".into()), ..options("") };
    assert!(at(&missing, "", NOW).is_err_and(|error| error.starts_with("--token-file /nowhere/token: ")));
}

#[test]
fn rejects_input_that_is_not_a_token() {
    for invalid in ["", "token", "a.b", "a b.c.d"] {
        let error = at(&options(invalid), "", NOW).expect_err("not a token");
        assert!(error.contains("HEADER.CLAIMS.SIGNATURE") && error.lines().count() == 1, "{error}");
    }
    let missing = InspectFlags { jwt_public_key: Some("/nowhere/key".into()), ..options("a.b.c") };
    assert!(at(&missing, "", NOW).is_err_and(|error| error.starts_with("--jwt-public-key /nowhere/key: ")));
}

#[test]
fn escapes_control_characters() {
    let evil = inspect(&options(&testdata::token("{\"sub\":\"a\\u001b[31m\u{9b}31m\u{7f}\\nb\"}")));
    assert!(evil.text.contains(r"a\u001b[31m\u009b31m\u007f\nb"), "{}", evil.text);
    assert!(evil.text.chars().all(|character| character == '\n' || !character.is_control()));
    let bytes = URL_SAFE_NO_PAD.encode("\x1b[31m");
    let none = inspect(&options(&format!("{bytes}.{bytes}.AA")));
    assert!(none.text.starts_with("header (5 bytes that are not JSON)"), "{}", none.text);
}

#[test]
fn checks_audience_issuer_and_age_as_a_server_with_these_flags() {
    let token = testdata::token(r#"{"sub":"42","iat":1718020000,"exp":1718020800,"aud":"chat","iss":"login"}"#);
    let verdict = |change: fn(&mut InspectFlags)| {
        let mut options = with_secret(&token);
        change(&mut options);
        inspect(&options).verdict.map_err(|error| error.to_string())
    };
    assert!(verdict(|_| ()).unwrap_err().contains("--jwt-audience"), "a server without an audience");
    let chat = |options: &mut InspectFlags| options.jwt_audience = vec!["chat".to_owned()];
    assert_eq!(verdict(chat), Ok(()));
    let issuer = verdict(|options| {
        options.jwt_audience = vec!["chat".to_owned()];
        options.jwt_issuer = vec!["another".to_owned()];
    });
    assert!(issuer.unwrap_err().contains("--jwt-issuer"));
    let age = verdict(|options| {
        options.jwt_audience = vec!["chat".to_owned()];
        options.jwt_max_age = Some(std::time::Duration::from_secs(600));
    });
    assert!(age.unwrap_err().contains("expired"));
}
