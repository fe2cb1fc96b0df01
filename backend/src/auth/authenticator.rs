//! Authentication of requests by the settings of the server.

use axum::http::HeaderMap;

use super::api_keys::ApiKeys;
use super::credentials::Credentials;
use super::denied::Denied;
use super::file::AuthError;
use super::identity::Identity;
use super::verifier::Verifier;
use crate::config::{AuthMode, ServerConfig};

/// How the server finds out who somebody is. What is secret in it is not shown.
#[derive(Clone, Debug)]
pub struct Auth {
    verifier: Option<Verifier>,
    api_keys: Option<ApiKeys>,
    cookie: Option<String>,
    exempt: Vec<String>,
}

impl Auth {
    /// Reads the files that the flags name.
    ///
    /// # Errors
    /// When one cannot be read or does not hold what it should.
    pub fn new(config: &ServerConfig) -> Result<Self, AuthError> {
        let flags = &config.auth;
        let verifier = match (flags.mode, &flags.jwt_secret_file, &flags.jwt_public_key) {
            (AuthMode::Jwt, Some(file), _) => Some(Verifier::from_secret_file(file)?),
            (AuthMode::Jwt, None, Some(file)) => Some(Verifier::from_public_key_file(file)?),
            _ => None,
        };
        let api_keys = flags.api_key_file.as_deref().map(ApiKeys::read).transpose()?;
        Ok(Self { verifier, api_keys, cookie: flags.cookie.clone(), exempt: flags.exempt.clone() })
    }

    /// Who sends this request to a path, at a time in seconds since 1970; `None` when a token is
    /// still due. One that is brought has to be good, also where none is needed.
    ///
    /// # Errors
    /// When the token is not accepted.
    pub fn identify(&self, path: &str, headers: &HeaderMap, now: u64) -> Result<Option<Identity>, Denied> {
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

    /// What checks a token that comes later; none under `--auth none`.
    pub fn verifier(&self) -> Option<&Verifier> {
        self.verifier.as_ref()
    }

    /// The keys for the HTTP interface, if there are any.
    pub fn api_keys(&self) -> Option<&ApiKeys> {
        self.api_keys.as_ref()
    }

    /// The name of the cookie that may hold a token.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}

#[cfg(test)]
mod tests;
