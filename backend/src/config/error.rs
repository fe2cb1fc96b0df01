//! Why settings cannot be used.

use std::net::SocketAddr;

use super::TokenSetting;

/// A contradiction between settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Everyone who can reach the address could connect, and nothing says that this is intended.
    #[error("`listen` {listen} lets everyone who can reach this machine connect: set `auth.mode`, or set `open`")]
    Exposed {
        /// Address of the listener.
        listen: SocketAddr,
    },
    /// The largest messages could never be delivered.
    #[error("`max_queue` {max_queue} is smaller than `max_message` {max_message}")]
    QueueTooSmall {
        /// In bytes.
        max_queue: usize,
        /// In bytes.
        max_message: usize,
    },
    /// A path that a router cannot serve.
    #[error("`ws_path` {0:?} is not a path of letters, digits and - . _ ~ that starts with a slash")]
    InvalidPath(String),
    /// A path that the server serves already.
    #[error("`ws_path` {0:?} is served already")]
    PathTaken(String),
    /// A setting that has to be larger than zero.
    #[error("`{setting}` must be larger than zero")]
    Zero {
        /// Name of the setting.
        setting: &'static str,
    },
    /// A certificate without its key, or a key without its certificate.
    #[error("`tls_cert` and `tls_key` need each other")]
    IncompleteTls,
    /// Tokens are required, and there is no key to check them with.
    #[error("`auth.mode` needs `auth.jwt_secret_file` or `auth.jwt_public_key`")]
    MissingTokenKey,
    /// Tokens are to be checked with two keys.
    #[error("`auth.jwt_secret_file` and `auth.jwt_public_key` exclude each other")]
    ConflictingTokenKeys,
    /// The setting has an effect only with tokens.
    #[error("`auth.{0}` has no effect without `auth.mode`")]
    RequiresTokens(TokenSetting),
}
