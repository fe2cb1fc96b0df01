//! Routes.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use crate::config::Plain;
use crate::connection::admission::RejectReason;
use crate::http::access;
use crate::http::api;
use crate::http::assets;
use crate::http::state::AppState;
use crate::http::upgrade;
use crate::http::{health, metrics, sse};

/// Path of the event streams.
const STREAMS: &str = "/sse/{room}";

/// Returns all endpoints, and the page for every other path.
pub fn new(app: AppState) -> Router {
    let page = get(assets::serve).layer(from_fn_with_state(app.clone(), check_host));
    endpoints(&app).fallback(page).layer(map_response(harden)).with_state(app)
}

/// Returns the probes, and an error for every other path, for a server that has reached its limit of sockets.
pub fn probes(app: AppState) -> Router {
    let routes = public_routes().into_iter().filter(|(path, _)| matches!(*path, "/health" | "/ready"));
    let router = routes.fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let reject = async |State(app): State<AppState>| {
        app.admission.count_rejected(RejectReason::Sockets);
        upgrade::rejected(RejectReason::Sockets)
    };
    let router = router.route(STREAMS, get(sse::reject)).fallback(reject);
    router.layer(map_response(harden)).with_state(app)
}

/// Returns all endpoints.
pub fn endpoints(app: &AppState) -> Router<AppState> {
    let config = &app.server.config;
    let mut router =
        Router::new().route("/ws/echo", endpoint(Plain::Echo)).route("/ws/broadcast", endpoint(Plain::Broadcast));
    let mut paths: Vec<&str> = config.ws_path.iter().map(String::as_str).chain(["/ws"]).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        router = router.route(path, endpoint(config.plain));
    }
    for (path, methods) in public_routes() {
        router = router.route(path, methods);
    }
    router.merge(api::router(app))
}

/// Returns the routes outside the API and the page.
fn public_routes() -> [(&'static str, MethodRouter<AppState>); 4] {
    [
        (STREAMS, get(sse::listen)),
        ("/health", get(health::health)),
        ("/ready", get(health::ready)),
        ("/metrics", get(metrics::serve)),
    ]
}

/// Rejects requests for the page under a name that is not the server's. The other handlers check it themselves, except
/// the probes.
async fn check_host(State(app): State<AppState>, request: Request, next: Next) -> Response {
    match app.origins.check_host(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => access::forbidden(&error).into_response(),
    }
}

fn endpoint(plain: Plain) -> MethodRouter<AppState> {
    let handle = move |State(app), request: Request| upgrade::handle(app, plain, request);
    // Over HTTP/2, a WebSocket is opened with CONNECT (RFC 8441).
    get(handle).connect(handle)
}

/// Adds security headers to every response, including errors: no content sniffing, no referrer.
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
    fn openapi_describes_exactly_the_routes() {
        let paths = public_routes().map(|(path, _)| path).into_iter().chain(api::paths());
        let openapi = api::openapi::openapi();
        assert_eq!(paths.map(str::to_owned).collect::<BTreeSet<_>>(), openapi.paths.paths.into_keys().collect());
    }
}
