//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::auth::origins::OriginPolicy;
use crate::config::{MetricsAccess, PeerAddress};
use crate::connection::admission::Admission;
use crate::connection::context::ServerContext;
use crate::hooks::handle::Handle;
use crate::http::assets::Assets;

/// A handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    pub origins: Arc<OriginPolicy>,
    pub assets: Option<Assets>,
    pub admission: Admission,
    /// Where the address of a client comes from.
    pub peer_address: PeerAddress,
    /// Who may read the figures.
    pub metrics: MetricsAccess,
    /// In seconds since 1970.
    pub started: u64,
    pub shared: Arc<ServerContext>,
}

impl FromRef<App> for Option<Assets> {
    fn from_ref(app: &App) -> Self {
        app.assets.clone()
    }
}

impl App {
    /// What a program can do with the server.
    pub fn handle(&self) -> Handle {
        Handle::new(self.shared.hub.clone())
    }
}
