use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

/// A token with this header, and signed by nobody.
fn with_header(header: impl AsRef<[u8]>) -> String {
    format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
}

/// Why a token is refused before its signature is looked at; a word of it.
fn refused(token: &str, word: &str) {
    match unverified_claims(token) {
        Err(Denied::Bad(why)) => assert!(why.contains(word), "{token}: {why}"),
        other => panic!("{token}: {other:?}"),
    }
}

#[test]
fn claims_are_read_as_they_are_written() {
    let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.AA", URL_SAFE_NO_PAD.encode(r#"{ "a" : 1.50 }"#));
    assert_eq!(unverified_claims(&token).map(|claims| claims.get().to_owned()), Ok(r#"{ "a" : 1.50 }"#.to_owned()));
}

#[test]
fn what_is_not_three_parts_of_base64url_is_none() {
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
        refused(wrong, "HEADER.CLAIMS.SIGNATURE");
    }
}

#[test]
fn a_token_has_at_most_8_kib() {
    let token = |length| with_header(r#"{"alg":"HS256"}"#) + &"A".repeat(length);
    let rest = LONGEST_TOKEN - token(0).len();
    assert!(unverified_claims(&token(rest)).is_ok());
    refused(&token(rest + 1), "8 KiB");
}

#[test]
fn an_algorithm_is_one_that_is_known() {
    for known in ["HS256", "EdDSA", "ES256", "RS256", r"\u0052S256"] {
        let header = format!(r#"{{"typ":"JWT","alg":"{known}","kid":"1","x":[1]}}"#);
        assert!(unverified_claims(&with_header(header)).is_ok(), "{known}");
    }
    for unknown in ["none", "None", "NONE", "", "hs256", "ES256K", "HS256 "] {
        refused(&with_header(format!(r#"{{"alg":"{unknown}"}}"#)), "`alg`");
    }
}

#[test]
fn a_header_is_an_object_with_one_algorithm_and_no_demands() {
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
        refused(&with_header(wrong), "`alg`");
    }
    for crit in [r#"["b64"]"#, "[]"] {
        refused(&with_header(format!(r#"{{"alg":"HS256","crit":{crit},"b64":false}}"#)), "`crit`");
    }
}
