//! Figures for Prometheus.
//!
//! | idea | file |
//! |---|---|
//! | who may read them | here |
//! | what each is called and means | `figures` |
//! | how they are written | `exposition` |

mod exposition;
mod figures;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as Described};

use crate::config::MetricsAccess;
use crate::http::access;
use crate::http::error::{self, Problem};
use crate::http::state::App;

/// Version 0.0.4 of the text format: what every Prometheus reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Figures of the server, in the text format of Prometheus.
///
/// On a loopback address they are for everybody who reaches the server, elsewhere for those who may
/// use the HTTP interface; `--metrics` decides otherwise.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "server",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The figures.", body = String, content_type = "text/plain"), Refusals)
)]
pub async fn serve(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    app.origins.check(&headers)?;
    if app.metrics == MetricsAccess::Api {
        access::check_switched_on(&app, &headers)?;
        access::check_credentials(&app, &headers)?;
    }
    // There may be very many rooms and connections to look at: not where others wait for their turn.
    let text = tokio::task::spawn_blocking(move || figures::all(&app)).await.unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// What somebody may be answered who wants to read them.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (401, "No key and no token came with it, or none that is good."),
            (403, "The token does not claim `api`, or the page asking is from elsewhere."),
            (404, "They are for those who may use the HTTP interface, which is off."),
        ])
    }
}
