//! The flags that say who a client is.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::AuthMode;
use crate::value;

/// Who a client is. Each field is a flag; its documentation is the flag's help.
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
    /// What no single flag can see.
    ///
    /// # Errors
    /// When a flag is missing, or is there and would do nothing.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.mode {
            AuthMode::Jwt => self.check_key(),
            AuthMode::None => match self.only_with_jwt() {
                Some(flag) => Err(format!("{flag} does nothing without --auth jwt: say that too, or leave it out.")),
                None => Ok(()),
            },
        }
    }

    fn check_key(&self) -> Result<(), String> {
        match (&self.jwt_secret_file, &self.jwt_public_key) {
            (None, None) => Err("--auth jwt needs a key to check tokens with: say --jwt-secret-file FILE, made with `yodel token secret`, or --jwt-public-key FILE.".to_owned()),
            (Some(_), Some(_)) => Err("--jwt-secret-file and --jwt-public-key cannot both be: leave one out.".to_owned()),
            _ => Ok(()),
        }
    }

    /// A flag that is there and means something only with tokens.
    fn only_with_jwt(&self) -> Option<&'static str> {
        [
            ("--jwt-secret-file", self.jwt_secret_file.is_some()),
            ("--jwt-public-key", self.jwt_public_key.is_some()),
            ("--auth-cookie", self.cookie.is_some()),
            ("--auth-exempt", !self.exempt.is_empty()),
        ]
        .into_iter()
        .find_map(|(flag, is_there)| is_there.then_some(flag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// What is said about the flags after these changes.
    fn refused(change: impl FnOnce(&mut AuthFlags)) -> Option<String> {
        let mut config = Config::default();
        change(&mut config.auth);
        config.check().err()
    }

    #[test]
    fn tokens_are_checked_with_exactly_one_key() {
        let none = refused(|flags| flags.mode = AuthMode::Jwt).unwrap();
        assert!(none.contains("--jwt-secret-file") && none.contains("--jwt-public-key"), "{none}");
        let both = refused(|flags| {
            flags.mode = AuthMode::Jwt;
            flags.jwt_secret_file = Some("secret".into());
            flags.jwt_public_key = Some("key".into());
        });
        assert!(both.is_some_and(|both| both.contains("--jwt-secret-file and --jwt-public-key")));
        for one in [true, false] {
            let refused = refused(|flags| {
                flags.mode = AuthMode::Jwt;
                flags.jwt_secret_file = one.then(|| "secret".into());
                flags.jwt_public_key = (!one).then(|| "key".into());
                flags.cookie = Some("session".to_owned());
                flags.exempt = vec!["/ws/echo".to_owned()];
            });
            assert_eq!(refused, None);
        }
    }

    #[test]
    fn a_flag_that_would_do_nothing_is_refused() {
        for (flag, text) in [
            ("--jwt-secret-file", refused(|flags| flags.jwt_secret_file = Some("secret".into()))),
            ("--jwt-public-key", refused(|flags| flags.jwt_public_key = Some("key".into()))),
            ("--auth-cookie", refused(|flags| flags.cookie = Some("session".to_owned()))),
            ("--auth-exempt", refused(|flags| flags.exempt = vec!["/ws".to_owned()])),
        ] {
            let text = text.unwrap_or_default();
            assert!(text.starts_with(flag) && text.contains("--auth jwt"), "{text}");
        }
        assert_eq!(
            refused(|flags| flags.api_key_file = Some("keys".into())),
            None,
            "they are good for the HTTP interface"
        );
    }
}
