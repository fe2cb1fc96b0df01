//! A server on a listener.

use std::future::{Future, IntoFuture, Pending, pending};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::shutdown::Shutdown;
use super::{Error, Server};
use crate::config::{PeerAddress, ServerConfig};
use crate::http::router;
use crate::http::service::AppService;
use crate::net::http::Http;
use crate::net::listener::{self, ListenerConfig};
use crate::net::tls::Certificate;

/// Future of a server on a listener; see [`Server::serve`].
#[derive(Debug)]
#[must_use = "the server runs only while this is awaited"]
pub struct Serve<F = Pending<()>> {
    server: Server,
    listener: TcpListener,
    signal: F,
}

impl Serve {
    pub(super) fn new(server: Server, listener: TcpListener) -> Self {
        Self { server, listener, signal: pending() }
    }

    /// Shuts down gracefully when `signal` completes: after [`ServerConfig::lame_duck`], connections are closed, spread
    /// over [`ServerConfig::drain`], which is also the deadline; new ones are rejected with 503.
    pub fn with_graceful_shutdown<F>(self, signal: F) -> Serve<F>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Serve { server: self.server, listener: self.listener, signal }
    }
}

impl<F> IntoFuture for Serve<F>
where
    F: Future<Output = ()> + Send + 'static,
{
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<F: Future<Output = ()>> Serve<F> {
    async fn run(self) -> Result<(), Error> {
        let Self { mut server, listener, signal } = self;
        // The listener of the caller may differ from the setting.
        let address = listener.local_addr().map_err(Error::Listener)?;
        server.config = Arc::new(ServerConfig { listen: address, ..(*server.config).clone() });
        server.config.check()?;
        server.peer_address = PeerAddress::ConnectInfo;
        let running = Running::start(server, listener, address);
        signal.await;
        running.shut_down().await
    }
}

/// A running server. Dropping it cuts off its connections.
struct Running {
    config: Arc<ServerConfig>,
    shutdown: Shutdown,
    /// Notifies the listener's connections of the shutdown.
    draining: CancellationToken,
    /// Ends the listener.
    ended: CancellationToken,
    accepting: Option<AbortOnDropHandle<()>>,
}

impl Running {
    fn start(server: Server, listener: TcpListener, address: SocketAddr) -> Self {
        let app = server.app(address.ip(), server.assets.clone());
        let background = server.background(&app);
        background.start();
        let (draining, ended) = (CancellationToken::new(), CancellationToken::new());
        let http = Http {
            services: AppService { router: router::new(app.clone()), probes: router::probes(app.clone()) },
            handshake_timeout: server.config.handshake_timeout,
            response_timeout: server.config.response_timeout,
            stop: draining.clone(),
        };
        let tls = server.certificate.map(Certificate::acceptor);
        let listening = ListenerConfig {
            http,
            tls,
            sockets: app.sockets.clone(),
            proxy_protocol: server.config.proxy_protocol,
            acknowledgment_timeout: server.config.ping + server.config.pong,
            tasks: app.server.connections.clone(),
        };
        let accepting = tokio::spawn(listener::run(listener, listening, ended.clone()));
        Self {
            config: server.config,
            shutdown: Shutdown::new(app, background),
            draining,
            ended,
            accepting: Some(AbortOnDropHandle::new(accepting)),
        }
    }

    async fn shut_down(mut self) -> Result<(), Error> {
        self.shutdown.announce(self.config.lame_duck).await;
        self.draining.cancel();
        let cut_off = self.shutdown.drain(self.config.drain).await;
        self.ended.cancel();
        // Awaited so that the port is free when this returns.
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.await;
        }
        self.shutdown.finish().await;
        cut_off.map_or(Ok(()), |connections| Err(Error::Drain { connections }))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.abandon();
    }
}
