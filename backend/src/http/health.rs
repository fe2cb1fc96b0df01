//! What balancers ask: whether the server lives, and whether it wants more work.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::connection::admission::RejectReason;
use crate::http::state::App;

/// Whether the server lives. It is answered until the server has stopped; what does not answer in
/// time should be started anew.
#[utoipa::path(
    get,
    path = "/health",
    tag = "server",
    security(()),
    responses((status = 200, description = "It lives.", body = String, content_type = "text/plain"))
)]
pub async fn health() -> Response {
    said("alive\n").into_response()
}

/// Whether the server takes new connections. One that stops does not.
#[utoipa::path(
    get,
    path = "/ready",
    tag = "server",
    security(()),
    responses(
        (status = 200, description = "It does.", body = String, content_type = "text/plain"),
        (status = 503, description = "It stops.", body = String, content_type = "text/plain")
    )
)]
pub async fn ready(State(app): State<App>) -> Response {
    if app.admission.is_closed() {
        let why = RejectReason::Stopping;
        return (why.status(), [(header::RETRY_AFTER, why.retry_after())], said("stopping\n")).into_response();
    }
    said("ready\n").into_response()
}

/// An answer that is good for now only.
fn said(text: &'static str) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], text)
}
