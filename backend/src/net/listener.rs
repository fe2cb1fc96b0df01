//! Accept loop: accepts sockets, performs TLS handshakes, and hands connections to HTTP. Time limits apply from
//! the start of a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::http::{Http, MakeService};
use super::lingering_close::LingeringSocket;
use super::tasks::ServerTasks;

/// Pause after a failed accept, usually because the file limit is reached.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Minimum interval between two log lines about failed accepts.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// Configuration of a listening socket.
#[derive(Clone)]
pub struct ListenerConfig<M> {
    pub http: Http<M>,
    pub tls: Option<TlsAcceptor>,
    /// Tasks of the connections, for which a shutdown waits.
    pub tasks: ServerTasks,
}

/// Accepts connections until `end` is canceled.
pub async fn run<M: MakeService>(listener: TcpListener, config: ListenerConfig<M>, end: CancellationToken) {
    let mut reported = None;
    while let Some(accepted) = end.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) if config.http.stop.is_cancelled() => {
                // A connection that arrives during a shutdown gets a response, but the shutdown does not wait for it.
                let late = ListenerConfig { tasks: config.tasks.late(), ..config.clone() };
                late.tasks.clone().spawn_io(late.serve(stream, peer));
            }
            Ok((stream, peer)) => config.tasks.spawn_io(config.clone().serve(stream, peer)),
            Err(error) => {
                report(&error, &mut reported);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Logs a failed accept, unless one was `reported` less than [`REPORT_INTERVAL`] ago.
fn report(error: &io::Error, reported: &mut Option<Instant>) {
    if reported.is_none_or(|time| time.elapsed() >= REPORT_INTERVAL) {
        *reported = Some(Instant::now());
        error!(%error, "cannot accept connections; retrying");
    }
}

impl<M: MakeService> ListenerConfig<M> {
    async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        // Without Nagle's algorithm: small messages must not wait for the acknowledgment of the previous one.
        if let Err(error) = stream.set_nodelay(true) {
            return debug!(%peer, %error, "connection lost before the handshake");
        }
        let served = match self.tls.clone() {
            None => self.http.serve_http1(LingeringSocket::new(stream, self.tasks), peer).await,
            Some(tls) => Box::pin(self.serve_tls(tls, stream, peer)).await,
        };
        if let Err(error) = served {
            debug!(%peer, %error, "HTTP connection ended");
        }
    }

    async fn serve_tls(self, tls: TlsAcceptor, stream: TcpStream, peer: SocketAddr) -> hyper::Result<()> {
        let Some(stream) = self.accept_tls(tls, stream, peer).await else { return Ok(()) };
        let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let (streams, stream) = (self.tasks.clone(), LingeringSocket::new(stream, self.tasks));
        if speaks_http2 {
            self.http.serve_http2(stream, peer, streams).await
        } else {
            self.http.serve_http1(stream, peer).await
        }
    }

    async fn accept_tls(&self, tls: TlsAcceptor, stream: TcpStream, peer: SocketAddr) -> Option<TlsStream<TcpStream>> {
        let accepting = tokio::time::timeout(self.http.handshake_timeout, tls.accept(stream));
        let stop = &self.http.stop;
        // During a shutdown, new connections get a response, for which TLS is needed.
        let accepted =
            if stop.is_cancelled() { Some(accepting.await) } else { stop.run_until_cancelled(accepting).await };
        match accepted {
            Some(Ok(Ok(stream))) => return Some(stream),
            Some(Ok(Err(error))) => debug!(%peer, %error, "TLS handshake failed"),
            Some(Err(_)) => debug!(%peer, "TLS handshake timed out"),
            None => debug!(%peer, "TLS handshake aborted by the shutdown"),
        }
        None
    }
}
