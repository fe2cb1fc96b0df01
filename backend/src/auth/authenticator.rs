//! Authentication of requests, as configured.

use axum::http::HeaderMap;

use super::api_keys::ApiKeys;
use super::block_list::BlockList;
use super::credentials::Credentials;
use super::file::{CredentialFile, CredentialFileError};
use super::identity::Identity;
use super::token_requirements::TokenRequirements;
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
    blocked: BlockList,
}

impl Authenticator {
    /// Creates an authenticator, and reads the key files that the settings name.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, or does not contain the expected key.
    pub fn new(config: &ServerConfig) -> Result<Self, CredentialFileError> {
        let auth = &config.auth;
        for (setting, file) in [("jwt_secret_file", &auth.jwt_secret_file), ("api_key_file", &auth.api_key_file)] {
            if let Some(file) = file {
                CredentialFile::new(setting, file).warn_if_exposed();
            }
        }
        let verifier = match (auth.mode, &auth.jwt_secret_file, &auth.jwt_public_key) {
            (AuthMode::Jwt, Some(file), _) => Some(Verifier::from_secret_file(file)?),
            (AuthMode::Jwt, None, Some(file)) => Some(Verifier::from_public_key_file(file)?),
            _ => None,
        };
        let verifier = verifier.map(|verifier| verifier.with_requirements(TokenRequirements::new(auth)));
        let api_keys = auth.api_key_file.as_deref().map(ApiKeys::read).transpose()?;
        let (cookie, exempt, blocked) = (auth.cookie.clone(), auth.exempt.clone(), BlockList::default());
        Ok(Self { verifier, api_keys, cookie, exempt, blocked })
    }

    /// Verifies a token at the Unix time `now`, in seconds; `None` with [`AuthMode::None`].
    ///
    /// # Errors
    /// Returns an error if the token is rejected, or its user is blocked.
    pub fn verify(&self, token: &str, now: u64) -> Result<Option<Identity>, VerifyError> {
        let Some(verifier) = &self.verifier else { return Ok(None) };
        let identity = verifier.verify(token, now)?;
        self.check_blocked(&identity)?;
        Ok(Some(identity))
    }

    /// Checks that the user of an identity may connect.
    ///
    /// # Errors
    /// [`VerifyError::Blocked`] if the user is blocked.
    pub fn check_blocked(&self, identity: &Identity) -> Result<(), VerifyError> {
        let is_blocked = identity.user().is_some_and(|user| self.blocked.contains(user));
        if is_blocked { Err(VerifyError::Blocked) } else { Ok(()) }
    }

    /// Returns the users that may not connect.
    pub fn blocked(&self) -> &BlockList {
        &self.blocked
    }

    /// Returns the identity of a request to `path` at the Unix time `now`, in seconds; `None` if the request
    /// has no token and the path needs one. A token that is present must be valid, even on an exempt path.
    ///
    /// # Errors
    /// Returns an error if the token is rejected.
    pub fn identify(&self, path: &str, headers: &HeaderMap, now: u64) -> Result<Option<Identity>, VerifyError> {
        if !self.requires_tokens() {
            return Ok(Some(Identity::anonymous()));
        }
        match Credentials::find(headers, self.cookie.as_deref()) {
            Some(credentials) => self.verify(credentials.token(), now),
            None => Ok(self.is_exempt(path).then(Identity::anonymous)),
        }
    }

    fn is_exempt(&self, path: &str) -> bool {
        self.exempt.iter().any(|exempt| exempt == path)
    }

    /// Returns whether clients need a token; false with [`AuthMode::None`].
    pub fn requires_tokens(&self) -> bool {
        self.verifier.is_some()
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
