//! The router for an application of the embedding program.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};

use crate::http::state::AppState;
use crate::http::{host, peer, router};

/// Clients that may send requests to a mounted router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Clients on the same machine.
    Local,
    /// All clients.
    Everyone,
}

/// Returns all endpoints except the page. `on_request` is called at the start of each request.
pub fn mounted(app: &AppState, reach: Reach, on_request: impl Fn() + Clone + Send + Sync + 'static) -> Router {
    let mut router = router::endpoints(app);
    if reach == Reach::Local {
        router = router.layer(from_fn_with_state(app.clone(), require_local_peer));
    }
    let prepare = move |mut request: Request, next: Next| {
        on_request();
        host::set_host(&mut request);
        next.run(request)
    };
    router.layer(map_response(router::harden)).layer(from_fn(prepare)).with_state(app.clone())
}

/// Rejects clients of other machines.
async fn require_local_peer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    match peer::address(&app, request.headers(), request.extensions()) {
        Ok(peer) if peer.ip().to_canonical().is_loopback() => next.run(request).await,
        Ok(_) => {
            app.server.metrics.add_rejection("Forbidden");
            let text = "This server accepts clients on its own machine only. To accept others, configure authentication \
                        or the setting `open`.\n";
            (StatusCode::FORBIDDEN, text).into_response()
        }
        Err(error) => error.into_response(),
    }
}
