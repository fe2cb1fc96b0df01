//! Why `yodel serve` ends with an error, in the words of its flags.

use std::io;
use std::net::SocketAddr;

use yodel_server::config::TokenSetting;
use yodel_server::{ConfigError, Error, TlsError};

/// Why the command ends with an error, in one line.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Flags contradict each other.
    #[error("{}", in_flags(.0))]
    Flags(ConfigError),
    /// The certificate or its key cannot be used.
    #[error("{}", tls_in_flags(.0))]
    Tls(TlsError),
    /// The server cannot start.
    #[error(transparent)]
    Start(Error),
    /// The port is taken.
    #[error("{0} is in use: stop what listens there, or choose another address with --listen")]
    InUse(SocketAddr),
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The system gave no threads or signals.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
}

impl From<Error> for ServeError {
    fn from(error: Error) -> Self {
        match error {
            Error::Config(error) => Self::Flags(error),
            Error::Tls(error) => error.into(),
            other => Self::Start(other),
        }
    }
}

impl From<TlsError> for ServeError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

fn tls_in_flags(error: &TlsError) -> String {
    match error {
        TlsError::File { setting, file, problem } => format!("{} {}: {problem}", named(setting), file.display()),
        TlsError::Pair { chain, key, problem } => {
            format!("--tls-cert {} and --tls-key {} cannot be used together: {problem}", chain.display(), key.display())
        }
    }
}

/// Returns the flag of a setting that has the same name.
fn named(setting: &str) -> String {
    format!("--{}", setting.replace(['.', '_'], "-"))
}

fn in_flags(error: &ConfigError) -> String {
    match error {
        ConfigError::Exposed { listen } => format!(
            "--listen {listen} lets everybody who can reach this machine connect. Say --auth jwt to ask for a token, or --open if that is wanted."
        ),
        ConfigError::QueueTooSmall { max_queue, max_message } => format!(
            "--max-queue {max_queue} is smaller than --max-message {max_message}: the largest messages could never be delivered."
        ),
        ConfigError::InvalidPath(path) => format!("--ws-path {path}: allowed is a path of letters, digits and - . _ ~ that starts with a slash, such as /socket"),
        ConfigError::PathTaken(path) => format!("--ws-path {path}: this path is served already"),
        ConfigError::Zero { setting } => format!("{}: allowed is more than zero", named(setting)),
        ConfigError::IncompleteTls => "--tls-cert and --tls-key need each other: say both, or none.".to_owned(),
        ConfigError::MissingTokenKey => "--auth jwt needs a key to check tokens with: say --jwt-secret-file FILE, made with `yodel token secret`, or --jwt-public-key FILE.".to_owned(),
        ConfigError::ConflictingTokenKeys => "--jwt-secret-file and --jwt-public-key cannot both be: leave one out.".to_owned(),
        ConfigError::RequiresTokens(setting) => {
            format!("{} does nothing without --auth jwt: say that too, or leave it out.", flag(*setting))
        }
    }
}

fn flag(setting: TokenSetting) -> &'static str {
    match setting {
        TokenSetting::JwtSecretFile => "--jwt-secret-file",
        TokenSetting::JwtPublicKey => "--jwt-public-key",
        TokenSetting::Cookie => "--auth-cookie",
        TokenSetting::Exempt => "--auth-exempt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what a person reads.
    fn text(error: ConfigError) -> String {
        ServeError::from(Error::Config(error)).to_string()
    }

    #[test]
    fn contradictions_name_the_flags() {
        for (error, flags) in [
            (ConfigError::Exposed { listen: ([0, 0, 0, 0], 8000).into() }, ["--open", "--auth jwt"]),
            (ConfigError::QueueTooSmall { max_queue: 1, max_message: 2 }, ["--max-queue 1", "--max-message 2"]),
            (ConfigError::InvalidPath("x".to_owned()), ["--ws-path x", "slash"]),
            (ConfigError::PathTaken("/ws".to_owned()), ["--ws-path /ws", "served already"]),
            (ConfigError::Zero { setting: "handshake_timeout" }, ["--handshake-timeout", "zero"]),
            (ConfigError::Zero { setting: "auth.timeout" }, ["--auth-timeout", "zero"]),
            (ConfigError::IncompleteTls, ["--tls-cert", "--tls-key"]),
            (ConfigError::MissingTokenKey, ["--jwt-secret-file", "--jwt-public-key"]),
            (ConfigError::ConflictingTokenKeys, ["--jwt-secret-file", "--jwt-public-key"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtSecretFile), ["--jwt-secret-file", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::JwtPublicKey), ["--jwt-public-key", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::Cookie), ["--auth-cookie", "--auth jwt"]),
            (ConfigError::RequiresTokens(TokenSetting::Exempt), ["--auth-exempt", "--auth jwt"]),
        ] {
            let text = text(error);
            assert!(flags.iter().all(|flag| text.contains(flag)), "{text}");
        }
    }

    #[test]
    fn certificates_name_the_flags() {
        let problem = || "no certificate".to_owned();
        let error = TlsError::File { setting: "tls_cert", file: "a.pem".into(), problem: problem() };
        assert_eq!(ServeError::from(Error::Tls(error)).to_string(), "--tls-cert a.pem: no certificate");
    }
}
