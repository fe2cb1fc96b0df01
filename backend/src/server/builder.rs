//! Builds a server from settings and hooks.

use std::sync::Arc;

use super::{Error, Server};
use crate::auth::{Authenticator, CredentialFile};
use crate::config::{AuthMode, PeerAddress, ServerConfig};
use crate::encode::SharedPayload;
use crate::hooks::registry::Hooks;
use crate::http::assets::Assets;
use crate::hub::Hub;
use crate::net::tls::Certificate;
use crate::runtime::clock::SystemClock;
use crate::runtime::{self, TokioSpawner};

/// A server that is being built; see [`Server::builder`].
///
/// ```
/// use std::time::Duration;
/// use yodel_server::{Plain, Server};
///
/// let server = Server::builder()
///     .plain(Plain::Broadcast)
///     .ws_path(vec!["/chat".to_owned()])
///     .origin(vec!["https://app.example.com".parse()?])
///     .open(true)
///     .drain(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct ServerBuilder {
    pub(super) config: ServerConfig,
    pub(super) assets: Option<Assets>,
    pub(super) peer_address: PeerAddress,
    pub(super) hooks: Hooks,
    pub(super) clock: SystemClock,
}

impl ServerBuilder {
    /// Builds the server: checks the settings and reads the files that they name. Needs no runtime.
    ///
    /// # Errors
    /// Returns an error if a setting is invalid or contradicts another one, a certificate or key cannot be used, or a
    /// hook or call is registered twice.
    pub fn build(self) -> Result<Server, Error> {
        self.check()?;
        let spawner = Arc::<TokioSpawner>::default();
        let environment = runtime::environment(self.clock.clone(), Arc::clone(&spawner));
        let hub = Hub::new(self.config.retention(), environment);
        self.build_with(hub, spawner)
    }

    /// Checks the settings and the names of hooks.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.hooks.check()?;
        self.config.check()?;
        check_peer_address(self.peer_address, &self.config)
    }

    /// Builds the server with a hub, after the settings were checked.
    pub(super) fn build_with(self, hub: Hub<SharedPayload>, spawner: Arc<TokioSpawner>) -> Result<Server, Error> {
        let config = self.config;
        let certificate = match (&config.tls_cert, &config.tls_key) {
            (Some(chain), Some(key)) => {
                CredentialFile::new("tls_key", key).warn_if_exposed();
                Some(Certificate::read(chain, key)?)
            }
            _ => None,
        };
        let auth = Authenticator::new(&config)?;
        Ok(Server {
            config: Arc::new(config),
            certificate,
            auth,
            hub,
            spawner,
            hooks: self.hooks,
            assets: self.assets,
            peer_address: self.peer_address,
            #[cfg(feature = "redis")]
            shared_rooms: None,
            #[cfg(feature = "disk")]
            stored_rooms: None,
        })
    }
}

/// Checks that no setting requires the address of clients if it is unknown.
fn check_peer_address(peer_address: PeerAddress, config: &ServerConfig) -> Result<(), Error> {
    if peer_address == PeerAddress::ConnectInfo {
        return Ok(());
    }
    if config.max_per_address > 0 {
        return Err(Error::PerAddressLimit);
    }
    if config.auth.mode == AuthMode::None && !config.open {
        return Err(Error::Exposed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{AuthConfig, ConfigError};
    use crate::hooks::caller::Caller;
    use crate::hooks::error::{HookError, RequestError};

    async fn handler(_: Caller, (): ()) -> Result<(), RequestError> {
        Ok(())
    }

    #[test]
    fn sets_each_time() {
        let seconds = Duration::from_secs;
        let builder = Server::builder().ping(seconds(1)).pong(seconds(2)).handshake_timeout(seconds(3));
        let config = builder.drain(seconds(4)).history_age(seconds(5)).tick(Some(seconds(6))).config;
        let times = [config.ping, config.pong, config.handshake_timeout, config.drain, config.history_age];
        assert_eq!(times.map(|time| time.as_secs()), [1, 2, 3, 4, 5]);
        assert_eq!(config.tick, Some(seconds(6)));
    }

    #[test]
    fn builds_without_a_runtime() {
        assert!(Server::builder().on_call("a", handler).on_call("b", handler).build().is_ok());
    }

    #[test]
    fn rejects_a_name_that_is_registered_twice() {
        let result = Server::builder().on_call("a", handler).on_call("b", handler).on_call("a", handler).build();
        assert!(matches!(result, Err(Error::Hook(HookError::Duplicate(name))) if name.contains("\"a\"")));
    }

    #[test]
    fn rejects_an_invalid_event_name() {
        let result = Server::builder().on_call("", handler).build();
        assert!(matches!(result, Err(Error::Hook(HookError::Name { .. }))));
    }

    #[test]
    fn rejects_contradicting_settings() {
        let result = Server::builder().max_queue(1).build();
        assert!(matches!(result, Err(Error::Config(ConfigError::QueueTooSmall { .. }))));
    }

    #[test]
    fn rejects_limits_per_address_without_addresses() {
        let unknown = || Server::builder().peer_address(PeerAddress::Unknown).open(true);
        assert!(matches!(unknown().build(), Err(Error::PerAddressLimit)));
        assert!(unknown().max_per_address(0).build().is_ok());
    }

    #[test]
    fn rejects_unknown_clients_without_authentication() {
        let unknown = || Server::builder().peer_address(PeerAddress::Unknown).max_per_address(0);
        assert!(matches!(unknown().build(), Err(Error::Exposed)));
        assert!(unknown().open(true).build().is_ok());
        let auth = AuthConfig { mode: AuthMode::Jwt, jwt_secret_file: Some("missing".into()), ..AuthConfig::default() };
        assert!(matches!(unknown().auth(auth).build(), Err(Error::Auth(_))), "the following check must fail");
    }
}
