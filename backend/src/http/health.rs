//! Probes of load balancers: liveness and readiness.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::connection::admission::RejectReason;
use crate::http::state::AppState;

/// Liveness probe.
///
/// Responds with 200 until the server has stopped. Restart a server that does not respond in time.
#[utoipa::path(
    get,
    path = "/health",
    tag = "server",
    security(()),
    responses((status = 200, description = "The server is alive.", body = String, content_type = "text/plain"))
)]
pub async fn health() -> Response {
    uncached("alive\n").into_response()
}

/// Readiness probe.
///
/// Responds with 503 from the announcement of a shutdown. For the time of `--lame-duck` the server still accepts
/// connections then.
#[utoipa::path(
    get,
    path = "/ready",
    tag = "server",
    security(()),
    responses(
        (status = 200, description = "The server accepts connections.", body = String, content_type = "text/plain"),
        (status = 503, description = "The server is shutting down.", body = String, content_type = "text/plain")
    )
)]
pub async fn ready(State(app): State<AppState>) -> Response {
    if app.admission.is_leaving() {
        let reason = RejectReason::Stopping;
        return (reason.status(), [(header::RETRY_AFTER, reason.retry_after())], uncached("stopping\n"))
            .into_response();
    }
    uncached("ready\n").into_response()
}

/// Returns a response that must not be cached.
fn uncached(text: &'static str) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], text)
}
