//! Address of the client of a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::config::PeerAddress;
use crate::http::error::ApiError;
use crate::http::forwarded::{self, ConflictingHeaders};
use crate::http::state::AppState;

/// Placeholder for an unknown address (RFC 1122 §3.2.1.3).
const UNKNOWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Extracts the address of the client.
pub struct Peer(pub SocketAddr);

/// Error: the address of the client cannot be determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// The HTTP server did not provide the address.
    #[error(
        "The peer address is missing: serve the router with `into_make_service_with_connect_info::<SocketAddr>()`, \
         or build the server with `PeerAddress::Unknown`."
    )]
    Missing,
    /// The headers of a trusted proxy contradict each other.
    #[error(transparent)]
    Conflict(#[from] ConflictingHeaders),
}

impl PeerError {
    fn status(self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Conflict(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// Returns the address of the client, from the extensions of its request, and from its headers if they come from a
/// trusted proxy.
///
/// # Errors
/// Returns an error if the HTTP server should have provided the address and did not, or the headers contradict each
/// other.
pub fn address(app: &AppState, headers: &HeaderMap, extensions: &Extensions) -> Result<SocketAddr, PeerError> {
    match app.peer_address {
        PeerAddress::Unknown => Ok(UNKNOWN),
        PeerAddress::ConnectInfo => {
            let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>().ok_or(PeerError::Missing)?;
            let config = &app.server.config;
            Ok(forwarded::client(*peer, headers, |address| config.is_trusted_proxy(address))?)
        }
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        address(app, &parts.headers, &parts.extensions).map(Self).map_err(ApiError::from)
    }
}

impl From<PeerError> for ApiError {
    fn from(error: PeerError) -> Self {
        Self::new(error.status(), error.to_string())
    }
}

impl IntoResponse for PeerError {
    fn into_response(self) -> Response {
        (self.status(), format!("{self}\n")).into_response()
    }
}
