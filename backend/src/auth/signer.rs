//! Makes tokens: for `yodel token make`, and for tests.

use std::fmt;
use std::path::Path;

use jsonwebtoken::{EncodingKey, Header, crypto};
use serde_json::value::RawValue;

use super::algorithm::Algorithm;
use super::file::{AuthError, Named};
use super::{provider, secret};

/// How private keys in PEM begin. The last form is an older one, which cannot be read.
const BEGIN: [&str; 3] =
    ["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----"];

/// What tokens are signed with. What it is decides the algorithm.
pub struct Signer {
    algorithm: Algorithm,
    key: EncodingKey,
}

/// Why a token cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// No private key at all.
    #[error("there is no private key in it: in PEM, and not encrypted, it begins with -----BEGIN PRIVATE KEY-----")]
    Pem,
    /// Of another kind, damaged, or in an older form.
    #[error(
        "a private key is Ed25519, P-256 (prime256v1) or RSA of 2048 to 4096 bits; another form becomes PKCS#8 with `openssl pkcs8 -topk8 -nocrypt`"
    )]
    Kind,
    /// What the token should claim is something else than JSON.
    #[error("cannot sign: the claims are no JSON")]
    Claims,
    /// The system has no randomness.
    #[error("cannot sign: the system gives no random numbers")]
    Random,
}

impl Signer {
    /// A signer with the secret in a file, for HS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds less than 32 bytes.
    pub fn from_secret_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-secret-file", file).read(Self::from_secret)
    }

    /// A signer with the private key in a file of PEM. The key decides between `EdDSA`, ES256 and RS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no such key.
    pub fn from_private_key_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-private-key", file).read(Self::from_pem)
    }

    /// A secret, from what is in its file.
    ///
    /// # Errors
    /// When it is too short or no secret.
    pub fn from_secret(content: &[u8]) -> Result<Self, String> {
        secret::within(content).map(|secret| Self::new(Algorithm::Hs256, EncodingKey::from_secret(secret)))
    }

    /// A private key, from PEM.
    ///
    /// # Errors
    /// When there is none, or one of a kind that is not known.
    pub fn from_pem(pem: &[u8]) -> Result<Self, SignerError> {
        let text = String::from_utf8_lossy(pem);
        let begin = BEGIN.iter().find_map(|begin| text.find(begin)).ok_or(SignerError::Pem)?;
        let pem = &text.as_bytes()[begin..];
        let signer = EncodingKey::from_ed_pem(pem)
            .map(|key| Self::new(Algorithm::EdDsa, key))
            .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| Self::new(Algorithm::Es256, key)))
            .or_else(|_| EncodingKey::from_rsa_pem(pem).map(|key| Self::new(Algorithm::Rs256, key)))
            .map_err(|_| SignerError::Kind)?;
        // So far only its form was looked at.
        crypto::sign(b"", &signer.key, signer.algorithm.in_tokens()).map_err(|_| SignerError::Kind)?;
        Ok(signer)
    }

    fn new(algorithm: Algorithm, key: EncodingKey) -> Self {
        provider::install();
        Self { algorithm, key }
    }

    /// The one algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Makes a token that claims this, which is JSON.
    ///
    /// # Errors
    /// When it is no JSON, or the system has no randomness.
    pub fn token(&self, claims: &str) -> Result<String, SignerError> {
        let claims: &RawValue = serde_json::from_str(claims).map_err(|_| SignerError::Claims)?;
        let header = Header::new(self.algorithm.in_tokens());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| SignerError::Random)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests;
