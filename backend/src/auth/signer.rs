//! Signing of tokens, for `yodel token make` and for tests.

use std::fmt;
use std::path::Path;

use jsonwebtoken::{EncodingKey, Header, crypto};
use serde_json::value::RawValue;

use super::algorithm::Algorithm;
use super::file::{CredentialFile, CredentialFileError};
use super::{provider, secret};

/// First lines of private keys in PEM. The last one, SEC 1, is recognized but not supported.
const BEGIN: [&str; 3] =
    ["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----"];

/// Signer of tokens with one key, whose type determines the algorithm.
pub struct Signer {
    algorithm: Algorithm,
    key: EncodingKey,
}

/// Error of a key or token that cannot be used for signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The file contains no private key.
    #[error("the file contains no private key: an unencrypted one in PEM starts with -----BEGIN PRIVATE KEY-----")]
    NoPrivateKey,
    /// The type, size or format of the key is not supported, or the key is damaged.
    #[error(
        "unsupported private key: supported are Ed25519, P-256 (prime256v1) and RSA of 2048 to 4096 bits; convert other formats to PKCS#8 with `openssl pkcs8 -topk8 -nocrypt`"
    )]
    Unsupported,
    /// The claims are not JSON.
    #[error("cannot sign: the claims are not JSON")]
    InvalidClaims,
    /// The system's random source failed.
    #[error("cannot sign: the system's random source failed")]
    NoRandomness,
}

impl Signer {
    /// Creates an HS256 signer with the secret in a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or contains less than 32 bytes.
    pub fn from_secret_file(file: &Path) -> Result<Self, CredentialFileError> {
        CredentialFile::new("jwt_secret_file", file).read(Self::from_secret)
    }

    /// Creates a signer with the private key in a PEM file. The type of the key determines the algorithm:
    /// `EdDSA`, ES256 or RS256.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or contains no such key.
    pub fn from_private_key_file(file: &Path) -> Result<Self, CredentialFileError> {
        CredentialFile::new("jwt_private_key", file).read(Self::from_pem)
    }

    /// Creates an HS256 signer from the content of a secret file.
    ///
    /// # Errors
    /// Returns an error if the secret is too short, or the content is a PEM key.
    pub fn from_secret(content: &[u8]) -> Result<Self, String> {
        secret::from_file_content(content).map(|secret| Self::new(Algorithm::Hs256, EncodingKey::from_secret(secret)))
    }

    /// Creates a signer from a private key in PEM. Text around the key is ignored.
    ///
    /// # Errors
    /// Returns an error if there is no private key, or its type is not supported.
    pub fn from_pem(pem: &[u8]) -> Result<Self, SignerError> {
        let text = String::from_utf8_lossy(pem);
        let begin = BEGIN.iter().find_map(|begin| text.find(begin)).ok_or(SignerError::NoPrivateKey)?;
        let pem = &text.as_bytes()[begin..];
        let signer = EncodingKey::from_ed_pem(pem)
            .map(|key| Self::new(Algorithm::EdDsa, key))
            .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| Self::new(Algorithm::Es256, key)))
            .or_else(|_| EncodingKey::from_rsa_pem(pem).map(|key| Self::new(Algorithm::Rs256, key)))
            .map_err(|_| SignerError::Unsupported)?;
        // The parser checks only the encoding; a trial signature checks the key itself.
        crypto::sign(b"", &signer.key, signer.algorithm.to_jwt()).map_err(|_| SignerError::Unsupported)?;
        Ok(signer)
    }

    fn new(algorithm: Algorithm, key: EncodingKey) -> Self {
        provider::install();
        Self { algorithm, key }
    }

    /// Returns the algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns a signed token with `claims`, which is JSON.
    ///
    /// # Errors
    /// Returns an error if `claims` is not JSON, or the system's random source fails.
    pub fn token(&self, claims: &str) -> Result<String, SignerError> {
        let claims: &RawValue = serde_json::from_str(claims).map_err(|_| SignerError::InvalidClaims)?;
        let header = Header::new(self.algorithm.to_jwt());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| SignerError::NoRandomness)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests;
