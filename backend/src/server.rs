//! The server: what is made once and shared. The listener and the stop signal come from the caller.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::{info, warn};

use crate::auth::origins::OriginPolicy;
use crate::auth::{self, Auth, AuthError};
use crate::config::{ConfigError, MetricsAccess, ServerConfig};
use crate::connection::admission::Admission;
use crate::connection::context::ServerContext;
use crate::connection::refusal_log;
use crate::connection::registry::Registry;
use crate::connection::tick;
use crate::encode::Push;
use crate::hooks::error::HookError;
use crate::hooks::handle::Handle;
use crate::hooks::registry::Hooks;
use crate::http::assets::Assets;
use crate::http::router;
use crate::http::state::App;
use crate::hub::{Hub, clock};
use crate::limits::refusals::Tally;
use crate::net::file_limit;
use crate::net::http::Http;
use crate::net::listener::{self, Listening};
use crate::net::tls::{Certificate, TlsError};
use crate::runtime::{self, TokioSpawner};

/// After the last connection was given up: time to log it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A server that can run.
#[derive(Debug)]
pub struct Server {
    config: Arc<ServerConfig>,
    certificate: Option<Certificate>,
    auth: Auth,
    hub: Hub<Push>,
    spawner: Arc<TokioSpawner>,
    hooks: Hooks,
    assets: Option<Assets>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings contradict each other.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The certificate or its key is no good.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A secret, a key for tokens or for programs is no good.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The listener has no address.
    #[error("the listener has no address: {0}")]
    Listener(#[from] io::Error),
}

impl Server {
    /// Checks the flags and reads the certificate.
    ///
    /// # Errors
    /// When flags contradict each other, or the certificate cannot be used.
    pub fn new(config: ServerConfig) -> Result<Self, StartError> {
        config.check()?;
        let certificate = match (&config.tls_cert, &config.tls_key) {
            (Some(chain), Some(key)) => Some(Certificate::read(chain, key)?),
            _ => None,
        };
        let (auth, spawner) = (Auth::new(&config)?, Arc::<TokioSpawner>::default());
        let hub = Hub::new(config.retention(), runtime::environment(Arc::clone(&spawner)));
        Ok(Self { config: Arc::new(config), certificate, auth, hub, spawner, hooks: Hooks::default(), assets: None })
    }

    /// Has the server call these hooks.
    ///
    /// # Errors
    /// When one is registered twice, or a call has an invalid name.
    pub fn hooks(mut self, hooks: Hooks) -> Result<Self, HookError> {
        hooks.check()?;
        self.hooks = hooks;
        Ok(self)
    }

    /// Serves these files as the page, at the root.
    #[must_use]
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = Some(assets);
        self
    }

    /// What the program around the server can do with it, before and while it runs.
    pub fn handle(&self) -> Handle {
        Handle::new(self.hub.clone())
    }

    /// The certificate, to be read again when its files have changed; none without TLS.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Serves until `stop` is cancelled, then asks every connection to leave, spread over the time
    /// that `--drain` says, and waits for them at most as long as that. Who comes meanwhile is told
    /// to go elsewhere.
    ///
    /// # Errors
    /// When the listener cannot say its address, or others can reach it and nothing says who may come.
    pub async fn run(mut self, listener: TcpListener, stop: CancellationToken) -> Result<(), StartError> {
        // The caller's listener may be another one than the flag says.
        let address = listener.local_addr()?;
        self.config = Arc::new(ServerConfig { listen: address, ..(*self.config).clone() });
        self.config.check()?;
        let app = self.app(address.ip());
        app.warn();
        let (admission, tasks) = (app.admission.clone(), app.shared.connections.clone());
        let registry = app.shared.registry.clone();
        let _helpers = [
            spawn(registry.clone().run()),
            spawn(refusal_log::run(admission.clone(), app.shared.tally.clone())),
            spawn(runtime::maintain(app.shared.hub.clone(), &self.spawner)),
            spawn(tick::run(app.shared.hub.clone(), self.config.tick)),
        ];
        let http =
            Http { router: router::new(app), handshake_timeout: self.config.handshake_timeout, stop: stop.clone() };
        let tls = self.certificate.map(Certificate::acceptor);
        let ended = CancellationToken::new();
        let listening = Listening { http, tls, tasks: tasks.clone() };
        let accepting = spawn(listener::run(listener, listening, ended.clone()));

        stop.cancelled().await;
        admission.close();
        tasks.close();
        let leaving = async {
            registry.drain(self.config.drain).await;
            tasks.wait().await;
        };
        if tokio::time::timeout(self.config.drain + LAST_WORDS, leaving).await.is_err() {
            warn!(connections = admission.connections(), "not everybody answered in time");
        }
        ended.cancel();
        // The port is free when this returns.
        let _ = accepting.await;
        Ok(())
    }

    fn app(&self, address: IpAddr) -> App {
        let config = &self.config;
        let max_connections = config.max_connections.unwrap_or_else(file_limit::room_for_connections);
        info!("room for {max_connections} connections");
        App {
            origins: Arc::new(OriginPolicy::new(config.origin.clone(), address)),
            assets: self.assets.clone(),
            metrics: config.metrics.unwrap_or_else(|| MetricsAccess::usual(address)),
            started: auth::now(),
            admission: Admission::new(max_connections, config.max_per_address, config.upgrades()),
            shared: Arc::new(ServerContext {
                config: Arc::clone(config),
                hub: self.hub.clone(),
                registry: Registry::new(config.ping, config.pong),
                tally: Tally::default(),
                auth: self.auth.clone(),
                hooks: self.hooks.clone(),
                connections: TaskTracker::new(),
                node: clock::node(),
            }),
        }
    }
}

/// A task that ends with whoever holds it.
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(task))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_listener_counts_and_not_what_the_flag_says() {
        // Nobody is let in: it ends before it accepts.
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let ended = Server::new(ServerConfig::default()).unwrap().run(listener, CancellationToken::new()).await;
        assert!(matches!(ended, Err(StartError::Config(ConfigError::Exposed { .. }))));
    }
}
