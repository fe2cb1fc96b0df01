//! What the handlers share.

use std::sync::Arc;

use tracing::warn;

use crate::config::MetricsAccess;
use crate::connection::Surroundings;
use crate::connection::admission::Admission;
use crate::handle::Handle;
use crate::origin::OriginPolicy;
use crate::page::Bundle;

/// A handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    pub origins: Arc<OriginPolicy>,
    pub bundle: Bundle,
    pub admission: Admission,
    /// Who may read the figures.
    pub metrics: MetricsAccess,
    /// In seconds since 1970.
    pub started: u64,
    pub shared: Arc<Surroundings>,
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
        if self.bundle == Bundle::Missing {
            warn!("no page inside: build with `make build`, or give --dist");
        }
    }
}
