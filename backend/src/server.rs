//! The server: what is made once and shared. The listener and the stop signal come from the caller.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::app::App;
use crate::config::Config;
use crate::connection::Surroundings;
use crate::hub::Hub;
use crate::listener::{self, Listening};
use crate::origin::OriginPolicy;
use crate::page::Bundle;
use crate::router;
use crate::tick;
use crate::tls::{Certificate, TlsError};

/// After the last connection was given up: time to log it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A server that can run.
#[derive(Debug)]
pub struct Server {
    config: Arc<Config>,
    certificate: Option<Certificate>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Two flags contradict each other.
    #[error("{0}")]
    Config(String),
    /// The certificate or its key is no good.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The listener has no address.
    #[error("the listener has no address: {0}")]
    Listener(#[from] io::Error),
}

impl Server {
    /// Checks the flags and reads the certificate.
    ///
    /// # Errors
    /// When flags contradict each other, or the certificate cannot be used.
    pub fn new(config: Config) -> Result<Self, StartError> {
        config.check().map_err(StartError::Config)?;
        let certificate = match (&config.tls_cert, &config.tls_key) {
            (Some(chain), Some(key)) => Some(Certificate::read(chain, key)?),
            _ => None,
        };
        Ok(Self { config: Arc::new(config), certificate })
    }

    /// The certificate, to be read again when its files have changed; none without TLS.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Serves until `stop` is cancelled, then closes every connection with 1001 and waits for them,
    /// at most as long as `--drain` says.
    ///
    /// # Errors
    /// When the listener cannot say its address.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> Result<(), StartError> {
        let hub = Hub::new(self.config.max_queue);
        let tasks = TaskTracker::new();
        let app = App {
            origins: Arc::new(OriginPolicy::new(self.config.origin.clone(), listener.local_addr()?.ip())),
            bundle: Bundle::new(self.config.dist.clone()),
            connections: tasks.clone(),
            shared: Surroundings { config: Arc::clone(&self.config), hub: hub.clone(), stop: stop.clone() },
        };
        app.warn();

        let ticking = self.config.tick.map(|every| tokio::spawn(tick::run(hub, every)));
        let listening = Listening {
            router: router::new(app),
            tls: self.certificate.map(Certificate::acceptor),
            handshake_timeout: self.config.handshake_timeout,
            stop,
            tasks: tasks.clone(),
        };
        listener::run(listener, listening).await;

        tasks.close();
        if tokio::time::timeout(self.config.drain + LAST_WORDS, tasks.wait()).await.is_err() {
            warn!(connections = tasks.len(), "not everybody answered in time");
        }
        ticking.inspect(tokio::task::JoinHandle::abort);
        Ok(())
    }
}
