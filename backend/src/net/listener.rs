//! Accept loop: accepts sockets, performs TLS handshakes, and hands connections to HTTP. Time limits apply from
//! the start of a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::accept_errors::AcceptErrors;
use super::http::{Http, HttpSocket, MakeService};
use super::lingering_close::LingeringSocket;
use super::proxy_protocol;
use super::socket_limit::{Acceptance, SocketLimit, SocketPermit};
use super::socket_options;
use super::stream::Stream;
use super::tasks::ServerTasks;

/// Configuration of a listening socket.
#[derive(Clone)]
pub struct ListenerConfig<M> {
    pub http: Http<M>,
    pub tls: Option<TlsAcceptor>,
    /// Limit of the sockets.
    pub sockets: SocketLimit,
    /// `true` if connections of trusted proxies start with a header of the PROXY protocol.
    pub proxy_protocol: bool,
    /// Maximum time until a client acknowledges sent data.
    pub acknowledgment_timeout: Duration,
    /// Tasks of the connections, for which a shutdown waits.
    pub tasks: ServerTasks,
}

/// An accepted socket that is served.
struct AcceptedSocket {
    stream: TcpStream,
    peer: SocketAddr,
    permit: SocketPermit,
    /// Set if the server is full and only probes are served; canceled when a later socket needs the place.
    evicted: Option<CancellationToken>,
}

/// Accepts connections until `end` is canceled.
pub async fn run<M: MakeService>(listener: TcpListener, config: ListenerConfig<M>, end: CancellationToken) {
    let mut errors = AcceptErrors::default();
    while let Some(accepted) = end.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => config.start(stream, peer),
            Err(error) => errors.handle(&error).await,
        }
    }
}

impl<M: MakeService> ListenerConfig<M> {
    /// Starts the task of a socket, or closes it if its address has reached the limit.
    fn start(&self, stream: TcpStream, peer: SocketAddr) {
        let (permit, evicted) = match self.sockets.accept(peer.ip()) {
            Acceptance::Served(permit) => (permit, None),
            Acceptance::Probes(permit, evicted) => (permit, Some(evicted)),
            Acceptance::Refused => return,
        };
        let socket = AcceptedSocket { stream, peer, permit, evicted };
        if self.http.stop.is_cancelled() {
            // A connection that arrives during a shutdown gets a response, but the shutdown does not wait for it.
            let late = Self { tasks: self.tasks.late(), ..self.clone() };
            late.tasks.clone().spawn_io(late.serve(socket));
        } else {
            self.tasks.spawn_io(self.clone().serve(socket));
        }
    }

    async fn serve(self, socket: AcceptedSocket) {
        let (peer, limit, evicted) = (socket.peer, self.http.handshake_timeout, socket.evicted.clone());
        let serving = self.serve_socket(socket);
        let Some(evicted) = evicted else { return serving.await };
        // The reserve of a full server must become free again.
        let served = tokio::time::timeout(limit, evicted.run_until_cancelled(serving)).await;
        if !matches!(served, Ok(Some(()))) {
            debug!(%peer, "connection closed to make room for later ones");
        }
    }

    async fn serve_socket(self, mut socket: AcceptedSocket) {
        if let Err(error) = self.prepare(&mut socket).await {
            return debug!(peer = %socket.peer, %error, "connection closed before the handshake");
        }
        let peer = socket.peer;
        let served = match self.tls.clone() {
            None => {
                let stream = LingeringSocket::new(socket.stream, socket.permit, self.tasks.clone());
                let socket = http_socket(&self.sockets, stream, peer, socket.evicted.is_some());
                self.http.serve_http1(socket).await
            }
            Some(tls) => Box::pin(self.serve_tls(tls, socket)).await,
        };
        if let Err(error) = served {
            debug!(%peer, %error, "HTTP connection ended");
        }
    }

    /// Sets the options of a socket, and reads the header of the PROXY protocol if it comes from a trusted proxy.
    async fn prepare(&self, socket: &mut AcceptedSocket) -> io::Result<()> {
        socket_options::configure(&socket.stream, self.acknowledgment_timeout)?;
        if !self.proxy_protocol || !self.sockets.is_proxy(socket.peer.ip()) {
            return Ok(());
        }
        let reading = self.read_proxy_header(socket);
        let stop = &self.http.stop;
        // During a shutdown, new connections get a response, for which the header is needed.
        let read = if stop.is_cancelled() { Some(reading.await) } else { stop.run_until_cancelled(reading).await };
        read.unwrap_or_else(|| Err(io::Error::other("aborted by the shutdown")))
    }

    /// Reads the header of the PROXY protocol, and continues with the client's address.
    async fn read_proxy_header(&self, socket: &mut AcceptedSocket) -> io::Result<()> {
        let reading = proxy_protocol::read_client(&mut socket.stream);
        let Some(client) = tokio::time::timeout(self.http.handshake_timeout, reading).await?? else { return Ok(()) };
        socket.peer = client;
        if socket.permit.count_client(client.ip()) { Ok(()) } else { Err(io::ErrorKind::QuotaExceeded.into()) }
    }

    async fn serve_tls(self, tls: TlsAcceptor, socket: AcceptedSocket) -> hyper::Result<()> {
        let AcceptedSocket { stream, peer, permit, evicted } = socket;
        let Some(stream) = self.accept_tls(tls, stream, peer).await else { return Ok(()) };
        let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let stream = LingeringSocket::new(stream, permit, self.tasks.clone());
        let socket = http_socket(&self.sockets, stream, peer, evicted.is_some());
        if speaks_http2 { self.http.serve_http2(socket, self.tasks).await } else { self.http.serve_http1(socket).await }
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

/// Returns the socket as HTTP serves it: for a single request if few sockets are left.
fn http_socket<S: Stream>(
    sockets: &SocketLimit,
    stream: LingeringSocket<S>,
    peer: SocketAddr,
    probes_only: bool,
) -> HttpSocket<S> {
    // A place in the reserve is needed for the next socket.
    let stream = if probes_only { stream.without_linger() } else { stream };
    HttpSocket { stream, peer, probes_only, single_request: sockets.is_nearly_full() }
}
