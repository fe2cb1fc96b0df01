//! The host that a request is for.

use axum::http::{HeaderValue, Request, Version, header};

/// Sets the `Host` header of an HTTP/2 request, which names its host in `:authority` (RFC 9113, section 8.3.1):
/// everything that checks the host reads the header.
pub fn set_host<B>(request: &mut Request<B>) {
    if request.version() == Version::HTTP_2
        && let Some(host) = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        request.headers_mut().insert(header::HOST, host);
    }
}
