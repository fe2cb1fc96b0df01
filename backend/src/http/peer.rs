//! Address of the client of a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::config::PeerAddress;
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// Placeholder for an unknown address (RFC 1122 §3.2.1.3).
const UNKNOWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Extracts the address of the client.
pub struct Peer(pub SocketAddr);

/// Error: the HTTP server did not provide the address of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The peer address is missing: serve the router with `into_make_service_with_connect_info::<SocketAddr>()`, \
     or build the server with `PeerAddress::Unknown`."
)]
pub struct MissingPeer;

/// Returns the address of the client, from the extensions of its request.
///
/// # Errors
/// Returns an error if the HTTP server should have provided the address and did not.
pub fn address(app: &AppState, extensions: &Extensions) -> Result<SocketAddr, MissingPeer> {
    match app.peer_address {
        PeerAddress::Unknown => Ok(UNKNOWN),
        PeerAddress::ConnectInfo => {
            extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer).ok_or(MissingPeer)
        }
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        address(app, &parts.extensions).map(Self).map_err(ApiError::from)
    }
}

impl From<MissingPeer> for ApiError {
    fn from(error: MissingPeer) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for MissingPeer {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{self}\n")).into_response()
    }
}
