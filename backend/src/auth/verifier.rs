//! A token becomes an identity, or is denied.

use std::path::Path;

use super::claims::Claims;
use super::file::{AuthError, Named};
use super::jws::Jws;
use super::key::Key;
use super::{Algorithm, Denied, Identity};

/// Checks tokens with one key; a handle that is cheap to share and never shows it.
#[derive(Clone, Debug)]
pub struct Verifier {
    key: Key,
}

impl Verifier {
    /// A verifier with the secret in a file, for HS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds less than 32 bytes.
    pub fn from_secret_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-secret-file", file).read(Key::from_secret).map(|key| Self { key })
    }

    /// A verifier with the public key in a file of PEM. The key decides between `EdDSA`, ES256 and RS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no such key.
    pub fn from_public_key_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-public-key", file).read(Key::from_pem).map(|key| Self { key })
    }

    /// The only algorithm that is accepted.
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Who a token is about, at a time in seconds since 1970.
    ///
    /// # Errors
    /// When the token is not to be trusted, claims what cannot be, or has expired.
    pub fn verify(&self, token: &str, now: u64) -> Result<Identity, Denied> {
        let token = Jws::parse(token)?;
        self.key.check(&token)?;
        Claims::read(&token.payload)?.at(now)
    }
}

#[cfg(test)]
mod tests;
