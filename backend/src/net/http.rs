//! HTTP on an accepted socket, and the return of an upgraded connection to its socket.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use super::lingering_close::LingeringSocket;
use super::stream::Stream;
use super::tasks::ServerTasks;

/// Maximum number of concurrent streams of one HTTP/2 connection, WebSocket connections and requests together.
/// Browsers share one connection among all tabs of a site.
const MAX_STREAMS: u32 = 256;

/// Flow-control window of one HTTP/2 stream, in bytes. The window of a connection is the sum of those of its
/// streams, so that one WebSocket that is read slowly does not block the others.
const STREAM_WINDOW: u32 = 64 * 1024;

/// Factory of the services that handle the requests of one connection.
pub trait MakeService: Clone + Send + Sync + 'static {
    /// Body of responses.
    type Body: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;

    /// Service of one connection.
    type Service: Service<Request<Incoming>, Response = Response<Self::Body>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static;

    /// Creates the service for a client with the address `peer`.
    fn make(&self, peer: SocketAddr) -> Self::Service;
}

/// HTTP server on accepted sockets.
#[derive(Clone)]
pub struct Http<M> {
    /// Factory of the services of connections.
    pub services: M,
    /// Time within which a client has to send the request line and headers.
    pub handshake_timeout: Duration,
    /// Canceled at the start of a shutdown.
    pub stop: CancellationToken,
}

impl<M: MakeService> Http<M> {
    /// Serves HTTP/1.1 until the connection ends or is upgraded, or the server stops.
    ///
    /// # Errors
    /// Returns an error if the connection fails.
    pub async fn serve_http1<S: Stream>(self, stream: LingeringSocket<S>, peer: SocketAddr) -> hyper::Result<()> {
        let (service, has_request) = (self.services.make(peer), Arc::new(AtomicBool::new(false)));
        let seen = Arc::clone(&has_request);
        let service = service_fn(move |request| {
            seen.store(true, Ordering::Relaxed);
            service.clone().call(request)
        });
        // During a shutdown, a new connection gets a single response.
        let stopping = self.stop.is_cancelled();
        let http = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.handshake_timeout)
            .keep_alive(!stopping)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut http = std::pin::pin!(http);
        tokio::select! {
            served = http.as_mut() => served,
            () = self.stop.cancelled(), if !stopping => {
                if !has_request.load(Ordering::Relaxed) {
                    return Ok(()); // An incomplete request gets no response.
                }
                http.as_mut().graceful_shutdown();
                http.await
            }
        }
    }

    /// Serves HTTP/2, where each WebSocket is one stream (RFC 8441), until the connection ends, the server stops,
    /// or the first request does not arrive within the handshake timeout. Streams are spawned on `tasks`.
    ///
    /// # Errors
    /// Returns an error if the connection fails.
    pub async fn serve_http2<S: Stream>(
        self,
        stream: LingeringSocket<S>,
        peer: SocketAddr,
        tasks: ServerTasks,
    ) -> hyper::Result<()> {
        let (service, has_request) = (self.services.make(peer), Arc::new(AtomicBool::new(false)));
        let seen = Arc::clone(&has_request);
        let service = service_fn(move |request| {
            seen.store(true, Ordering::Relaxed);
            service.clone().call(request)
        });
        let stopping = self.stop.is_cancelled();
        let http = http2::Builder::new(tasks)
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .max_concurrent_streams(MAX_STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(MAX_STREAMS * STREAM_WINDOW)
            .keep_alive_interval(self.handshake_timeout)
            .keep_alive_timeout(self.handshake_timeout)
            .serve_connection(TokioIo::new(stream), service);
        let mut http = std::pin::pin!(http);
        let no_request = async {
            tokio::time::sleep(self.handshake_timeout).await;
            if has_request.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            served = http.as_mut() => served,
            () = no_request => Ok(()),
            () = self.stop.cancelled(), if !stopping => {
                if !has_request.load(Ordering::Relaxed) {
                    return Ok(());
                }
                http.as_mut().graceful_shutdown();
                http.await
            }
        }
    }
}

/// Transport of an upgraded connection.
pub enum UpgradedSocket {
    /// Socket without TLS, which several tasks may write to.
    Tcp(TcpStream),
    /// Byte stream: TLS, or a stream of HTTP/2.
    Stream(Pin<Box<dyn Stream>>),
}

/// Returns the transport of an upgraded connection, and the bytes that HTTP has already read from it. Removes
/// the layers of HTTP, which would cost memory and time.
pub fn into_socket(upgraded: Upgraded) -> (UpgradedSocket, Box<[u8]>) {
    let upgraded = match upgraded.downcast::<TokioIo<LingeringSocket<TcpStream>>>() {
        // Copied, because the slice would keep HTTP's whole buffer alive.
        Ok(parts) => {
            let read = Box::from(&*parts.read_buf);
            return (UpgradedSocket::Tcp(parts.io.into_inner().into_inner()), read);
        }
        Err(upgraded) => upgraded,
    };
    match upgraded.downcast::<TokioIo<LingeringSocket<TlsStream<TcpStream>>>>() {
        Ok(parts) => {
            let read = Box::from(&*parts.read_buf);
            (UpgradedSocket::Stream(Box::pin(parts.io.into_inner())), read)
        }
        Err(upgraded) => (UpgradedSocket::Stream(Box::pin(TokioIo::new(upgraded))), Box::default()),
    }
}
