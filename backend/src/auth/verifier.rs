//! A token becomes an identity, or is denied.

use std::fmt;
use std::path::Path;

use jsonwebtoken::{DecodingKey, TokenData, Validation};
use serde_json::value::RawValue;

use super::algorithm::Algorithm;
use super::claims::{Claims, UNREADABLE};
use super::denied::Denied;
use super::file::{AuthError, Named};
use super::identity::Identity;
use super::key::{self, KeyError};
use super::{jwt, provider, secret};

/// Checks tokens with one key, which it never shows. What that is decides the algorithm, and no token does.
#[derive(Clone)]
pub struct Verifier {
    algorithm: Algorithm,
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    /// A verifier with the secret in a file, for HS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds less than 32 bytes.
    pub fn from_secret_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-secret-file", file).read(Self::from_secret)
    }

    /// A verifier with the public key in a file of PEM. The key decides between `EdDSA`, ES256 and RS256.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no such key.
    pub fn from_public_key_file(file: &Path) -> Result<Self, AuthError> {
        Named::new("--jwt-public-key", file).read(Self::from_pem)
    }

    fn from_secret(content: &[u8]) -> Result<Self, String> {
        secret::within(content).map(|secret| Self::new(Algorithm::Hs256, DecodingKey::from_secret(secret)))
    }

    pub(super) fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        key::public(pem).map(|(algorithm, key)| Self::new(algorithm, key))
    }

    fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        provider::install();
        let mut validation = Validation::new(algorithm.in_tokens());
        // What a token claims is judged by `claims`, and the time comes from the caller.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { algorithm, key, validation }
    }

    /// The only algorithm that is accepted.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Who a token is about, at a time in seconds since 1970.
    ///
    /// # Errors
    /// When the token is not to be trusted, claims what cannot be, or has expired.
    pub fn verify(&self, token: &str, now: u64) -> Result<Identity, Denied> {
        jwt::check_header(token)?;
        let token: TokenData<Box<RawValue>> = jsonwebtoken::decode(token, &self.key, &self.validation)
            .map_err(|error| jwt::denied(&error, UNREADABLE))?;
        Claims::read(token.claims.get())?.at(now)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests;
