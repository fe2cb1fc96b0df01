//! Responses to opening handshakes.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::ext::Protocol;
use yodel_websocket::handshake::{Handshake, HandshakeError, VERSION};

/// Returns the protocol of an extended CONNECT request (RFC 8441, section 4).
pub fn connect_protocol<B>(request: &Request<B>) -> Option<String> {
    request.extensions().get::<Protocol>().map(|protocol| protocol.as_str().to_owned())
}

/// Returns the response that opens the connection.
pub fn accepted(handshake: &Handshake) -> Response {
    handshake.response().map(|()| Body::empty())
}

/// Returns the response to a request that is not a valid handshake.
pub fn rejected(error: HandshakeError) -> Response {
    match error {
        HandshakeError::Version => upgrade_required(&error.to_string()),
        _ => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

/// Returns 426 with the protocol to upgrade to (RFC 6455, section 4.4; RFC 9110, section 15.5.22).
pub fn upgrade_required(text: &str) -> Response {
    let headers =
        [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_VERSION, VERSION)];
    (StatusCode::UPGRADE_REQUIRED, headers, format!("{text}\n")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6455_section_4_4_sends_the_supported_version() {
        let response = rejected(HandshakeError::Version);
        assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(response.headers()[header::SEC_WEBSOCKET_VERSION], "13");
        assert_eq!(rejected(HandshakeError::Host).status(), StatusCode::BAD_REQUEST);
    }
}
