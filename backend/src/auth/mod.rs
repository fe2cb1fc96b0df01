//! Who a client is, and what it may do: a token becomes an identity.
//!
//! | idea | file |
//! |---|---|
//! | where a token stands in a request | `credentials` |
//! | a token is checked | `verifier`: its form `jwt`, its claims `claims` `json` |
//! | why it is not accepted | `denied` |
//! | who somebody is, and may do what | `identity`; `permissions`, `pattern` |
//! | a token is made | `signer` |
//! | keys for programs | `api_keys` |
//! | secrets and keys in files | `file`, `secret`, `key`; what they are for: `algorithm` |
//! | signatures | `provider` |
//!
//! Tokens and keys are read by `jsonwebtoken`, signatures are those of `ring`, which TLS brings along.
//! What a token has to claim is judged here: the key decides the algorithm, and time comes from the
//! caller.

mod algorithm;
mod api_keys;
mod claims;
mod credentials;
mod denied;
mod file;
mod identity;
mod json;
mod jwt;
mod key;
pub mod origins;
mod pattern;
mod permissions;
mod provider;
mod secret;
mod signer;
mod verifier;

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;

use claims::Claims;

use crate::config::{AuthMode, ServerConfig};

pub use algorithm::Algorithm;
pub use api_keys::ApiKeys;
pub use credentials::{Credentials, Source};
pub use denied::Denied;
pub use file::AuthError;
pub use file::Named;
pub use identity::Identity;
pub use jwt::{LONGEST_TOKEN, NO_TOKEN};
pub use permissions::Action;
pub use signer::{Signer, SignerError};
pub use verifier::Verifier;

/// For how many seconds a token is good after it expired, and before it is valid: clocks differ.
pub const LEEWAY: u64 = 5;

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

/// The time in seconds since 1970. Before that, which is a clock that is not set, no token is valid.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |time| time.as_secs())
}

/// Who a token would be about if its signature were good: for somebody who looks at one, and never
/// for a client.
pub fn unverified(token: &str, now: u64) -> Result<Identity, Denied> {
    Claims::read(jwt::unverified_claims(token)?.get())?.at(now)
}

#[cfg(test)]
pub(crate) mod testdata;
#[cfg(test)]
mod tests;
