//! Errors of building and serving.

use std::io;

use crate::auth::CredentialFileError;
#[cfg(feature = "disk")]
use crate::backplane::disk::DiskError;
use crate::config::ConfigError;
use crate::hooks::error::HookError;
use crate::net::tls::TlsError;

/// An error of building or serving.
///
/// ```
/// use yodel_server::{ConfigError, Error, Server};
///
/// let built = Server::builder().max_message(2 << 20).build();
/// assert!(matches!(built, Err(Error::Config(ConfigError::QueueTooSmall { .. }))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is invalid, or contradicts another one.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A secret, a key for tokens or the keys for the HTTP API cannot be used.
    #[error(transparent)]
    Auth(#[from] CredentialFileError),
    /// A hook or a call is registered twice, or a call has an invalid name.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// Connections are limited per address, and addresses are unknown.
    #[error("`max_per_address` needs the address of each client: set it to 0, or use `PeerAddress::ConnectInfo`")]
    PerAddressLimit,
    /// A mounted router would accept every client, and neither `auth` nor `open` is set.
    #[error("without the address of each client, every client could connect: set `auth` or `open`")]
    Exposed,
    /// The store of `build_with_redis` cannot be used.
    #[cfg(feature = "redis")]
    #[error("cannot use Redis: {0}")]
    Redis(String),
    /// The folder of `build_with_data` cannot be used.
    #[cfg(feature = "disk")]
    #[error("cannot use the data folder: {0}")]
    Data(#[from] DiskError),
    /// The listener has no address.
    #[error("cannot read the address of the listener")]
    Listener(#[source] io::Error),
    /// The drain timed out.
    #[error("the drain timed out: {connections} connections did not end in time and were cut off")]
    Drain {
        /// Connections that were still open.
        connections: usize,
    },
}
