//! Path -> handler.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::{MethodRouter, get};
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::config::Plain;
use crate::connection::Surroundings;
use crate::endpoint;
use crate::origin::OriginPolicy;
use crate::page::{self, Bundle};

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct App {
    pub origins: Arc<OriginPolicy>,
    pub bundle: Bundle,
    /// Counts what must end before the server does.
    pub connections: TaskTracker,
    pub shared: Surroundings,
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

/// All paths: the endpoints, and the page for everything else.
pub fn new(app: App) -> Router {
    let config = &app.shared.config;
    let mut router =
        Router::new().route("/ws/echo", endpoint(Plain::Echo)).route("/ws/broadcast", endpoint(Plain::Broadcast));
    let mut paths: Vec<&str> = config.ws_path.iter().map(String::as_str).chain(["/ws"]).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        router = router.route(path, endpoint(config.plain));
    }
    router.fallback(get(page::serve)).with_state(app)
}

fn endpoint(mode: Plain) -> MethodRouter<App> {
    get(move |State(app), request: Request| endpoint::handle(app, mode, request))
}
