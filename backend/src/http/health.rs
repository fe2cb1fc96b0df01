//! Probes of load balancers: liveness and readiness.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::connection::admission::RejectReason;
use crate::http::state::AppState;

/// Value of `Retry-After` while the message store is unavailable, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Liveness probe.
///
/// Responds with 200 until the server has stopped. Restart a server that does not respond in time. With `?verbose`, lines
/// with the version, the name of the node, what keeps the histories of rooms, and what it promises follow.
#[utoipa::path(
    get,
    path = "/health",
    tag = "server",
    security(()),
    responses((status = 200, description = "The server is alive.", body = String, content_type = "text/plain"))
)]
pub async fn health(State(app): State<AppState>, RawQuery(query): RawQuery) -> Response {
    if query.as_deref() != Some("verbose") {
        return uncached("alive\n".to_owned()).into_response();
    }
    let (version, node, backplane) = (env!("CARGO_PKG_VERSION"), &app.server.node, app.server.hub.backplane());
    let mut text = format!("alive\nversion {version}\nnode {node}\nhistory {}\n", backplane.name());
    for (promise, value) in backplane.promises() {
        text.extend([promise, " ", value, "\n"]);
    }
    uncached(text).into_response()
}

/// Readiness probe.
///
/// Responds with 503 from the announcement of a shutdown, while the message store of `--redis` cannot be reached or refuses
/// publishes, and while the folder of `--data` cannot be written. The server still accepts connections then, after an
/// announcement for the time of `--lame-duck`.
#[utoipa::path(
    get,
    path = "/ready",
    tag = "server",
    security(()),
    responses(
        (status = 200, description = "The server accepts connections.", body = String, content_type = "text/plain"),
        (status = 503, description = "The server is shutting down, or cannot publish in its message store or its data folder.", body = String, content_type = "text/plain")
    )
)]
pub async fn ready(State(app): State<AppState>) -> Response {
    if app.admission.is_leaving() {
        let reason = RejectReason::Stopping;
        return (reason.status(), [(header::RETRY_AFTER, reason.retry_after())], uncached("stopping\n".to_owned()))
            .into_response();
    }
    let backplane = app.server.hub.backplane();
    if !backplane.is_available() {
        let (retry_after, body) = ([(header::RETRY_AFTER, RETRY_AFTER)], uncached(format!("{}\n", backplane.name())));
        return (StatusCode::SERVICE_UNAVAILABLE, retry_after, body).into_response();
    }
    uncached("ready\n".to_owned()).into_response()
}

/// Returns a response that must not be cached.
fn uncached(text: String) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], text)
}
