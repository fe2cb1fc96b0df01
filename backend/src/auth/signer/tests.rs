use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::auth::Verifier;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET, file, signer};

impl Signer {
    /// Returns a signed token with any header and any claims.
    pub(in crate::auth) fn compact(&self, header: &str, claims: impl AsRef<[u8]>) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = crypto::sign(signed.as_bytes(), &self.key, self.algorithm.to_jwt());
        format!("{signed}.{}", signature.expect("the key can sign"))
    }

    /// Creates a signer with any bytes as the secret, regardless of their number.
    pub(in crate::auth) fn from_secret_unchecked(secret: &[u8]) -> Self {
        Self::new(Algorithm::Hs256, EncodingKey::from_secret(secret))
    }
}

/// Returns the `info` that a verifier reads from a token of `signer`.
fn info(verifier: &Verifier, signer: &Signer) -> String {
    let token = signer.token(r#"{"sub":"42","exp":1000,"info":{ "a": 1.50 }}"#).expect("the key can sign");
    let identity = verifier.verify(&token, 900).expect("the keys are a pair");
    identity.info().expect("the token has an `info`").get().to_owned()
}

#[test]
fn the_public_key_verifies_tokens_of_the_private_key() {
    for (private, public) in [ED25519, P256, RSA] {
        let (signer, verifier) = (Signer::from_pem(private).unwrap(), Verifier::from_pem(public).unwrap());
        assert_eq!(signer.algorithm(), verifier.algorithm());
        assert_eq!(info(&verifier, &signer), r#"{ "a": 1.50 }"#, "byte for byte");
    }
    let verifier = Verifier::from_secret_file(&file("secret")).unwrap();
    assert_eq!(info(&verifier, &signer()), r#"{ "a": 1.50 }"#);
}

#[test]
fn reads_rsa_keys_in_pkcs1() {
    let signer = Signer::from_pem(include_bytes!("../testdata/rsa-pkcs1.private.pem")).unwrap();
    assert_eq!(info(&Verifier::from_pem(RSA.1).unwrap(), &signer), r#"{ "a": 1.50 }"#);
}

#[test]
fn ignores_text_around_a_private_key() {
    let around = [P256.1, b"for yodel:\n", P256.0, b"\nthe end"].concat();
    assert_eq!(Signer::from_pem(&around).map(|signer| signer.algorithm()), Ok(Algorithm::Es256));
}

#[test]
fn rejects_claims_that_are_not_json() {
    assert_eq!(signer().token("no claims at all"), Err(SignerError::InvalidClaims));
}

#[test]
fn rejects_files_without_a_supported_private_key() {
    for (content, error) in [
        (&b""[..], SignerError::NoPrivateKey),
        (SECRET, SignerError::NoPrivateKey),
        (P256.1, SignerError::NoPrivateKey),
        (include_bytes!("../testdata/p256-sec1.private.pem"), SignerError::Unsupported),
        (include_bytes!("../testdata/p384.private.pem"), SignerError::Unsupported),
        (include_bytes!("../testdata/ed25519-encrypted.private.pem"), SignerError::NoPrivateKey),
        (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", SignerError::Unsupported),
    ] {
        assert_eq!(Signer::from_pem(content).err(), Some(error), "{}", String::from_utf8_lossy(content));
    }
    assert!(Signer::from_secret(b"short").unwrap_err().contains("32"));
}

#[test]
fn debug_output_contains_no_keys() {
    assert_eq!(format!("{:?}", signer()), "Signer(HS256)");
    assert_eq!(format!("{:?}", Signer::from_pem(ED25519.0).unwrap()), "Signer(EdDSA)");
}
