//! A server, on a listener or mounted in an application.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tracing::{info, warn};

use super::background::Background;
#[cfg(feature = "redis")]
use super::shared_rooms::SharedRooms;
use super::shutdown::Shutdown;
#[cfg(feature = "disk")]
use super::stored_rooms::StoredRooms;
use super::{Serve, ServerBuilder, ServerHandle};
use crate::auth::Authenticator;
use crate::auth::origins::OriginPolicy;
use crate::config::{AuthMode, MetricsAccess, PeerAddress, ServerConfig};
use crate::connection::admission::Admission;
#[cfg(feature = "disk")]
use crate::connection::context::DataStatus;
use crate::connection::context::ServerContext;
use crate::connection::memory_budget::MemoryBudget;
use crate::connection::registry::Registry;
use crate::encode::SharedPayload;
use crate::hooks::handle::Handle;
use crate::hooks::registry::Hooks;
use crate::http::assets::Assets;
use crate::http::mount::{self, Reach};
use crate::http::state::AppState;
use crate::hub::Hub;
use crate::limits::server_metrics::ServerMetrics;
use crate::net::file_limit;
use crate::net::socket_limit::SocketLimit;
use crate::net::tasks::ServerTasks;
use crate::net::tls::Certificate;
use crate::runtime::{TokioSpawner, memory_limit, random};

/// A server that is ready to serve.
#[derive(Debug)]
pub struct Server {
    pub(super) config: Arc<ServerConfig>,
    pub(super) certificate: Option<Certificate>,
    pub(super) auth: Authenticator,
    pub(super) hub: Hub<SharedPayload>,
    pub(super) spawner: Arc<TokioSpawner>,
    pub(super) hooks: Hooks,
    pub(super) assets: Option<Assets>,
    pub(super) peer_address: PeerAddress,
    /// Rooms that several nodes share; `None` if this is the only one.
    #[cfg(feature = "redis")]
    pub(super) shared_rooms: Option<Arc<SharedRooms>>,
    /// Folder of the rooms; `None` if they are not kept on a disk.
    #[cfg(feature = "disk")]
    pub(super) stored_rooms: Option<Arc<StoredRooms>>,
}

impl Server {
    /// Returns a builder with the default settings.
    ///
    /// ```
    /// use std::time::Duration;
    /// use yodel_server::Server;
    ///
    /// let server = Server::builder().max_message(16 << 10).ping(Duration::from_secs(20)).build()?;
    /// # Ok::<(), yodel_server::Error>(())
    /// ```
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Returns a handle for the embedding program. It can be used before and while the server runs.
    pub fn handle(&self) -> Handle {
        Handle::new(self.hub.clone())
    }

    /// Returns the certificate, which can be reloaded after its files have changed; `None` without TLS.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Serves on a listener, with TLS if there is a certificate, and with the page if there are
    /// [assets](ServerBuilder::assets).
    ///
    /// The listener's address takes the place of [`ServerConfig::listen`]. The future completes after
    /// [`with_graceful_shutdown`](Serve::with_graceful_shutdown), and no task of the server is left then; when it is
    /// dropped, connections are cut off.
    ///
    /// # Errors
    /// The future returns an error if the listener has no address, if other machines can reach the address and
    /// neither authentication nor [`open`](ServerBuilder::open) is set, and [`Error::Drain`](crate::Error::Drain) if
    /// connections were cut off.
    ///
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use yodel_server::Server;
    ///
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let signal = async { /* completes on Ctrl-C */ };
    /// Server::builder().build()?.serve(listener).with_graceful_shutdown(signal).await?;
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
    /// ```
    pub fn serve(self, listener: TcpListener) -> Serve {
        Serve::new(self, listener)
    }

    /// Returns a router to mount in an application, and a handle to shut down its connections.
    ///
    /// The router has all endpoints (`/ws`, `/ws/echo`, `/ws/broadcast`, `/sse`, `/api`, `/health`, `/ready`,
    /// `/metrics`) except the page. It can be nested under a path; [`AuthConfig::exempt`](crate::AuthConfig::exempt)
    /// and [`ServerConfig::ws_path`] are relative to that path. Any HTTP server that supports upgrades can serve it,
    /// such as `axum::serve` or hyper. The address of each client comes from `ConnectInfo`; see [`PeerAddress`].
    /// Background tasks start with the first request, on its runtime. The certificate is not used.
    ///
    /// [`ServerConfig::listen`] has no effect, because the application has the listener. Without authentication and
    /// without [`open`](ServerBuilder::open), clients of other machines are rejected with 403. Otherwise the router
    /// is assumed to be publicly reachable: by default, a client is limited to
    /// [`RATE`](crate::config::defaults::RATE) messages and [`RATE_BYTES`](crate::config::defaults::RATE_BYTES) bytes
    /// per second, and metrics require API access.
    ///
    /// ```
    /// use std::net::SocketAddr;
    /// use axum::Router;
    /// use yodel_server::Server;
    ///
    /// let (live, handle) = Server::builder().open(true).build()?.into_parts();
    /// let app = Router::new().nest("/live", live);
    /// let service = app.into_make_service_with_connect_info::<SocketAddr>();
    /// # drop((service, handle));
    /// # Ok::<(), yodel_server::Error>(())
    /// ```
    pub fn into_parts(mut self) -> (Router, ServerHandle) {
        let is_local = self.config.auth.mode == AuthMode::None && !self.config.open;
        let (reach, address) = if is_local {
            (Reach::Local, IpAddr::V4(Ipv4Addr::LOCALHOST))
        } else {
            (Reach::Everyone, IpAddr::V4(Ipv4Addr::UNSPECIFIED))
        };
        let listen = SocketAddr::new(address, 0);
        self.certificate = None;
        self.config = Arc::new(ServerConfig { listen, ..(*self.config).clone() });
        let app = self.app(address, None);
        let background = self.background(&app);
        let on_request = background.clone();
        let router = mount::mounted(&app, reach, move || on_request.start());
        let (handle, lame_duck) = (self.handle(), self.config.lame_duck);
        (router, ServerHandle { handle, lame_duck, shutdown: Shutdown::new(app, background) })
    }

    /// Returns the background tasks, which do not run yet.
    pub(super) fn background(&self, app: &AppState) -> Background {
        let background = Background::new(app.clone(), Arc::clone(&self.spawner));
        #[cfg(feature = "redis")]
        let background = background.with_shared_rooms(self.shared_rooms.clone());
        #[cfg(feature = "disk")]
        let background = background.with_stored_rooms(self.stored_rooms.clone());
        background
    }

    /// Returns the state of the HTTP handlers. `address` is the address of the listener.
    pub(super) fn app(&self, address: IpAddr, assets: Option<Assets>) -> AppState {
        let config = &self.config;
        let max_sockets = config.socket_limit(file_limit::socket_capacity());
        let max_connections = config.connection_limit(max_sockets);
        warn_about_capped(config, max_sockets);
        info!(max_connections, max_sockets, "connection limits set");
        let origins = OriginPolicy::new(config, self.certificate.clone().map(|certificate| Arc::new(certificate) as _));
        if origins.allows_any_origin() {
            warn!("origin '*' allows every web page to connect");
        }
        if config.trusted_proxy.is_empty() && address.is_loopback() && config.is_public() {
            warn!("clients behind a proxy share its address, also in the limits; set `trusted_proxy`");
        }
        AppState {
            origins: Arc::new(origins),
            assets,
            metrics: config.metrics.unwrap_or_else(|| MetricsAccess::default_for(config.is_public())),
            started: self.hub.unix_ms() / 1000,
            admission: Admission::new(max_connections, config.connections_per_address(), config.upgrades()),
            sockets: SocketLimit::new(max_sockets, config.sockets_per_address(), config.trusted_proxy.clone()),
            peer_address: self.peer_address,
            server: Arc::new(ServerContext {
                config: Arc::clone(config),
                hub: self.hub.clone(),
                registry: Registry::new(config.ping, config.pong),
                budget: MemoryBudget::new(config.max_buffered.unwrap_or_else(memory_limit::default_budget)),
                metrics: ServerMetrics::default(),
                auth: self.auth.clone(),
                hooks: self.hooks.clone(),
                connections: ServerTasks::default(),
                node: config.node.as_ref().map_or_else(random::node_name, |node| node.as_str().to_owned()),
                #[cfg(feature = "redis")]
                redis: self.shared_rooms.as_ref().map(|rooms| rooms.backplane()),
                #[cfg(feature = "disk")]
                data: self.stored_rooms.as_ref().map(|rooms| DataStatus {
                    metrics: Arc::clone(rooms.journal().metrics()),
                    max_bytes: rooms.max_bytes(),
                }),
            }),
        }
    }
}

/// Warns about limits that are larger than the one that caps them.
fn warn_about_capped(config: &ServerConfig, allowed: u32) {
    let is_too_large = |wanted: Option<u32>| wanted.filter(|wanted| *wanted > allowed);
    if let Some(wanted) = is_too_large(config.max_sockets) {
        warn!(wanted, allowed, "`max_sockets` is more than the file limit allows; raise it with `ulimit -n`");
    }
    let Some(wanted) = is_too_large(config.max_connections) else { return };
    if config.max_sockets == Some(allowed) {
        warn!(wanted, allowed, "`max_connections` is more than `max_sockets` allows; raise that limit");
    } else {
        warn!(wanted, allowed, "`max_connections` is more than the file limit allows; raise it with `ulimit -n`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigError;
    use crate::server::Error;

    #[tokio::test]
    async fn the_address_of_the_listener_overrides_the_setting() {
        // The listener ends before it accepts a connection.
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let ended = Server::builder().build().unwrap().serve(listener).await;
        assert!(matches!(ended, Err(Error::Config(ConfigError::Exposed { .. }))));
    }
}
