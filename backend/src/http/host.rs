//! The host of a request.

use axum::http::{HeaderValue, Request, Version, header};

/// Sets the `Host` header of an HTTP/2 request from its `:authority` (RFC 9113 §8.3.1), because all checks of the
/// host read the header.
pub fn set_host<B>(request: &mut Request<B>) {
    if request.version() == Version::HTTP_2
        && let Some(host) = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        request.headers_mut().insert(header::HOST, host);
    }
}
