//! HTTP on an accepted socket, and the return of an upgraded connection to its socket.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use super::lingering_close::LingeringSocket;
use super::socket_limit::SocketPermit;
use super::stream::Stream;
use super::stream_tasks::{StreamTasks, TrackedBody};
use super::tasks::ServerTasks;
use super::tracked_stream::TrackedStream;

/// Maximum number of concurrent streams of one HTTP/2 connection, WebSocket connections and requests together.
/// Browsers share one connection among all tabs of a site.
const MAX_STREAMS: u32 = 256;

/// Flow-control window of one HTTP/2 stream, in bytes. The window of a connection is the sum of those of its
/// streams, so that one WebSocket that is read slowly does not block the others.
const STREAM_WINDOW: u32 = 64 * 1024;

/// Maximum size of the request line and headers of a request, in bytes; a larger request is rejected with 431.
/// Browsers and proxies limit theirs to 8 to 64 KiB.
const MAX_HEAD: u32 = 32 * 1024;

/// Bytes of a response that are buffered for one HTTP/2 stream whose client does not read.
const SEND_BUFFER: usize = 64 * 1024;

/// Age at which a connection accepts no further requests. Clients open another one; WebSocket connections and
/// responses in progress are not affected.
const MAX_AGE: Duration = Duration::from_secs(10 * 60);

/// Factory of the services that handle the requests of one connection.
pub trait MakeService: Clone + Send + Sync + 'static {
    /// Body of responses.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static;

    /// Service of one connection.
    type Service: Service<Request<Incoming>, Response = Response<Self::Body>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static;

    /// Creates the service for a client with the address `peer`.
    fn make(&self, peer: SocketAddr) -> Self::Service;

    /// Creates the service for a client while the server is full: it serves only probes.
    fn make_probes(&self, peer: SocketAddr) -> Self::Service;
}

/// HTTP server on accepted sockets.
#[derive(Clone)]
pub struct Http<M> {
    /// Factory of the services of connections.
    pub services: M,
    /// Time within which a client has to send the request line and headers, and maximum time without a request.
    pub handshake_timeout: Duration,
    /// Maximum time for which a client may accept no data of a response.
    pub response_timeout: Duration,
    /// Canceled at the start of a shutdown.
    pub stop: CancellationToken,
}

/// An accepted socket as HTTP serves it.
#[derive(Debug)]
pub struct HttpSocket<S: Stream> {
    /// The socket.
    pub stream: LingeringSocket<S>,
    /// Address of the client.
    pub peer: SocketAddr,
    /// `true` if only probes are served, because the server is full.
    pub probes_only: bool,
    /// `true` if the connection is closed after one response.
    pub single_request: bool,
}

impl<M: MakeService> Http<M> {
    /// Serves HTTP/1.1 until the connection ends or is upgraded, or the server stops.
    ///
    /// # Errors
    /// Returns an error if the connection fails, or if a client does not read a response within the timeout.
    pub async fn serve_http1<S: Stream>(self, socket: HttpSocket<S>) -> hyper::Result<()> {
        let (service, has_request) = (self.service(&socket), Arc::new(AtomicBool::new(false)));
        let (seen, single_request) = (Arc::clone(&has_request), socket.single_request);
        let service = service_fn(move |request| {
            seen.store(true, Ordering::Relaxed);
            let response = service.clone().call(request);
            async move { response.await.map(|response| if single_request { closing(response) } else { response }) }
        });
        // During a shutdown, a new connection gets a single response.
        let stopping = self.stop.is_cancelled();
        let stream = socket.stream.with_write_timeout(Some(self.response_timeout));
        let http = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.handshake_timeout)
            .max_header_size(MAX_HEAD as usize)
            .max_buf_size(MAX_HEAD as usize)
            .keep_alive(!stopping)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut http = std::pin::pin!(http);
        tokio::select! {
            served = http.as_mut() => return served,
            () = tokio::time::sleep(MAX_AGE) => {}
            () = self.stop.cancelled(), if !stopping => {
                if !has_request.load(Ordering::Relaxed) {
                    return Ok(()); // An incomplete request gets no response.
                }
            }
        }
        http.as_mut().graceful_shutdown();
        http.await
    }

    /// Serves HTTP/2, where each WebSocket is one stream (RFC 8441), until the connection ends, or no stream is open
    /// for the handshake timeout. At the maximum age, and when the server stops, it accepts no further streams. Streams
    /// are spawned on `tasks`.
    ///
    /// # Errors
    /// Returns an error if the connection fails.
    pub async fn serve_http2<S: Stream>(self, socket: HttpSocket<S>, tasks: ServerTasks) -> hyper::Result<()> {
        let (service, has_request) = (self.service(&socket), Arc::new(AtomicBool::new(false)));
        let seen = Arc::clone(&has_request);
        let service = service_fn(move |request| {
            seen.store(true, Ordering::Relaxed);
            let response = service.clone().call(request);
            async { response.await.map(|response| response.map(TrackedBody::new)) }
        });
        let stopping = self.stop.is_cancelled();
        let streams = StreamTasks::new(tasks, self.response_timeout);
        let http = http2::Builder::new(streams.clone())
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEAD)
            .max_send_buf_size(SEND_BUFFER)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(MAX_STREAMS * STREAM_WINDOW)
            .keep_alive_interval(self.handshake_timeout)
            .keep_alive_timeout(self.response_timeout)
            .serve_connection(TokioIo::new(socket.stream), service);
        let mut http = std::pin::pin!(http);
        tokio::select! {
            served = http.as_mut() => return served,
            () = streams.idle(self.handshake_timeout) => {}
            () = tokio::time::sleep(MAX_AGE) => {}
            () = self.stop.cancelled(), if !stopping => {
                if !has_request.load(Ordering::Relaxed) {
                    return Ok(());
                }
            }
        }
        http.as_mut().graceful_shutdown();
        let has_responses = has_request.load(Ordering::Relaxed);
        tokio::select! {
            served = http.as_mut() => served,
            // Ends a client that leaves the ends of responses unread.
            () = streams.idle(if has_responses { self.response_timeout } else { self.handshake_timeout }) => Ok(()),
        }
    }

    fn service<S: Stream>(&self, socket: &HttpSocket<S>) -> M::Service {
        if socket.probes_only { self.services.make_probes(socket.peer) } else { self.services.make(socket.peer) }
    }
}

/// Returns a response after which the connection is closed, unless the response upgrades it.
fn closing<B>(mut response: Response<B>) -> Response<B> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Transport of an upgraded connection.
pub enum UpgradedSocket {
    /// Socket without TLS, which several tasks may write to.
    Tcp(TcpStream, SocketPermit),
    /// Byte stream: TLS, or a stream of HTTP/2.
    Stream(Pin<Box<dyn Stream>>),
}

/// Returns the transport of an upgraded connection, and the bytes that HTTP has already read from it. Removes
/// the layers of HTTP, which would cost memory and time. A stream of HTTP/2 is tracked as part of the current one; see
/// [`stream_tasks::of_current`](super::stream_tasks::of_current).
pub fn into_socket(upgraded: Upgraded) -> (UpgradedSocket, Box<[u8]>) {
    let upgraded = match upgraded.downcast::<TokioIo<LingeringSocket<TcpStream>>>() {
        // Copied, because the slice would keep HTTP's whole buffer alive.
        Ok(parts) => {
            let read = Box::from(&*parts.read_buf);
            let (stream, permit) = parts.io.into_inner().into_inner();
            return (UpgradedSocket::Tcp(stream, permit), read);
        }
        Err(upgraded) => upgraded,
    };
    match upgraded.downcast::<TokioIo<LingeringSocket<TlsStream<TcpStream>>>>() {
        Ok(parts) => {
            let read = Box::from(&*parts.read_buf);
            // A WebSocket has a limit of its own for a client that does not read.
            (UpgradedSocket::Stream(Box::pin(parts.io.into_inner().with_write_timeout(None))), read)
        }
        Err(upgraded) => (UpgradedSocket::Stream(Box::pin(TrackedStream::new(TokioIo::new(upgraded)))), Box::default()),
    }
}

#[cfg(test)]
mod tests;
