//! Verification of tokens.

use std::fmt;
use std::path::Path;

use jsonwebtoken::{DecodingKey, TokenData, Validation};
use serde_json::value::RawValue;

use super::algorithm::Algorithm;
use super::claims::{Claims, INVALID_CLAIMS};
use super::file::{CredentialFile, CredentialFileError};
use super::identity::Identity;
use super::key::{self, KeyError};
use super::token_requirements::TokenRequirements;
use super::verify_error::VerifyError;
use super::{jwt, provider, secret};

/// Verifier of tokens with one key. The type of the key determines the algorithm, never the token. Its debug
/// output does not contain the key.
#[derive(Clone)]
pub struct Verifier {
    algorithm: Algorithm,
    key: DecodingKey,
    validation: Validation,
    requirements: TokenRequirements,
}

impl Verifier {
    /// Creates an HS256 verifier with the secret in a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or contains less than 32 bytes.
    pub fn from_secret_file(file: &Path) -> Result<Self, CredentialFileError> {
        CredentialFile::new("jwt_secret_file", file).read(Self::from_secret)
    }

    /// Creates a verifier with the public key in a PEM file. The type of the key determines the algorithm:
    /// `EdDSA`, ES256 or RS256.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or contains no such key.
    pub fn from_public_key_file(file: &Path) -> Result<Self, CredentialFileError> {
        CredentialFile::new("jwt_public_key", file).read(Self::from_pem)
    }

    fn from_secret(content: &[u8]) -> Result<Self, String> {
        secret::from_file_content(content).map(|secret| Self::new(Algorithm::Hs256, DecodingKey::from_secret(secret)))
    }

    pub(super) fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        key::parse_public_key(pem).map(|(algorithm, key)| Self::new(algorithm, key))
    }

    fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        provider::install();
        let mut validation = Validation::new(algorithm.to_jwt());
        // `claims` validates the claims, at the time that the caller passes.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { algorithm, key, validation, requirements: TokenRequirements::default() }
    }

    /// Sets the requirements on claims. Without them a token with an `aud` is rejected.
    #[must_use]
    pub fn with_requirements(self, requirements: TokenRequirements) -> Self {
        Self { requirements, ..self }
    }

    /// Returns the only algorithm that is accepted.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies a token at the Unix time `now`, in seconds, and returns its identity. Claims are parsed only
    /// after the signature is verified.
    ///
    /// # Errors
    /// Returns an error if the signature or the claims are invalid, or the token has expired.
    pub fn verify(&self, token: &str, now: u64) -> Result<Identity, VerifyError> {
        jwt::check_header(token)?;
        let token: TokenData<Box<RawValue>> = jsonwebtoken::decode(token, &self.key, &self.validation)
            .map_err(|error| jwt::verify_error(&error, INVALID_CLAIMS))?;
        Claims::parse(token.claims.get())?.validate(now, &self.requirements)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests;
