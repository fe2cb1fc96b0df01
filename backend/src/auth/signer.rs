//! Makes tokens: for `yodel token make`, and for tests.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{error, hmac};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::file::{AuthError, Named};
use super::{Algorithm, secret};

/// What tokens are signed with. What it is decides the algorithm.
pub enum Signer {
    /// A secret, for HS256.
    Secret(hmac::Key),
    /// A private key, for `EdDSA`.
    Ed25519(Ed25519KeyPair),
    /// A private key, for ES256.
    P256(EcdsaKeyPair),
    /// A private key, for RS256.
    Rsa(RsaKeyPair),
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
    /// The system has no randomness.
    #[error("cannot sign: the system gives no random numbers")]
    Random,
}

impl From<error::Unspecified> for SignerError {
    fn from(_: error::Unspecified) -> Self {
        Self::Random
    }
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
        secret::key(content).map(Self::Secret)
    }

    /// A private key, from PEM.
    ///
    /// # Errors
    /// When there is none, or one of a kind that is not known.
    pub fn from_pem(pem: &[u8]) -> Result<Self, SignerError> {
        match PrivateKeyDer::from_pem_slice(pem).map_err(|_| SignerError::Pem)? {
            PrivateKeyDer::Pkcs8(key) => Self::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(Self::Rsa),
            _ => None,
        }
        .ok_or(SignerError::Kind)
    }

    fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let p256 = || EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new());
        // `maybe_unchecked`: most programs do not write the public key beside an Ed25519 key.
        let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Self::Ed25519);
        ed25519.or_else(|_| p256().map(Self::P256)).or_else(|_| RsaKeyPair::from_pkcs8(der).map(Self::Rsa)).ok()
    }

    /// The one algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Secret(_) => Algorithm::Hs256,
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::P256(_) => Algorithm::Es256,
            Self::Rsa(_) => Algorithm::Rs256,
        }
    }

    /// Makes a token that claims this, which is JSON.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn token(&self, claims: &str) -> Result<String, SignerError> {
        self.compact(&format!(r#"{{"alg":"{}","typ":"JWT"}}"#, self.algorithm()), claims)
    }

    /// Makes a token with any header; for [`token`](Self::token), and for tests of strange ones.
    pub(super) fn compact(&self, header: &str, claims: &str) -> Result<String, SignerError> {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let random = SystemRandom::new();
        Ok(match self {
            Self::Secret(key) => hmac::sign(key, message).as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::P256(key) => key.sign(&random, message)?.as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                signature
            }
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.algorithm())
    }
}

#[cfg(test)]
mod tests;
