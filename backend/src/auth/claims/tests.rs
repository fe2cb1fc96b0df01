use super::*;

/// Returns valid claims followed by the JSON `more`.
fn with(more: &str) -> String {
    format!(r#"{{"sub":"42","exp":1000{more}}}"#)
}

fn read(claims: &str) -> Result<Claims, VerifyError> {
    Claims::parse(claims)
}

fn identity(claims: &str) -> Identity {
    read(claims)
        .and_then(|claims| claims.validate(0, &TokenRequirements::default()))
        .unwrap_or_else(|denied| panic!("{claims}: {denied}"))
}

/// Asserts that claims are rejected with an error that contains `expected`.
fn assert_invalid(claims: &str, expected: &str) {
    match read(claims) {
        Err(VerifyError::Invalid(message)) => assert!(message.contains(expected), "{claims}: {message}"),
        other => panic!("{claims}: {other:?}"),
    }
}

#[test]
fn reads_all_claims() {
    let parsed = identity(
        r#"{"iss":"x","sub":"4\u00e42","iat":1,"nbf":1,"exp":1000,"info":{ "name" : "Ä\u00e4",
            "n": 1.50 },"rooms":[{"room":"team-*","may":["join"]}],"broadcast":true,"api":true,"send":true,"call":true}"#,
    );
    assert_eq!((parsed.user(), parsed.expires(), parsed.rejected_from()), (Some("4ä2"), Some(1000), Some(1005)));
    assert_eq!(parsed.info().unwrap().get(), "{ \"name\" : \"Ä\\u00e4\",\n            \"n\": 1.50 }", "byte for byte");
    assert!(
        parsed.may(Action::Join, "team-1") && !parsed.may(Action::Publish, "team-1") && !parsed.may(Action::Join, "x")
    );
    assert!(parsed.may_broadcast() && parsed.may_api() && parsed.may_send() && parsed.may_call());
}

/// Returns whether broadcast, API, send and call are permitted.
fn global_permissions(claims: &str) -> [bool; 4] {
    let parsed = identity(claims);
    [parsed.may_broadcast(), parsed.may_api(), parsed.may_send(), parsed.may_call()]
}

#[test]
fn without_rooms_everything_except_broadcast_and_api_is_allowed() {
    assert_eq!(global_permissions(&with("")), [false, false, true, true]);
    assert!(Action::ALL.iter().all(|action| identity(&with("")).may(*action, "any")));
    assert_eq!(global_permissions(&with(r#","broadcast":true"#)), [true, false, true, true]);
    assert_eq!(global_permissions(&with(r#","api":true"#)), [false, true, true, true]);
    assert_eq!(global_permissions(&with(r#","send":false,"call":false"#)), [false, false, false, false]);
}

#[test]
fn with_rooms_only_claimed_permissions_are_granted() {
    assert_eq!(global_permissions(&with(r#","rooms":[]"#)), [false; 4]);
    assert!(!Action::ALL.iter().any(|action| identity(&with(r#","rooms":[]"#)).may(*action, "any")));
    assert_eq!(global_permissions(&with(r#","rooms":[],"send":true"#)), [false, false, true, false]);
    assert_eq!(global_permissions(&with(r#","rooms":[],"call":true"#)), [false, false, false, true]);
    assert_eq!(global_permissions(&with(r#","rooms":[],"broadcast":true,"api":true"#)), [true, true, false, false]);
}

#[test]
fn requires_a_user_and_an_expiry() {
    assert_invalid(r#"{"exp":1000}"#, "no `sub`");
    assert_invalid(r#"{"sub":"42"}"#, "no `exp`");
    for sub in ["null", "42", "true", "[\"42\"]", "{}", r#""""#, r#""a\nb""#, r#""a\u007f""#, r#""a\u009b""#] {
        assert_invalid(&format!(r#"{{"sub":{sub},"exp":1000}}"#), "`sub`");
    }
    assert_invalid(&format!(r#"{{"sub":"{}","exp":1000}}"#, "x".repeat(256)), "`sub`");
    assert_eq!(identity(&format!(r#"{{"sub":"{}","exp":1000}}"#, "x".repeat(255))).user().map(str::len), Some(255));
}

#[test]
fn times_are_numbers_of_seconds() {
    for wrong in ["null", "\"1000\"", "true", "[1000]", "{}", "-1", "1e400", "253402300800", "1718003600000"] {
        assert_invalid(&format!(r#"{{"sub":"42","exp":{wrong}}}"#), "`exp`");
        assert_invalid(&with(&format!(r#","nbf":{wrong}"#)), "`nbf`");
    }
    for (exp, time) in
        [("0", 0), ("1718003600", 1_718_003_600), ("1e3", 1000), ("1000.9", 1000), ("253402300799", 253_402_300_799)]
    {
        let claims = read(&format!(r#"{{"sub":"42","exp":{exp}}}"#)).unwrap();
        assert_eq!(claims.expires, time, "{exp}");
    }
}

#[test]
fn rejects_invalid_permissions() {
    for wrong in ["null", "{}", "\"*\"", "true", "1"] {
        assert_invalid(&with(&format!(r#","rooms":{wrong}"#)), "`rooms`");
    }
    for rule in [
        "null",
        "\"team-*\"",
        "{}",
        r#"["team-*",["join"]]"#,
        r#"{"room":"a"}"#,
        r#"{"may":["join"]}"#,
        r#"{"room":1,"may":["join"]}"#,
        r#"{"room":"","may":["join"]}"#,
        r#"{"room":"a\nb","may":["join"]}"#,
        r#"{"room":"a","may":"join"}"#,
        r#"{"room":"a","may":["joint"]}"#,
        r#"{"room":"a","may":["Join"]}"#,
        r#"{"room":"a","may":["join"],"except":"ab"}"#,
        r#"{"room":"a","may":["join"],"may":[]}"#,
    ] {
        assert_invalid(&with(&format!(r#","rooms":[{rule}]"#)), "each of the token's `rooms`");
    }
    for flag in ["broadcast", "api", "send", "call"] {
        for wrong in ["null", "1", "\"true\"", "[]"] {
            assert_invalid(&with(&format!(r#","{flag}":{wrong}"#)), &format!("`{flag}` must be true or false"));
        }
    }
}

#[test]
fn limits_the_number_of_rules_and_the_length_of_patterns() {
    let rules = |count| with(&format!(r#","rooms":[{}]"#, vec![r#"{"room":"a","may":[]}"#; count].join(",")));
    assert!(read(&rules(256)).is_ok());
    assert_invalid(&rules(257), "256");
    let room = |length| with(&format!(r#","rooms":[{{"room":"{}","may":["join"]}}]"#, "x".repeat(length)));
    assert!(read(&room(255)).is_ok());
    assert_invalid(&room(256), "`rooms`");
}

#[test]
fn info_is_any_json_up_to_1024_bytes() {
    for info in ["1", "\"Anna\"", "[]", "{\"a\":null}"] {
        assert_eq!(identity(&with(&format!(r#","info":{info}"#))).info().map(RawValue::get), Some(info));
    }
    assert!(identity(&with(r#","info":null"#)).info().is_none());
    let long = |length: usize| with(&format!(r#","info":"{}""#, "x".repeat(length - 2)));
    assert!(read(&long(1024)).is_ok());
    assert_invalid(&long(1025), "`info`");
}

#[test]
fn claims_are_one_object_with_unique_keys() {
    for wrong in
        ["", "null", "[]", r#"["42",1000]"#, "{", r#"{"sub":"42","exp":1000}{}"#, r#"{"sub":"42","exp":1,"exp":1000}"#]
    {
        assert_invalid(wrong, "not a JSON object");
    }
    assert_invalid(&with(r#","rooms":[],"rooms":[{"room":"*","may":["join"]}]"#), "unique keys");
}

#[test]
fn a_token_is_valid_until_its_expiry_plus_leeway() {
    let at = |now| read(&with("")).unwrap().validate(now, &TokenRequirements::default()).map(|parsed| parsed.expires());
    for now in [0, 999, 1000, 1004] {
        assert_eq!(at(now), Ok(Some(1000)), "{now}");
    }
    for now in [1005, 1006, u64::MAX] {
        assert_eq!(at(now), Err(VerifyError::Expired), "{now}");
    }
}

#[test]
fn a_token_is_valid_from_its_nbf_minus_leeway() {
    let at = |now| {
        read(&with(r#","nbf":500"#))
            .unwrap()
            .validate(now, &TokenRequirements::default())
            .map(|parsed| parsed.expires())
    };
    for now in [495, 500, 1004] {
        assert_eq!(at(now), Ok(Some(1000)), "{now}");
    }
    for now in [0, 494] {
        assert!(matches!(at(now), Err(VerifyError::Invalid(message)) if message.contains("`nbf`")), "{now}");
    }
}
