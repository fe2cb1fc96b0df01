//! The router as a hyper service, one per accepted connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use hyper::Request;
use hyper::body::Incoming;
use tower_service::Service;

use crate::http::host;
use crate::net::http::MakeService;

/// Factory of the services of connections.
#[derive(Clone)]
pub struct AppService {
    /// All endpoints.
    pub router: Router,
    /// The endpoints that a full server serves.
    pub probes: Router,
}

/// The router with the address of the client.
#[derive(Clone)]
pub struct PeerService {
    router: Router,
    peer: SocketAddr,
}

impl MakeService for AppService {
    type Body = Body;
    type Service = PeerService;

    fn make(&self, peer: SocketAddr) -> PeerService {
        PeerService { router: self.router.clone(), peer }
    }

    fn make_probes(&self, peer: SocketAddr) -> PeerService {
        PeerService { router: self.probes.clone(), peer }
    }
}

impl Service<Request<Incoming>> for PeerService {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // A router is always ready.
    }

    fn call(&mut self, request: Request<Incoming>) -> RouteFuture<Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        host::set_host(&mut request);
        self.router.call(request)
    }
}
