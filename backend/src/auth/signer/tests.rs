use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::auth::Verifier;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET, file, signer};

impl Signer {
    /// Makes a token with any header and any claims.
    pub(in crate::auth) fn compact(&self, header: &str, claims: impl AsRef<[u8]>) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = crypto::sign(signed.as_bytes(), &self.key, self.algorithm.in_tokens());
        format!("{signed}.{}", signature.expect("the key can sign"))
    }

    /// Signs with anything, also with what is no secret.
    pub(in crate::auth) fn forger(secret: &[u8]) -> Self {
        Self::new(Algorithm::Hs256, EncodingKey::from_secret(secret))
    }
}

/// What a verifier finds in a token.
fn info(verifier: &Verifier, signer: &Signer) -> String {
    let token = signer.token(r#"{"sub":"42","exp":1000,"info":{ "a": 1.50 }}"#).expect("the key can sign");
    let known = verifier.verify(&token, 900).expect("it was signed with the other half");
    known.info().expect("it is claimed").get().to_owned()
}

#[test]
fn what_is_signed_with_one_half_is_checked_with_the_other() {
    for (private, public) in [ED25519, P256, RSA] {
        let (signer, verifier) = (Signer::from_pem(private).unwrap(), Verifier::from_pem(public).unwrap());
        assert_eq!(signer.algorithm(), verifier.algorithm());
        assert_eq!(info(&verifier, &signer), r#"{ "a": 1.50 }"#, "byte for byte");
    }
    let verifier = Verifier::from_secret_file(&file("secret")).unwrap();
    assert_eq!(info(&verifier, &signer()), r#"{ "a": 1.50 }"#);
}

#[test]
fn rsa_keys_may_be_of_the_older_form() {
    let signer = Signer::from_pem(include_bytes!("../testdata/rsa-pkcs1.private.pem")).unwrap();
    assert_eq!(info(&Verifier::from_pem(RSA.1).unwrap(), &signer), r#"{ "a": 1.50 }"#);
}

#[test]
fn what_stands_around_a_private_key_does_not_matter() {
    let around = [P256.1, b"for yodel:\n", P256.0, b"\nthe end"].concat();
    assert_eq!(Signer::from_pem(&around).map(|signer| signer.algorithm()), Ok(Algorithm::Es256));
}

#[test]
fn claims_are_json() {
    assert_eq!(signer().token("no claims at all"), Err(SignerError::Claims));
}

#[test]
fn what_is_no_private_key_is_refused_with_what_to_do() {
    for (content, error) in [
        (&b""[..], SignerError::Pem),
        (SECRET, SignerError::Pem),
        (P256.1, SignerError::Pem),
        (include_bytes!("../testdata/p256-sec1.private.pem"), SignerError::Kind),
        (include_bytes!("../testdata/p384.private.pem"), SignerError::Kind),
        (include_bytes!("../testdata/ed25519-encrypted.private.pem"), SignerError::Pem),
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
