//! Metrics for Prometheus.
//!
//! | content | file |
//! |---|---|
//! | access | here |
//! | names, help texts and values | `families`, `redis_families`, `data_families` |
//! | text format | `exposition` |

#[cfg(feature = "disk")]
mod data_families;
mod exposition;
mod families;
#[cfg(feature = "redis")]
mod redis_families;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as ResponseDoc};

use crate::config::MetricsAccess;
use crate::http::access;
use crate::http::error::{self, ApiError};
use crate::http::state::AppState;

/// Version 0.0.4 of the text format, which every Prometheus version supports.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Returns the metrics in the Prometheus text format.
///
/// On a loopback address without a public origin every client may read them, otherwise only clients with API access.
/// `--metrics` changes that.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "server",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"), MetricsErrors)
)]
pub async fn serve(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    app.origins.check(&headers)?;
    if app.metrics == MetricsAccess::Api {
        access::check_enabled(&app, &headers)?;
        access::check_credentials(&app, &headers)?;
    }
    // Iterating over all rooms and connections may take long, so it runs on a blocking thread.
    let text = tokio::task::spawn_blocking(move || families::render(&app)).await.unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Error responses of `/metrics`.
struct MetricsErrors;

impl IntoResponses for MetricsErrors {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[
            (401, "The API key or token is missing or invalid."),
            (403, "The token lacks the claim `api`, or the origin or the host is not allowed."),
            (404, "Metrics require API access, and the HTTP API is disabled."),
        ])
    }
}
