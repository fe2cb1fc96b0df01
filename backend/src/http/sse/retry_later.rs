//! Response to a request for a stream that is rejected now, and may succeed later.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::headers;
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::runtime::random;

/// Range of the random part of the delay after which a rejected `EventSource` returns, in milliseconds.
const RETRY_SPREAD: u64 = 5_000;

/// Returns a stream that ends after its `retry` field, if the same request may succeed later and comes from an
/// `EventSource`, which gives up forever after any other status than 200 (HTML standard, section 9.2.2).
///
/// # Errors
/// Returns `error` in all other cases.
pub fn respond(app: &AppState, request: &HeaderMap, error: ApiError) -> Result<Response, ApiError> {
    let Some(seconds) = error.retry_seconds().filter(|_| accepts_events(request)) else { return Err(error) };
    let after_drain = if app.admission.is_closed() { app.server.config.drain } else { Duration::ZERO };
    let retry = after_drain + Duration::from_secs(seconds.into()) + Duration::from_millis(random::below(RETRY_SPREAD));
    Ok((headers::of_stream(request), format!("retry: {}\n\n", retry.as_millis())).into_response())
}

/// Returns whether a request asks for events only, as an `EventSource` does.
fn accepts_events(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"text/event-stream")
}
