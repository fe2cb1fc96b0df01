//! Settings of authentication.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::{AuthMode, ConfigError, defaults};

/// Settings of authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthConfig {
    /// Authentication of clients: none, or a JSON Web Token.
    pub mode: AuthMode,
    /// File with the secret (HS256) that verifies tokens, at least 32 bytes. A line break at its end is not part
    /// of the secret.
    pub jwt_secret_file: Option<PathBuf>,
    /// File with the public key (PEM) that verifies tokens: Ed25519 (`EdDSA`), P-256 (ES256) or RSA (RS256).
    pub jwt_public_key: Option<PathBuf>,
    /// Audiences of this server: a token must contain one of them in `aud`. Without any, a token with an `aud` is
    /// rejected, because it is for another server (RFC 7519, section 4.1.3).
    pub jwt_audience: Vec<String>,
    /// Accepted values of `iss`; empty for any value and none.
    pub jwt_issuer: Vec<String>,
    /// Time after `iat` at which a token expires even if its `exp` is later; `None` for no limit.
    pub jwt_max_age: Option<Duration>,
    /// Name of the cookie that may contain a token.
    pub cookie: Option<String>,
    /// Paths that do not require a token in plain mode.
    pub exempt: Vec<String>,
    /// Time within which a client that connects without a token has to send one.
    pub timeout: Duration,
    /// File with keys for the HTTP API, one per line and at least 32 bytes each. Lines that start with `#` are
    /// skipped.
    pub api_key_file: Option<PathBuf>,
}

/// Setting that has an effect only with tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSetting {
    /// [`AuthConfig::jwt_secret_file`]
    JwtSecretFile,
    /// [`AuthConfig::jwt_public_key`]
    JwtPublicKey,
    /// [`AuthConfig::jwt_audience`]
    JwtAudience,
    /// [`AuthConfig::jwt_issuer`]
    JwtIssuer,
    /// [`AuthConfig::jwt_max_age`]
    JwtMaxAge,
    /// [`AuthConfig::cookie`]
    Cookie,
    /// [`AuthConfig::exempt`]
    Exempt,
}

impl fmt::Display for TokenSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JwtSecretFile => "jwt_secret_file",
            Self::JwtPublicKey => "jwt_public_key",
            Self::JwtAudience => "jwt_audience",
            Self::JwtIssuer => "jwt_issuer",
            Self::JwtMaxAge => "jwt_max_age",
            Self::Cookie => "cookie",
            Self::Exempt => "exempt",
        })
    }
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            mode: AuthMode::None,
            jwt_secret_file: None,
            jwt_public_key: None,
            jwt_audience: Vec::new(),
            jwt_issuer: Vec::new(),
            jwt_max_age: None,
            cookie: None,
            exempt: Vec::new(),
            timeout: defaults::AUTH_TIMEOUT,
            api_key_file: None,
        }
    }
}

impl AuthConfig {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// Returns an error if a required setting is missing, or a setting would have no effect.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match self.mode {
            AuthMode::Jwt => self.check_key(),
            AuthMode::None => self.token_setting().map_or(Ok(()), |setting| Err(ConfigError::RequiresTokens(setting))),
        }
    }

    fn check_key(&self) -> Result<(), ConfigError> {
        match (&self.jwt_secret_file, &self.jwt_public_key) {
            (None, None) => Err(ConfigError::MissingTokenKey),
            (Some(_), Some(_)) => Err(ConfigError::ConflictingTokenKeys),
            _ => Ok(()),
        }
    }

    /// Returns a setting that is set although it has an effect only with tokens.
    fn token_setting(&self) -> Option<TokenSetting> {
        [
            (TokenSetting::JwtSecretFile, self.jwt_secret_file.is_some()),
            (TokenSetting::JwtPublicKey, self.jwt_public_key.is_some()),
            (TokenSetting::JwtAudience, !self.jwt_audience.is_empty()),
            (TokenSetting::JwtIssuer, !self.jwt_issuer.is_empty()),
            (TokenSetting::JwtMaxAge, self.jwt_max_age.is_some()),
            (TokenSetting::Cookie, self.cookie.is_some()),
            (TokenSetting::Exempt, !self.exempt.is_empty()),
        ]
        .into_iter()
        .find_map(|(setting, is_set)| is_set.then_some(setting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServerConfig;

    /// Returns the error of the settings after `change`.
    fn config_error(change: impl FnOnce(&mut AuthConfig)) -> Option<ConfigError> {
        let mut config = ServerConfig::default();
        change(&mut config.auth);
        config.check().err()
    }

    #[test]
    fn requires_exactly_one_verification_key() {
        assert_eq!(config_error(|auth| auth.mode = AuthMode::Jwt), Some(ConfigError::MissingTokenKey));
        let both = config_error(|auth| {
            auth.mode = AuthMode::Jwt;
            auth.jwt_secret_file = Some("secret".into());
            auth.jwt_public_key = Some("key".into());
        });
        assert_eq!(both, Some(ConfigError::ConflictingTokenKeys));
        for one in [true, false] {
            let error = config_error(|auth| {
                auth.mode = AuthMode::Jwt;
                auth.jwt_secret_file = one.then(|| "secret".into());
                auth.jwt_public_key = (!one).then(|| "key".into());
                auth.cookie = Some("session".to_owned());
                auth.exempt = vec!["/ws/echo".to_owned()];
            });
            assert_eq!(error, None);
        }
    }

    #[test]
    fn rejects_settings_without_effect() {
        for (setting, error) in [
            (TokenSetting::JwtSecretFile, config_error(|auth| auth.jwt_secret_file = Some("secret".into()))),
            (TokenSetting::JwtPublicKey, config_error(|auth| auth.jwt_public_key = Some("key".into()))),
            (TokenSetting::JwtAudience, config_error(|auth| auth.jwt_audience = vec!["chat".to_owned()])),
            (TokenSetting::JwtIssuer, config_error(|auth| auth.jwt_issuer = vec!["login".to_owned()])),
            (TokenSetting::JwtMaxAge, config_error(|auth| auth.jwt_max_age = Some(Duration::from_secs(1)))),
            (TokenSetting::Cookie, config_error(|auth| auth.cookie = Some("session".to_owned()))),
            (TokenSetting::Exempt, config_error(|auth| auth.exempt = vec!["/ws".to_owned()])),
        ] {
            assert_eq!(error, Some(ConfigError::RequiresTokens(setting)));
        }
        assert_eq!(config_error(|auth| auth.api_key_file = Some("keys".into())), None, "the HTTP API needs no tokens");
    }
}
