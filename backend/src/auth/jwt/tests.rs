use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

/// Returns a token with a header and an invalid signature.
fn with_header(header: impl AsRef<[u8]>) -> String {
    format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
}

/// Asserts that a token is rejected without verification, with an error that contains `expected`.
fn assert_invalid(token: &str, expected: &str) {
    match unverified_claims(token) {
        Err(VerifyError::Invalid(message)) => assert!(message.contains(expected), "{token}: {message}"),
        other => panic!("{token}: {other:?}"),
    }
}

#[test]
fn returns_claims_as_unchanged_json() {
    let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.AA", URL_SAFE_NO_PAD.encode(r#"{ "a" : 1.50 }"#));
    assert_eq!(unverified_claims(&token).map(|claims| claims.get().to_owned()), Ok(r#"{ "a" : 1.50 }"#.to_owned()));
}

#[test]
fn rejects_anything_but_three_parts_of_base64url() {
    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
    for wrong in [
        "",
        ".",
        HEADER,
        &format!("{HEADER}.e30"),
        &format!("{HEADER}.e30.e30.AA"),
        &format!("{HEADER}.e3 0.AA"),
        &format!("{HEADER}.e3+.AA"),
        &format!("{HEADER}.e31.AA"),
        &format!("{HEADER}==.e30.AA"),
        "é.e30.AA",
    ] {
        assert_invalid(wrong, "HEADER.CLAIMS.SIGNATURE");
    }
}

#[test]
fn rejects_tokens_longer_than_8_kib() {
    let token = |length| with_header(r#"{"alg":"HS256"}"#) + &"A".repeat(length);
    let rest = MAX_TOKEN_LENGTH - token(0).len();
    assert!(unverified_claims(&token(rest)).is_ok());
    assert_invalid(&token(rest + 1), "8 KiB");
}

#[test]
fn rejects_unknown_algorithms() {
    for known in ["HS256", "EdDSA", "ES256", "RS256", r"\u0052S256"] {
        let header = format!(r#"{{"typ":"JWT","alg":"{known}","kid":"1","x":[1]}}"#);
        assert!(unverified_claims(&with_header(header)).is_ok(), "{known}");
    }
    for unknown in ["none", "None", "NONE", "", "hs256", "ES256K", "HS256 "] {
        assert_invalid(&with_header(format!(r#"{{"alg":"{unknown}"}}"#)), "`alg`");
    }
}

#[test]
fn rejects_headers_without_a_single_algorithm_or_with_crit() {
    for wrong in [
        &b""[..],
        b"{}",
        b"null",
        br#""HS256""#,
        br#"["HS256"]"#,
        br#"["JWT","HS256"]"#,
        br#"{"alg":null}"#,
        br#"{"alg":["HS256"]}"#,
        br#"{"alg":"HS256","alg":"none"}"#,
        br#"{"alg":"HS256"}{}"#,
        b"{\"alg\":\"HS256\",\"x\":\"\xff\"}",
    ] {
        assert_invalid(&with_header(wrong), "`alg`");
    }
    for crit in [r#"["b64"]"#, "[]"] {
        assert_invalid(&with_header(format!(r#"{{"alg":"HS256","crit":{crit},"b64":false}}"#)), "`crit`");
    }
}
