//! From the listening socket to HTTP: TLS where it is asked for, and time limits before anything
//! is known about the caller.

mod linger;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_service::Service;
use tracing::{debug, error};

use linger::{Lingering, Stream};

/// The pause after an accept that failed, which mostly means that no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What every accepted socket meets.
#[derive(Clone)]
pub struct Listening {
    pub router: Router,
    pub tls: Option<TlsAcceptor>,
    /// For TLS, and again for the request line and headers.
    pub handshake_timeout: Duration,
    pub stop: CancellationToken,
    /// Counts what must end before the server does.
    pub tasks: TaskTracker,
}

/// Accepts until the server stops.
pub async fn run(listener: TcpListener, listening: Listening) {
    while let Some(accepted) = listening.stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                listening.tasks.spawn(listening.clone().serve(stream, peer));
            }
            Err(error) => {
                error!(%error, "cannot accept");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

impl Listening {
    async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        // Small messages must not wait for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%peer, %error, "the socket is gone");
            return;
        }
        let Some(tls) = self.tls.clone() else {
            return self.serve_http(stream, peer).await;
        };
        let accepting = tokio::time::timeout(self.handshake_timeout, tls.accept(stream));
        match self.stop.clone().run_until_cancelled(accepting).await {
            Some(Ok(Ok(stream))) => self.serve_http(stream, peer).await,
            Some(Ok(Err(error))) => debug!(%peer, %error, "TLS handshake failed"),
            Some(Err(_)) => debug!(%peer, "TLS handshake took too long"),
            None => debug!(%peer, "TLS handshake cut short by the stop"),
        }
    }

    async fn serve_http(self, stream: impl Stream, peer: SocketAddr) {
        let stream = Lingering::new(stream, self.tasks.clone());
        let (router, asked) = (self.router, Arc::new(AtomicBool::new(false)));
        let ask = Arc::clone(&asked);
        let service = service_fn(move |request| {
            ask.store(true, Ordering::Relaxed);
            call(router.clone(), request, peer)
        });
        let http = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.handshake_timeout)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut http = std::pin::pin!(http);
        let served = tokio::select! {
            served = http.as_mut() => served,
            () = self.stop.cancelled() => {
                if !asked.load(Ordering::Relaxed) {
                    return; // Half a request is owed no answer.
                }
                http.as_mut().graceful_shutdown();
                http.await
            }
        };
        if let Err(error) = served {
            debug!(%peer, %error, "HTTP connection ended");
        }
    }
}

fn call(
    mut router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> impl Future<Output = Result<Response, Infallible>> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request)
}
