//! Path -> handler.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::api;
use crate::app::App;
use crate::config::Plain;
use crate::endpoint;
use crate::page;
use crate::{metrics, probes, sse};

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
    router
        .route("/sse/{room}", get(sse::listen))
        .route("/health", get(probes::health))
        .route("/ready", get(probes::ready))
        .route("/metrics", get(metrics::serve))
        .merge(api::router(&app))
        .fallback(get(page::serve))
        .layer(map_response(harden))
        .with_state(app)
}

fn endpoint(mode: Plain) -> MethodRouter<App> {
    let handle = move |State(app), request: Request| endpoint::handle(app, mode, request);
    // HTTP/2 opens a WebSocket with CONNECT (RFC 8441).
    get(handle).connect(handle)
}

/// On every response, also on those that say what was wrong: browsers must neither guess what it is
/// nor tell others where they were.
async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
