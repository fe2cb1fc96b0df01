//! Errors of settings.

use std::net::SocketAddr;

use super::TokenSetting;

/// Error of a setting, or of a combination of settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The address is reachable from other machines, clients need no token, and `open` is not set.
    #[error("`listen` {listen} is open to every client that can reach this machine: set `auth.mode`, or set `open`")]
    Exposed {
        /// Address of the listener.
        listen: SocketAddr,
    },
    /// An origin is public, clients need no token, and `open` is not set.
    #[error(
        "`origin` lists a public origin, so every client can connect through its proxy: set `auth.mode`, or set `open`"
    )]
    PublicOrigin,
    /// The PROXY protocol is expected, and no proxy is trusted.
    #[error("`proxy_protocol` has no effect without `trusted_proxy`")]
    UntrustedProxyProtocol,
    /// Messages of the maximum size would not fit into a queue.
    #[error("`max_queue` {max_queue} is smaller than `max_message` {max_message}")]
    QueueTooSmall {
        /// Value of `max_queue`, in bytes.
        max_queue: usize,
        /// Value of `max_message`, in bytes.
        max_message: usize,
    },
    /// The path contains characters that the router does not support.
    #[error("`ws_path` {0:?} is invalid: use a slash followed by letters, digits, slashes and - . _ ~")]
    InvalidPath(String),
    /// The server uses the path already.
    #[error("`ws_path` {0:?} is already in use by the server: choose another path")]
    PathTaken(String),
    /// The setting must be larger than zero.
    #[error("`{setting}` must be larger than zero")]
    Zero {
        /// Name of the setting.
        setting: &'static str,
    },
    /// Pages of any author could connect as the user whose cookie the browser sends.
    #[error(
        "`origin` {origin} and `auth.cookie` are mutually exclusive: every page could use the cookies of its visitors"
    )]
    CookieForEverybody {
        /// The origin that pages of any author may have.
        origin: String,
    },
    /// A certificate is set without its key, or a key without its certificate.
    #[error("`tls_cert` and `tls_key` must be set together")]
    IncompleteTls,
    /// Tokens are required, and no key to verify them is set.
    #[error("`auth.mode` needs `auth.jwt_secret_file` or `auth.jwt_public_key`")]
    MissingTokenKey,
    /// Both a secret and a public key are set.
    #[error("`auth.jwt_secret_file` and `auth.jwt_public_key` are mutually exclusive: set only one")]
    ConflictingTokenKeys,
    /// The setting has an effect only with tokens.
    #[error("`auth.{0}` has no effect without `auth.mode`")]
    RequiresTokens(TokenSetting),
}
