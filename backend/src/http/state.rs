//! State of the handlers.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::auth::origins::OriginPolicy;
use crate::config::{MetricsAccess, PeerAddress};
use crate::connection::admission::Admission;
use crate::connection::context::ServerContext;
use crate::hooks::handle::Handle;
use crate::http::assets::Assets;
use crate::net::socket_limit::SocketLimit;

/// State of the handlers. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    pub origins: Arc<OriginPolicy>,
    pub assets: Option<Assets>,
    pub admission: Admission,
    /// Limit of the sockets of the listener.
    pub sockets: SocketLimit,
    /// Source of client addresses.
    pub peer_address: PeerAddress,
    /// Access to `/metrics`.
    pub metrics: MetricsAccess,
    /// Start of the server, in seconds since the Unix epoch.
    pub started: u64,
    /// State that all connections share.
    pub server: Arc<ServerContext>,
}

impl FromRef<AppState> for Option<Assets> {
    fn from_ref(app: &AppState) -> Self {
        app.assets.clone()
    }
}

impl AppState {
    /// Returns a handle to the server, as the embedding program has it.
    pub fn handle(&self) -> Handle {
        Handle::new(self.server.hub.clone())
    }
}
