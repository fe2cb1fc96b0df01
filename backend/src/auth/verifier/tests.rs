use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::auth::Signer;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET, file, signer, token};
use crate::config::AuthConfig;

mod examples;

const CLAIMS: &str = r#"{"sub":"42","exp":1000}"#;

fn hs256() -> Verifier {
    Verifier::from_secret(SECRET).unwrap()
}

fn public((_, pem): (&[u8], &[u8])) -> Verifier {
    Verifier::from_pem(pem).unwrap()
}

/// Returns the user of a token that is verified at second 900.
fn user(verifier: &Verifier, token: &str) -> Result<Option<String>, VerifyError> {
    verifier.verify(token, 900).map(|identity| identity.user().map(str::to_owned))
}

/// Asserts that a token is invalid, with an error that contains `expected`.
fn assert_invalid(verifier: &Verifier, token: &str, expected: &str) {
    match user(verifier, token) {
        Err(VerifyError::Invalid(message)) => assert!(message.contains(expected), "{message}"),
        other => panic!("{token}: {other:?}"),
    }
}

#[test]
fn accepts_a_token_signed_with_the_key() {
    assert_eq!(user(&hs256(), &token(CLAIMS)), Ok(Some("42".to_owned())));
    for keys in [ED25519, P256, RSA] {
        let token = Signer::from_pem(keys.0).unwrap().token(CLAIMS).unwrap();
        assert_eq!(user(&public(keys), &token), Ok(Some("42".to_owned())));
    }
}

#[test]
fn rejects_a_token_signed_with_another_key() {
    let other = Signer::from_secret(b"another secret, that nobody knows").unwrap();
    assert_invalid(&hs256(), &other.token(CLAIMS).unwrap(), "signature");
    let rfc = Verifier::from_pem(include_bytes!("../testdata/rfc7515-a3.public.pem")).unwrap();
    assert_invalid(&rfc, &Signer::from_pem(P256.0).unwrap().token(CLAIMS).unwrap(), "signature");
}

#[test]
fn rejects_the_algorithm_none() {
    for algorithm in ["none", "None", "nOnE", ""] {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}"}}"#));
        let claims = URL_SAFE_NO_PAD.encode(CLAIMS);
        for signature in ["", "AA"] {
            for verifier in [hs256(), public(ED25519), public(RSA)] {
                assert_invalid(&verifier, &format!("{header}.{claims}.{signature}"), "`alg`");
            }
        }
        assert_invalid(&hs256(), &signer().compact(&format!(r#"{{"alg":"{algorithm}"}}"#), CLAIMS), "`alg`");
    }
}

/// Another installed provider may support algorithms of the same family.
#[test]
fn rejects_other_algorithms_of_the_same_family() {
    let signers = [P256, RSA].map(|keys| (Signer::from_pem(keys.0).unwrap(), public(keys)));
    for (signer, verifier) in signers.iter().chain([&(signer(), hs256())]) {
        for other in ["HS384", "HS512", "ES384", "RS384", "RS512", "PS256", "PS384", "PS512"] {
            let token = signer.compact(&format!(r#"{{"alg":"{other}"}}"#), CLAIMS);
            assert_invalid(verifier, &token, "does not match the server's key");
        }
    }
}

#[test]
fn rejects_an_audience_unless_it_is_configured_and_ignores_the_issuer() {
    let issued = r#"{"sub":"42","exp":1000,"iss":"https://example.org"}"#;
    assert_eq!(user(&hs256(), &token(issued)), Ok(Some("42".to_owned())));
    for aud in [r#""chat""#, r#"["chat"]"#, "[]"] {
        assert_invalid(&hs256(), &token(&format!(r#"{{"sub":"42","exp":1000,"aud":{aud}}}"#)), "has an `aud`");
    }
    for aud in ["null", "1", "[1]", "{}"] {
        assert_invalid(&hs256(), &token(&format!(r#"{{"sub":"42","exp":1000,"aud":{aud}}}"#)), "`aud` must be");
    }
}

#[test]
fn a_token_expires_at_its_maximum_age() {
    let config = AuthConfig { jwt_max_age: Some(Duration::from_secs(60)), ..AuthConfig::default() };
    let verifier = hs256().with_requirements(TokenRequirements::new(&config));
    let token = token(r#"{"sub":"42","exp":5000,"iat":900}"#);
    assert_eq!(verifier.verify(&token, 900).map(|identity| identity.expires()), Ok(Some(960)));
    assert!(verifier.verify(&token, 964).is_ok(), "clocks differ");
    assert_eq!(verifier.verify(&token, 965).err(), Some(VerifyError::Expired));
    assert_invalid(&verifier, &crate::auth::testdata::token(CLAIMS), "no `iat`");
}

/// Algorithm confusion: an attacker signs with the public key as the HMAC secret, in each of its encodings.
#[test]
fn rejects_a_token_signed_with_the_public_key_as_secret() {
    for (keys, algorithm) in [(RSA, "RS256"), (P256, "ES256"), (ED25519, "EdDSA")] {
        let trimmed = keys.1.trim_ascii_end();
        for secret in [keys.1, trimmed, public(keys).key.try_get_as_bytes().unwrap()] {
            let forger = Signer::from_secret_unchecked(secret);
            assert_invalid(&public(keys), &forger.token(CLAIMS).unwrap(), "does not match the server's key");
            let renamed = forger.compact(&format!(r#"{{"alg":"{algorithm}"}}"#), CLAIMS);
            assert_invalid(&public(keys), &renamed, "signature");
        }
    }
}

#[test]
fn the_key_and_not_the_token_determines_the_algorithm() {
    let signers = [
        signer(),
        Signer::from_pem(ED25519.0).unwrap(),
        Signer::from_pem(P256.0).unwrap(),
        Signer::from_pem(RSA.0).unwrap(),
    ];
    let verifiers = [hs256(), public(ED25519), public(P256), public(RSA)];
    for (which, signer) in signers.iter().enumerate() {
        for (other, verifier) in verifiers.iter().enumerate() {
            let token = signer.token(CLAIMS).unwrap();
            assert_eq!(user(verifier, &token).is_ok(), which == other, "{signer:?} {verifier:?}");
            let header = format!(r#"{{"alg":"{}"}}"#, verifier.algorithm());
            let renamed = signer.compact(&header, CLAIMS);
            assert_eq!(user(verifier, &renamed).is_ok(), which == other, "{signer:?} as {verifier:?}");
        }
    }
}

#[test]
fn rejects_a_modified_token() {
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (mine, admins) = (parts(&token(CLAIMS)), parts(&token(r#"{"sub":"admin","exp":1000}"#)));
    assert_invalid(&hs256(), &format!("{}.{}.{}", mine[0], admins[1], mine[2]), "signature");
    assert_invalid(&hs256(), &format!("{}.{}.{}", mine[0], mine[1], admins[2]), "signature");
    let renamed = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    assert_invalid(&hs256(), &format!("{renamed}.{}.{}", mine[1], mine[2]), "signature");
    let shorter = &mine[2][..mine[2].len() - 3];
    assert_invalid(&hs256(), &format!("{}.{}.{shorter}", mine[0], mine[1]), "signature");
}

#[test]
fn verifies_the_signature_before_the_claims() {
    let header = r#"{"alg":"HS256"}"#;
    let other = Signer::from_secret(b"another secret, that nobody knows").unwrap();
    for wrong in [&b"no claims at all"[..], b"{\xff}", b"[]", b"{}{}", br#"{"sub":["42"]}"#] {
        assert_invalid(&hs256(), &other.compact(header, wrong), "signature");
        assert_invalid(&hs256(), &signer().compact(header, wrong), "claims");
    }
    for (wrong, expected) in [(r#"{"sub":42,"exp":1000}"#, "`sub`"), (r#"{"sub":"42","exp":"1000"}"#, "`exp`")] {
        assert_invalid(&hs256(), &other.token(wrong).unwrap(), "signature");
        assert_invalid(&hs256(), &token(wrong), expected);
    }
}

#[test]
fn time_comes_from_the_caller() {
    let good = |now| hs256().verify(&token(r#"{"sub":"42","nbf":500,"exp":1000}"#), now).map(|_| ());
    assert!(matches!(good(494), Err(VerifyError::Invalid(message)) if message.contains("`nbf`")));
    assert_eq!((good(495), good(1004)), (Ok(()), Ok(())));
    assert_eq!((good(1005), good(u64::MAX)), (Err(VerifyError::Expired), Err(VerifyError::Expired)));
}

#[test]
fn rejects_a_huge_token_unparsed() {
    let claims = |length: usize| format!(r#"{{"sub":"42","exp":1000,"x":"{}"}}"#, "x".repeat(length));
    let (large, huge) = (token(&claims(6000)), token(&claims(6100)));
    assert!(large.len() < 8192 && huge.len() > 8192, "{} {}", large.len(), huge.len());
    assert_eq!(user(&hs256(), &large), Ok(Some("42".to_owned())));
    assert_invalid(&hs256(), &huge, "8 KiB");
    assert_invalid(&hs256(), &"x".repeat(100_000_000), "8 KiB");
}

#[test]
fn errors_and_debug_output_contain_neither_key_nor_token() {
    let secret = String::from_utf8_lossy(SECRET);
    for (token, expected) in [("very.secret.token", "token"), (&token("{\"sub\":\"very-secret\"}"), "`exp`")] {
        let denied = hs256().verify(token, 900).unwrap_err();
        for shown in [denied.to_string(), format!("{denied:?}"), format!("{:?}", hs256())] {
            assert!(!shown.contains("secret") && !shown.contains(secret.trim()), "{shown}");
        }
        assert!(denied.to_string().contains(expected));
    }
    assert_eq!(format!("{:?}", hs256()), "Verifier(HS256)");
}

#[test]
fn errors_name_the_key_file_and_its_setting() {
    assert_eq!(Verifier::from_public_key_file(&file("p256.public.pem")).unwrap().algorithm(), Algorithm::Es256);
    for (error, setting, name) in [
        (Verifier::from_public_key_file(&file("p384.public.pem")), "`jwt_public_key`", "p384.public.pem: "),
        (Verifier::from_public_key_file(&file("nothing.pem")), "`jwt_public_key`", "nothing.pem: No such file"),
        (
            Verifier::from_secret_file(&file("p256.public.pem")),
            "`jwt_secret_file`",
            "p256.public.pem: the file contains a PEM key",
        ),
    ] {
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(setting) && error.contains(name), "{error}");
    }
}
