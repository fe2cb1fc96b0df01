//! Headers of an event stream.

use axum::http::{HeaderMap, HeaderValue, header};

/// Returns the response headers of an event stream.
pub fn of_stream(request: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Disables response buffering in nginx, which would delay events.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    // The origin has been checked; browsers require this CORS header.
    if let Some(origin) = request.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
    }
    headers
}
