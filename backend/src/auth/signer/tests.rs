use super::*;
use crate::auth::jws::Jws;
use crate::auth::key::Key;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET, signer};

#[test]
fn what_is_signed_with_one_half_is_checked_with_the_other() {
    for (private, public) in [ED25519, P256, RSA] {
        let signer = Signer::from_pem(private).unwrap();
        let token = signer.token(r#"{"sub":"42"}"#).unwrap();
        let token = Jws::parse(&token).unwrap();
        assert_eq!(token.payload, br#"{"sub":"42"}"#);
        assert_eq!(token.algorithm(), Ok(signer.algorithm()));
        assert_eq!(Key::from_pem(public).unwrap().check(&token), Ok(()), "{signer:?}");
    }
    let token = signer().token("{}").unwrap();
    assert_eq!(Key::from_secret(SECRET).unwrap().check(&Jws::parse(&token).unwrap()), Ok(()));
}

#[test]
fn rsa_keys_may_be_of_the_older_form() {
    let key = Signer::from_pem(include_bytes!("../testdata/rsa-pkcs1.private.pem")).unwrap();
    let token = key.token("{}").unwrap();
    assert_eq!(Key::from_pem(RSA.1).unwrap().check(&Jws::parse(&token).unwrap()), Ok(()));
}

#[test]
fn what_is_no_private_key_is_refused_with_what_to_do() {
    for (content, error) in [
        (&b""[..], SignerError::Pem),
        (SECRET, SignerError::Pem),
        (P256.1, SignerError::Pem),
        (include_bytes!("../testdata/p256-sec1.private.pem"), SignerError::Kind),
        (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", SignerError::Kind),
    ] {
        assert_eq!(Signer::from_pem(content).err(), Some(error), "{}", String::from_utf8_lossy(content));
    }
    assert!(Signer::from_secret(b"short").unwrap_err().contains("32"));
}

#[test]
fn keys_are_not_shown() {
    assert_eq!(format!("{:?}", signer()), "Signer(HS256)");
    assert_eq!(format!("{:?}", Signer::from_pem(ED25519.0).unwrap()), "Signer(EdDSA)");
}
