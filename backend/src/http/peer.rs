//! Address of the client that sent a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::config::PeerAddress;
use crate::http::error::Problem;
use crate::http::state::App;

/// Stands for an address that the server does not know (RFC 1122, section 3.2.1.3).
const UNKNOWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Extracts the address of the client.
pub struct Peer(pub SocketAddr);

/// The HTTP server did not pass the address on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The peer address is missing: serve the router with `into_make_service_with_connect_info::<SocketAddr>()`, \
     or build the server with `PeerAddress::Unknown`."
)]
pub struct MissingPeer;

/// Returns the address of the client, from the extensions of its request.
///
/// # Errors
/// When the HTTP server was to pass the address on and did not.
pub fn address(app: &App, extensions: &Extensions) -> Result<SocketAddr, MissingPeer> {
    match app.peer_address {
        PeerAddress::Unknown => Ok(UNKNOWN),
        PeerAddress::ConnectInfo => {
            extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer).ok_or(MissingPeer)
        }
    }
}

impl FromRequestParts<App> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        address(app, &parts.extensions).map(Self).map_err(Problem::from)
    }
}

impl From<MissingPeer> for Problem {
    fn from(error: MissingPeer) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for MissingPeer {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{self}\n")).into_response()
    }
}
