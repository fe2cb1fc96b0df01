//! Authentication of requests, as configured.

use axum::http::HeaderMap;

use super::api_keys::ApiKeys;
use super::credentials::Credentials;
use super::file::CredentialFileError;
use super::identity::Identity;
use super::verifier::Verifier;
use super::verify_error::VerifyError;
use crate::config::{AuthMode, ServerConfig};

/// Authenticator of requests: verification key, API keys, and the places where a token may be. Its debug
/// output contains no secrets.
#[derive(Clone, Debug)]
pub struct Authenticator {
    verifier: Option<Verifier>,
    api_keys: Option<ApiKeys>,
    cookie: Option<String>,
    exempt: Vec<String>,
}

impl Authenticator {
    /// Creates an authenticator, and reads the key files that the settings name.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, or does not contain the expected key.
    pub fn new(config: &ServerConfig) -> Result<Self, CredentialFileError> {
        let auth = &config.auth;
        let verifier = match (auth.mode, &auth.jwt_secret_file, &auth.jwt_public_key) {
            (AuthMode::Jwt, Some(file), _) => Some(Verifier::from_secret_file(file)?),
            (AuthMode::Jwt, None, Some(file)) => Some(Verifier::from_public_key_file(file)?),
            _ => None,
        };
        let api_keys = auth.api_key_file.as_deref().map(ApiKeys::read).transpose()?;
        Ok(Self { verifier, api_keys, cookie: auth.cookie.clone(), exempt: auth.exempt.clone() })
    }

    /// Returns the identity of a request to `path` at the Unix time `now`, in seconds; `None` if the request
    /// has no token and the path needs one. A token that is present must be valid, even on an exempt path.
    ///
    /// # Errors
    /// Returns an error if the token is rejected.
    pub fn identify(&self, path: &str, headers: &HeaderMap, now: u64) -> Result<Option<Identity>, VerifyError> {
        let Some(verifier) = &self.verifier else {
            return Ok(Some(Identity::anonymous()));
        };
        match Credentials::find(headers, self.cookie.as_deref()) {
            Some(credentials) => verifier.verify(credentials.token(), now).map(Some),
            None => Ok(self.is_exempt(path).then(Identity::anonymous)),
        }
    }

    fn is_exempt(&self, path: &str) -> bool {
        self.exempt.iter().any(|exempt| exempt == path)
    }

    /// Returns the verifier for tokens that arrive after the handshake; `None` with [`AuthMode::None`].
    pub fn verifier(&self) -> Option<&Verifier> {
        self.verifier.as_ref()
    }

    /// Returns the API keys, if configured.
    pub fn api_keys(&self) -> Option<&ApiKeys> {
        self.api_keys.as_ref()
    }

    /// Returns the name of the cookie that may contain a token.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}

#[cfg(test)]
mod tests;
