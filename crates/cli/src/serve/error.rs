//! Errors of `yodel serve`: the library's errors, with flags in place of settings.

use std::io;
use std::net::SocketAddr;

use tokio_rustls::rustls;
#[cfg(feature = "disk")]
use yodel_server::DiskError;
use yodel_server::auth::CredentialFileError;
use yodel_server::config::TokenSetting;
use yodel_server::{ConfigError, Error, TlsError};

/// Error that ends `yodel serve`; its message is one line.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A combination of flags is invalid.
    #[error("{}", config_message(.0))]
    Flags(ConfigError),
    /// The certificate or its key cannot be used.
    #[error("{}", tls_message(.0))]
    Tls(TlsError),
    /// A secret, a key for tokens or the keys for the HTTP API cannot be used.
    #[error("{}", credential_message(.0))]
    Credentials(CredentialFileError),
    /// Connections were still open at the end of a graceful shutdown.
    #[error("{}", drain_message(*.connections))]
    Drain {
        /// Number of connections.
        connections: usize,
    },
    /// A second signal ended the graceful shutdown.
    #[error("stopped immediately by a second signal; open connections were cut off")]
    Aborted,
    /// The folder of --data cannot be used.
    #[cfg(feature = "disk")]
    #[error("--data {0}")]
    Data(DiskError),
    /// A flag has an effect only with --data.
    #[cfg(feature = "disk")]
    #[error("{0} has no effect without --data: add that flag or remove this one")]
    WithoutData(&'static str),
    /// Both a folder and Redis would keep the rooms.
    #[cfg(feature = "disk")]
    #[error("--data and --redis cannot be used together: with --redis, Redis keeps the rooms; remove one of them")]
    DataWithRedis,
    /// The server cannot start for another reason.
    #[error(transparent)]
    Start(Error),
    /// Another program listens on the address.
    #[error(
        "cannot listen on {0}: the address is in use; stop the program that uses it or choose another one with --listen"
    )]
    InUse(SocketAddr),
    /// Listening on the address failed for another reason.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The runtime or a signal handler could not be created.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// Writing the address to standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

impl From<Error> for ServeError {
    fn from(error: Error) -> Self {
        match error {
            Error::Config(error) => Self::Flags(error),
            Error::Tls(error) => error.into(),
            Error::Auth(error) => Self::Credentials(error),
            Error::Drain { connections } => Self::Drain { connections },
            #[cfg(feature = "disk")]
            Error::Data(error) => Self::Data(error),
            other => Self::Start(other),
        }
    }
}

impl From<TlsError> for ServeError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

fn drain_message(connections: usize) -> String {
    match connections {
        0 => "--drain ended before all handlers, which were cut off".to_owned(),
        1 => "--drain ended with 1 open connection, which was cut off".to_owned(),
        _ => format!("--drain ended with {connections} open connections, which were cut off"),
    }
}

fn tls_message(error: &TlsError) -> String {
    match error {
        TlsError::File { setting, file, problem } => format!("{} {}: {problem}", flag_name(setting), file.display()),
        TlsError::Pair { chain, key, problem } => {
            let problem = pair_problem(problem);
            format!("--tls-cert {} and --tls-key {} cannot be used together: {problem}", chain.display(), key.display())
        }
    }
}

fn pair_problem(problem: &rustls::Error) -> String {
    match problem {
        rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch) => {
            "the key does not belong to the certificate".to_owned()
        }
        problem => problem.to_string(),
    }
}

fn credential_message(error: &CredentialFileError) -> String {
    let CredentialFileError { setting, file, problem } = error;
    format!("{} {}: {problem}", flag_name(setting), file.display())
}

/// Returns the flag of the setting with the same name.
fn flag_name(setting: &str) -> String {
    // The settings of tokens are grouped in the library.
    let flag = setting.strip_prefix("auth.").filter(|name| name.starts_with("jwt_")).unwrap_or(setting);
    format!("--{}", flag.replace(['.', '_'], "-"))
}

fn config_message(error: &ConfigError) -> String {
    match error {
        ConfigError::Exposed { listen } => format!(
            "--listen {listen} accepts connections from other machines: require tokens with --auth jwt, or allow everyone with --open"
        ),
        ConfigError::PublicOrigin => "--origin makes the server public: require tokens with --auth jwt, or allow everyone with --open".to_owned(),
        ConfigError::UntrustedProxyProtocol => "--proxy-protocol has no effect without --trusted-proxy: add the address of the proxy".to_owned(),
        ConfigError::QueueTooSmall { max_queue, max_message } => format!(
            "--max-queue {max_queue} is smaller than --max-message {max_message}: the largest messages could never be delivered"
        ),
        ConfigError::InvalidPath(path) => format!("--ws-path {path}: expected a path that starts with a slash and has only letters, digits and - . _ ~ /, such as /socket"),
        ConfigError::PathTaken(path) => format!("--ws-path {path}: the server uses this path itself; choose another one"),
        ConfigError::Zero { setting } => format!("{}: expected a value greater than zero", flag_name(setting)),
        ConfigError::CookieForEverybody { origin } => format!(
            "--origin '{origin}' and --auth-cookie cannot be used together: every page could connect with the cookies of its visitors; list the origins of your own pages"
        ),
        ConfigError::IncompleteTls => "--tls-cert and --tls-key must be given together".to_owned(),
        ConfigError::MissingTokenKey => "--auth jwt needs a key to verify tokens: give --jwt-secret-file FILE (created with `yodel token secret`) or --jwt-public-key FILE".to_owned(),
        ConfigError::ConflictingTokenKeys => "--jwt-secret-file and --jwt-public-key cannot be used together: remove one of them".to_owned(),
        ConfigError::RequiresTokens(setting) => {
            format!("{} has no effect without --auth jwt: add that flag or remove this one", flag(*setting))
        }
    }
}

fn flag(setting: TokenSetting) -> &'static str {
    match setting {
        TokenSetting::JwtSecretFile => "--jwt-secret-file",
        TokenSetting::JwtPublicKey => "--jwt-public-key",
        TokenSetting::JwtAudience => "--jwt-audience",
        TokenSetting::JwtIssuer => "--jwt-issuer",
        TokenSetting::JwtMaxAge => "--jwt-max-age",
        TokenSetting::Cookie => "--auth-cookie",
        TokenSetting::Exempt => "--auth-exempt",
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};
    use yodel_server::auth::origins::OriginError;

    use super::*;
    use crate::serve::ServeFlags;

    /// Returns the printed message.
    fn text(error: ConfigError) -> String {
        ServeError::from(Error::Config(error)).to_string()
    }

    #[test]
    fn config_errors_name_the_flags() {
        for (error, flags) in [
            (ConfigError::Exposed { listen: ([0, 0, 0, 0], 8000).into() }, ["--open", "--auth jwt"]),
            (ConfigError::PublicOrigin, ["--origin", "--open"]),
            (ConfigError::UntrustedProxyProtocol, ["--proxy-protocol", "--trusted-proxy"]),
            (ConfigError::QueueTooSmall { max_queue: 1, max_message: 2 }, ["--max-queue 1", "--max-message 2"]),
            (ConfigError::InvalidPath("x".to_owned()), ["--ws-path x", "slash"]),
            (ConfigError::PathTaken("/ws".to_owned()), ["--ws-path /ws", "uses this path"]),
            (ConfigError::Zero { setting: "handshake_timeout" }, ["--handshake-timeout", "zero"]),
            (ConfigError::Zero { setting: "auth.timeout" }, ["--auth-timeout", "zero"]),
            (ConfigError::Zero { setting: "auth.jwt_max_age" }, ["--jwt-max-age", "zero"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtAudience), ["--jwt-audience", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtIssuer), ["--jwt-issuer", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtMaxAge), ["--jwt-max-age", "--auth jwt"]),
            (ConfigError::IncompleteTls, ["--tls-cert", "--tls-key"]),
            (ConfigError::CookieForEverybody { origin: "*".to_owned() }, ["--origin '*'", "--auth-cookie"]),
            (ConfigError::MissingTokenKey, ["--jwt-secret-file", "--jwt-public-key"]),
            (ConfigError::ConflictingTokenKeys, ["--jwt-secret-file", "--jwt-public-key"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtSecretFile), ["--jwt-secret-file", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtPublicKey), ["--jwt-public-key", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::Cookie), ["--auth-cookie", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::Exempt), ["--auth-exempt", "--auth jwt"]),
        ] {
            let text = text(error);
            assert!(flags.iter().all(|flag| text.contains(flag)), "{text}");
            for flag in text.split(|byte: char| !byte.is_ascii_alphanumeric() && byte != '-') {
                assert!(flag.strip_prefix("--").is_none_or(is_flag), "{flag}: {text}");
            }
        }
    }

    fn command() -> Command {
        ServeFlags::augment_args(Command::new("yodel")).mut_args(|flag| flag.env(None::<&str>))
    }

    fn is_flag(name: &str) -> bool {
        command().get_arguments().any(|flag| flag.get_long() == Some(name))
    }

    #[test]
    fn the_command_line_accepts_what_a_rejected_request_advises() {
        let origin = |text: &str| OriginError::Origin(text.parse().expect("an origin"));
        for error in [
            origin("http://evil.example:81"),
            origin("chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb"),
            origin("tauri://localhost"),
            origin("capacitor://localhost"),
            origin("http://[::1]:8000"),
            OriginError::NullOrigin,
            OriginError::Host("box.local".parse().expect("a name")),
        ] {
            let text = error.to_string();
            let (_, advice) = text.split_once("(--").expect("the error names a flag");
            let (advice, _) = advice.split_once(')').expect("the advice ends");
            let (flag, value) = advice.split_once(' ').expect("a flag and its value");
            let parsed = command().try_get_matches_from(["yodel", &format!("--{flag}"), value]);
            assert!(parsed.is_ok(), "{text}: {:?}", parsed.err());
        }
    }

    #[test]
    fn certificate_errors_name_the_flags() {
        let problem = || "no certificate".to_owned();
        let error = TlsError::File { setting: "tls_cert", file: "a.pem".into(), problem: problem() };
        assert_eq!(ServeError::from(Error::Tls(error)).to_string(), "--tls-cert a.pem: no certificate");
    }

    #[test]
    fn key_file_errors_name_the_flags() {
        let error = CredentialFileError { setting: "api_key_file", file: "keys".into(), problem: "no keys".to_owned() };
        assert_eq!(ServeError::from(Error::Auth(error)).to_string(), "--api-key-file keys: no keys");
    }
}
