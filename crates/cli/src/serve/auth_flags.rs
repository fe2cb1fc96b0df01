//! Flags of `yodel serve` for authentication.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_server::config::{AuthConfig, AuthMode};

use crate::value;

/// Authentication flags of `yodel serve`.
#[derive(Args, Clone, Debug)]
pub struct AuthFlags {
    /// Authentication of clients
    ///
    /// Pages pass the token as a subprotocol (`yodel.v1` or `yodel.plain`, and `bearer.TOKEN`) or in their first
    /// message; other programs in the header `Authorization: Bearer TOKEN`. Both may use a cookie, see --auth-cookie.
    /// `yodel token make` creates tokens for testing.
    #[arg(id = "auth", long = "auth", help_heading = "Access", env = "YODEL_AUTH", value_name = "MODE", value_enum, default_value_t = AuthMode::None)]
    pub mode: AuthMode,

    /// File with the secret that signs tokens (HS256): at least 32 bytes, a trailing newline is ignored
    #[arg(long, help_heading = "Access", env = "YODEL_JWT_SECRET_FILE", value_name = "FILE")]
    pub jwt_secret_file: Option<PathBuf>,

    /// File with the public key (PEM) that verifies tokens: Ed25519, P-256 (ES256) or RSA (RS256)
    #[arg(long, help_heading = "Access", env = "YODEL_JWT_PUBLIC_KEY", value_name = "FILE")]
    pub jwt_public_key: Option<PathBuf>,

    /// Audience of this server (repeatable); tokens must contain one of them in `aud`
    ///
    /// Without this flag, tokens with an `aud` are rejected, because they are for another server.
    #[arg(long, help_heading = "Access", env = "YODEL_JWT_AUDIENCE", value_name = "NAME", value_delimiter = ',')]
    pub jwt_audience: Vec<String>,

    /// Accepted issuer (`iss`) of tokens (repeatable) [default: any]
    #[arg(long, help_heading = "Access", env = "YODEL_JWT_ISSUER", value_name = "NAME", value_delimiter = ',')]
    pub jwt_issuer: Vec<String>,

    /// Time after its creation (`iat`) for which a token is accepted, even if its `exp` is later [default: unlimited]
    #[arg(long, help_heading = "Access", env = "YODEL_JWT_MAX_AGE", value_name = "DURATION", value_parser = value::lifetime)]
    pub jwt_max_age: Option<Duration>,

    /// Also accept a token in the cookie of this name
    #[arg(id = "auth_cookie", long = "auth-cookie", help_heading = "Access", env = "YODEL_AUTH_COOKIE", value_name = "NAME", value_parser = value::cookie)]
    pub cookie: Option<String>,

    /// Path that needs no token (repeatable)
    #[arg(id = "auth_exempt", long = "auth-exempt", help_heading = "Access", env = "YODEL_AUTH_EXEMPT", value_name = "PATH", value_delimiter = ',', value_parser = value::path)]
    pub exempt: Vec<String>,

    /// Time in which a client that connected without a token must send one
    #[arg(id = "auth_timeout", long = "auth-timeout", help_heading = "Access", env = "YODEL_AUTH_TIMEOUT", value_name = "DURATION", default_value = "10s", value_parser = value::duration)]
    pub timeout: Duration,

    /// File with keys for the HTTP API: one per line, at least 32 bytes each; lines that start with # are skipped
    #[arg(long, help_heading = "Access", env = "YODEL_API_KEY_FILE", value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

impl AuthFlags {
    /// Converts the flags to the settings of the library.
    pub fn config(self) -> AuthConfig {
        AuthConfig {
            mode: self.mode,
            jwt_secret_file: self.jwt_secret_file,
            jwt_public_key: self.jwt_public_key,
            jwt_audience: self.jwt_audience,
            jwt_issuer: self.jwt_issuer,
            jwt_max_age: self.jwt_max_age,
            cookie: self.cookie,
            exempt: self.exempt,
            timeout: self.timeout,
            api_key_file: self.api_key_file,
        }
    }
}
