//! Flags of `yodel serve` for authentication.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_server::config::{AuthConfig, AuthMode};

use crate::value;

/// Flags of authentication.
#[derive(Args, Clone, Debug)]
pub struct AuthFlags {
    /// Whether clients have to say who they are: not at all, or with a JSON Web Token.
    ///
    /// A page offers the token as a subprotocol, `yodel.v1` and `bearer.TOKEN`, or sends it in its first
    /// message; other programs in the header `Authorization: Bearer TOKEN`; both may have it in a cookie.
    /// `yodel token make` makes tokens to try this with.
    #[arg(id = "auth", long = "auth", help_heading = "Who may connect", env = "YODEL_AUTH", value_name = "HOW", value_enum, default_value_t = AuthMode::None)]
    pub mode: AuthMode,

    /// The secret that tokens are signed with (HS256), at least 32 bytes. A newline at the end is not part of it.
    #[arg(long, help_heading = "Who may connect", env = "YODEL_JWT_SECRET_FILE", value_name = "FILE")]
    pub jwt_secret_file: Option<PathBuf>,

    /// The public key (PEM) to the private one that tokens are signed with: Ed25519, P-256 (ES256) or RSA (RS256).
    #[arg(long, help_heading = "Who may connect", env = "YODEL_JWT_PUBLIC_KEY", value_name = "FILE")]
    pub jwt_public_key: Option<PathBuf>,

    /// A token may also be in the cookie of this name.
    #[arg(id = "auth_cookie", long = "auth-cookie", help_heading = "Who may connect", env = "YODEL_AUTH_COOKIE", value_name = "NAME", value_parser = value::cookie)]
    pub cookie: Option<String>,

    /// This path may be used without a token (repeatable).
    #[arg(id = "auth_exempt", long = "auth-exempt", help_heading = "Who may connect", env = "YODEL_AUTH_EXEMPT", value_name = "PATH", value_delimiter = ',', value_parser = value::path)]
    pub exempt: Vec<String>,

    /// How long a client that connected without a token may take to send one.
    #[arg(id = "auth_timeout", long = "auth-timeout", help_heading = "Who may connect", env = "YODEL_AUTH_TIMEOUT", value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub timeout: Duration,

    /// Keys for the HTTP interface, one per line and at least 32 bytes each; lines that begin with # are skipped.
    #[arg(long, help_heading = "Who may connect", env = "YODEL_API_KEY_FILE", value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

impl AuthFlags {
    /// Returns the settings that the flags stand for.
    pub fn config(self) -> AuthConfig {
        AuthConfig {
            mode: self.mode,
            jwt_secret_file: self.jwt_secret_file,
            jwt_public_key: self.jwt_public_key,
            cookie: self.cookie,
            exempt: self.exempt,
            timeout: self.timeout,
            api_key_file: self.api_key_file,
        }
    }
}
