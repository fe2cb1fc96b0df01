//! The opening handshake: over HTTP/1.1 (RFC 6455, section 4.2) and HTTP/2 (RFC 8441, section 5).

use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
use base64::{Engine, alphabet};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version, header, request};
use sha1::{Digest, Sha1};

use crate::extension::{self, Agreement, Takeover};
use crate::header::has_token;

/// The one version of the protocol (RFC 6455, section 4.1).
pub const VERSION: &str = "13";

/// What the key is hashed with (RFC 6455, section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// How a key is read: the bits that fill its last character up may be anything, as they are in the
/// example of RFC 6455, section 4.1.
const KEY: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// A handshake that is as it has to be.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// `Sec-WebSocket-Accept`; HTTP/2 has none.
    accept: Option<HeaderValue>,
    /// Compression, when both sides want it.
    pub compression: Option<Agreement>,
}

/// Why a handshake fails; the text says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// RFC 6455, section 4.2.1: GET, and at least HTTP/1.1; on HTTP/2 CONNECT.
    #[error("A WebSocket handshake is a GET request of HTTP/1.1, or a CONNECT request of HTTP/2.")]
    Method,
    /// RFC 6455, section 4.2.1, item 2.
    #[error("The header `Host` must be there once.")]
    Host,
    /// RFC 6455, section 4.2.1, item 4.
    #[error("The header `Connection: Upgrade` is missing.")]
    Connection,
    /// RFC 6455, section 4.2.1, item 5.
    #[error("The header `Sec-WebSocket-Key` must be there once and hold 16 bytes in base64.")]
    Key,
    /// RFC 6455, section 4.4.
    #[error("This server speaks version 13 of the WebSocket protocol.")]
    Version,
    /// RFC 6455, section 9.1.
    #[error("The header `Sec-WebSocket-Extensions` is malformed.")]
    Extensions,
}

/// Returns whether a request asks for a WebSocket: with `Upgrade: websocket`, or with `:protocol = websocket`
/// (RFC 8441, section 4), which is given as `connect_protocol`.
pub fn is_wanted(request: &request::Parts, connect_protocol: Option<&str>) -> bool {
    match connect_protocol {
        Some(protocol) => protocol == "websocket",
        None => has_token(texts(&request.headers, &header::UPGRADE), "websocket"),
    }
}

impl Handshake {
    /// Checks a request that [is meant](is_wanted) as a handshake; without `takeover` there is no
    /// compression.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub fn check(request: &request::Parts, takeover: Option<Takeover>) -> Result<Self, Refusal> {
        let headers = &request.headers;
        let accept = match request.version {
            Version::HTTP_2 if request.method == Method::CONNECT => None,
            Version::HTTP_11 if request.method == Method::GET => Some(upgrade_key(headers)),
            _ => return Err(Refusal::Method),
        };
        if only(headers, &header::SEC_WEBSOCKET_VERSION) != Some(VERSION.as_bytes()) {
            return Err(Refusal::Version);
        }
        // Read also where nothing will be agreed on: a malformed header fails every handshake.
        let agreement = extension::agree(offers(headers)?, takeover.unwrap_or(Takeover::Refused));
        let agreement = agreement.map_err(|_| Refusal::Extensions)?;
        Ok(Self { accept: accept.transpose()?, compression: takeover.and(agreement) })
    }

    /// The response that opens the connection: 101, or 200 on HTTP/2.
    pub fn response(&self) -> Response<()> {
        let mut response = Response::new(());
        if let Some(accept) = &self.accept {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept.clone());
        }
        if let Some(Ok(value)) = self.compression.map(|agreement| HeaderValue::try_from(agreement.to_string())) {
            response.headers_mut().insert(header::SEC_WEBSOCKET_EXTENSIONS, value);
        }
        response
    }
}

/// Checks what only HTTP/1.1 has, and answers the key.
fn upgrade_key(headers: &HeaderMap) -> Result<HeaderValue, Refusal> {
    only(headers, &header::HOST).ok_or(Refusal::Host)?;
    if !has_token(texts(headers, &header::CONNECTION), "upgrade") {
        return Err(Refusal::Connection);
    }
    let key = only(headers, &header::SEC_WEBSOCKET_KEY).ok_or(Refusal::Key)?;
    if KEY.decode(key).map_or(0, |bytes| bytes.len()) != 16 {
        return Err(Refusal::Key);
    }
    HeaderValue::try_from(accept(key)).map_err(|_| Refusal::Key)
}

/// The `Sec-WebSocket-Accept` that belongs to a key.
pub fn accept(key: &[u8]) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// A header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}

/// Everything that is offered in `Sec-WebSocket-Extensions`.
fn offers(headers: &HeaderMap) -> Result<Vec<&str>, Refusal> {
    let values = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS).iter();
    values.map(|value| value.to_str().map_err(|_| Refusal::Extensions)).collect()
}

/// The values of a header that are text; others can hold no list of tokens.
fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests;
