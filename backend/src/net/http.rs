//! HTTP on an accepted socket, and the way back from HTTP to the socket.

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

/// Streams of one HTTP/2 connection: WebSocket connections and requests together. Browsers share one connection
/// among all tabs of a page.
const STREAMS: u32 = 256;

/// What one stream may send before it is read, in bytes. A connection may send as much on each of its
/// streams, so that one WebSocket that is read slowly does not hold up the others.
const STREAM_WINDOW: u32 = 64 * 1024;

/// Makes the service that answers the requests of one connection.
pub trait MakeService: Clone + Send + Sync + 'static {
    /// Body of the responses.
    type Body: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;

    /// The service.
    type Service: Service<Request<Incoming>, Response = Response<Self::Body>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static;

    /// Returns the service for a client with this address.
    fn make(&self, peer: SocketAddr) -> Self::Service;
}

/// HTTP on accepted sockets.
#[derive(Clone)]
pub struct Http<M> {
    pub services: M,
    /// Time that a client has for request line and headers.
    pub handshake_timeout: Duration,
    pub stop: CancellationToken,
}

impl<M: MakeService> Http<M> {
    /// Serves HTTP/1.1 until the connection ends, is upgraded, or the server stops.
    pub async fn serve_http1<S: Stream>(self, stream: LingeringSocket<S>, peer: SocketAddr) -> hyper::Result<()> {
        let (service, has_request) = (self.services.make(peer), Arc::new(AtomicBool::new(false)));
        let seen = Arc::clone(&has_request);
        let service = service_fn(move |request| {
            seen.store(true, Ordering::Relaxed);
            service.clone().call(request)
        });
        // Who comes while the server stops is told so, once.
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
                    return Ok(()); // Half a request is owed no answer.
                }
                http.as_mut().graceful_shutdown();
                http.await
            }
        }
    }

    /// The same with HTTP/2, where a WebSocket is one stream of many (RFC 8441). Streams run as `tasks`.
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
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(STREAMS * STREAM_WINDOW)
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

/// What is under an upgraded connection.
pub enum UpgradedSocket {
    /// A socket that can be written to from anywhere.
    Tcp(TcpStream),
    /// A stream of bytes: TLS, or a stream of HTTP/2.
    Stream(Pin<Box<dyn Stream>>),
}

/// Takes the socket back from HTTP, and what was read from it already: going on through HTTP's
/// layers would cost memory and time for nothing.
pub fn into_socket(upgraded: Upgraded) -> (UpgradedSocket, Box<[u8]>) {
    let upgraded = match upgraded.downcast::<TokioIo<LingeringSocket<TcpStream>>>() {
        // Copied: as it is, it would keep HTTP's whole buffer.
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
