//! What the handlers share.

use std::sync::Arc;

use tracing::warn;

use crate::connection::Surroundings;
use crate::connection::admission::Admission;
use crate::origin::OriginPolicy;
use crate::page::Bundle;

/// A handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    pub origins: Arc<OriginPolicy>,
    pub bundle: Bundle,
    pub admission: Admission,
    pub shared: Arc<Surroundings>,
}

impl App {
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
