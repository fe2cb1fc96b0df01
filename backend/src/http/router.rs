//! Path -> handler.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::config::Plain;
use crate::http::api;
use crate::http::assets;
use crate::http::state::App;
use crate::http::upgrade;
use crate::http::{health, metrics, sse};

/// Returns all endpoints, and the page for every other path.
pub fn new(app: App) -> Router {
    endpoints(&app).fallback(get(assets::serve)).layer(map_response(harden)).with_state(app)
}

/// Returns all endpoints.
pub fn endpoints(app: &App) -> Router<App> {
    let config = &app.shared.config;
    let mut router =
        Router::new().route("/ws/echo", endpoint(Plain::Echo)).route("/ws/broadcast", endpoint(Plain::Broadcast));
    let mut paths: Vec<&str> = config.ws_path.iter().map(String::as_str).chain(["/ws"]).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        router = router.route(path, endpoint(config.plain));
    }
    for (path, methods) in others() {
        router = router.route(path, methods);
    }
    router.merge(api::router(app))
}

/// What answers HTTP beside the interface for programs and the page.
fn others() -> [(&'static str, MethodRouter<App>); 4] {
    [
        ("/sse/{room}", get(sse::listen)),
        ("/health", get(health::health)),
        ("/ready", get(health::ready)),
        ("/metrics", get(metrics::serve)),
    ]
}

fn endpoint(mode: Plain) -> MethodRouter<App> {
    let handle = move |State(app), request: Request| upgrade::handle(app, mode, request);
    // HTTP/2 opens a WebSocket with CONNECT (RFC 8441).
    get(handle).connect(handle)
}

/// On every response, also on those that say what was wrong: browsers must neither guess what it is
/// nor tell others where they were.
pub async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_path_is_described_and_every_description_has_its_path() {
        let paths = others().map(|(path, _)| path).into_iter().chain(api::paths());
        let described = api::openapi::described();
        assert_eq!(paths.map(str::to_owned).collect::<BTreeSet<_>>(), described.paths.paths.into_keys().collect());
    }
}
