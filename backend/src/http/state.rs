//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use tracing::warn;

use crate::auth::origins::OriginPolicy;
use crate::config::MetricsAccess;
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

    /// Says what may surprise the one who runs this.
    pub fn warn(&self) {
        if self.origins.is_open() {
            warn!("--origin '*': every page on the web may connect");
        }
        if self.assets.is_none() {
            warn!("no page inside: build with `make build`, or give --dist");
        }
    }
}
