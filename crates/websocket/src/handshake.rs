//! The opening handshake: over HTTP/1.1 (RFC 6455, section 4.2) and HTTP/2 (RFC 8441, section 5).

use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
use base64::{Engine, alphabet};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version, header, request};
use sha1::{Digest, Sha1};

use crate::extension::{self, ContextTakeover, DeflateParams};
use crate::header::has_token;

/// The supported protocol version (RFC 6455 §4.1).
pub const VERSION: &str = "13";

/// GUID that is hashed with the key (RFC 6455 §1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Base64 decoder of keys. It ignores the unused bits of the last character, which the example of RFC 6455 §4.1 sets.
const KEY: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// An accepted handshake.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// Value of `Sec-WebSocket-Accept`; `None` over HTTP/2, which has no key.
    accept: Option<HeaderValue>,
    /// Negotiated compression, if any.
    pub compression: Option<DeflateParams>,
}

/// Reason why a handshake is rejected. The text is the body of the HTTP response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// RFC 6455 §4.2.1: the method must be GET over HTTP/1.1 or later; RFC 8441 §4: CONNECT over HTTP/2.
    #[error("A WebSocket handshake must be a GET request over HTTP/1.1 or a CONNECT request over HTTP/2.")]
    Method,
    /// RFC 6455 §4.2.1, item 2.
    #[error("The request must have exactly one `Host` header.")]
    Host,
    /// RFC 6455 §4.2.1, item 4.
    #[error("The header `Connection: Upgrade` is missing.")]
    Connection,
    /// RFC 6455 §4.2.1, item 5.
    #[error("The request must have exactly one `Sec-WebSocket-Key` header, with 16 bytes in base64.")]
    Key,
    /// RFC 6455 §4.4.
    #[error("This server supports only version 13 of the WebSocket protocol.")]
    Version,
    /// RFC 6455 §9.1.
    #[error("The header `Sec-WebSocket-Extensions` is malformed.")]
    Extensions,
}

/// Returns whether a request requests a WebSocket: with `Upgrade: websocket`, or with `:protocol = websocket` (RFC
/// 8441 §4), which is given as `connect_protocol`.
pub fn is_upgrade(request: &request::Parts, connect_protocol: Option<&str>) -> bool {
    match connect_protocol {
        Some(protocol) => protocol == "websocket",
        None => has_token(texts(&request.headers, &header::UPGRADE), "websocket"),
    }
}

impl Handshake {
    /// Validates a request for which [`is_upgrade`] is true. Compression is negotiated only if `takeover` is given.
    ///
    /// # Errors
    /// Returns the first violated requirement.
    pub fn check(request: &request::Parts, takeover: Option<ContextTakeover>) -> Result<Self, HandshakeError> {
        let headers = &request.headers;
        let accept = match request.version {
            Version::HTTP_2 if request.method == Method::CONNECT => None,
            Version::HTTP_11 if request.method == Method::GET => Some(upgrade_key(headers)),
            _ => return Err(HandshakeError::Method),
        };
        if single(headers, &header::SEC_WEBSOCKET_VERSION) != Some(VERSION.as_bytes()) {
            return Err(HandshakeError::Version);
        }
        // Parsed even if compression is off: a malformed header must fail every handshake (RFC 6455 §9.1).
        let params = extension::negotiate(offers(headers)?, takeover.unwrap_or(ContextTakeover::Disabled));
        let params = params.map_err(|_| HandshakeError::Extensions)?;
        Ok(Self { accept: accept.transpose()?, compression: takeover.and(params) })
    }

    /// Returns the response that opens the connection: status 101, or 200 over HTTP/2.
    pub fn response(&self) -> Response<()> {
        let mut response = Response::new(());
        if let Some(accept) = &self.accept {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept.clone());
        }
        if let Some(Ok(value)) = self.compression.map(|params| HeaderValue::try_from(params.to_string())) {
            response.headers_mut().insert(header::SEC_WEBSOCKET_EXTENSIONS, value);
        }
        response
    }
}

/// Checks the requirements that apply to HTTP/1.1 alone; returns the value of `Sec-WebSocket-Accept`.
fn upgrade_key(headers: &HeaderMap) -> Result<HeaderValue, HandshakeError> {
    single(headers, &header::HOST).ok_or(HandshakeError::Host)?;
    if !has_token(texts(headers, &header::CONNECTION), "upgrade") {
        return Err(HandshakeError::Connection);
    }
    let key = single(headers, &header::SEC_WEBSOCKET_KEY).ok_or(HandshakeError::Key)?;
    if KEY.decode(key).map_or(0, |bytes| bytes.len()) != 16 {
        return Err(HandshakeError::Key);
    }
    HeaderValue::try_from(accept(key)).map_err(|_| HandshakeError::Key)
}

/// Returns the `Sec-WebSocket-Accept` for a key.
pub fn accept(key: &[u8]) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// Returns the value of a header that occurs exactly once.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}

/// Returns all values of `Sec-WebSocket-Extensions`.
fn offers(headers: &HeaderMap) -> Result<Vec<&str>, HandshakeError> {
    let values = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS).iter();
    values.map(|value| value.to_str().map_err(|_| HandshakeError::Extensions)).collect()
}

/// Returns the values of a header that are text. Others cannot contain a token.
fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests;
