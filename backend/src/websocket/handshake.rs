//! The opening handshake: over HTTP/1.1 (RFC 6455, section 4.2) and HTTP/2 (RFC 8441, section 5).

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header, request};
use axum::response::{IntoResponse, Response};
use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
use base64::{Engine, alphabet};
use hyper::ext::Protocol;
use sha1::{Digest, Sha1};

use super::extension::{self, Agreement, Takeover};
use super::header::has_token;

/// The one version of the protocol (RFC 6455, section 4.1).
const VERSION: &str = "13";

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

/// Whether a request asks for a WebSocket at all: `Upgrade: websocket`, or `:protocol = websocket`.
pub fn is_wanted(request: &request::Parts) -> bool {
    match request.extensions.get::<Protocol>() {
        Some(protocol) => protocol.as_str() == "websocket",
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
    pub fn response(&self) -> Response {
        let mut response = StatusCode::OK.into_response();
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Version => upgrade_required(&self.to_string()),
            _ => (StatusCode::BAD_REQUEST, format!("{self}\n")).into_response(),
        }
    }
}

/// 426, with what to upgrade to (RFC 6455, section 4.4; RFC 9110, section 15.5.22).
pub fn upgrade_required(text: &str) -> Response {
    let headers =
        [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_VERSION, VERSION)];
    (StatusCode::UPGRADE_REQUIRED, headers, format!("{text}\n")).into_response()
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
    let hash = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    HeaderValue::try_from(STANDARD.encode(hash)).map_err(|_| Refusal::Key)
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
mod tests {
    use super::*;
    use axum::http::Request;

    const EXAMPLE: [(&str, &str); 5] = [
        ("host", "server.example.com"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ];

    fn request<'h>(headers: impl IntoIterator<Item = &'h (&'h str, &'h str)>) -> request::Parts {
        let build = |builder: request::Builder, (name, value): &(&str, &str)| builder.header(*name, *value);
        headers.into_iter().fold(Request::builder().uri("/ws"), build).body(()).unwrap().into_parts().0
    }

    /// The example with one header replaced or left out.
    fn with(name: &str, values: &[&str]) -> request::Parts {
        let others = EXAMPLE.iter().copied().filter(|(other, _)| *other != name);
        let headers: Vec<_> = others.chain(values.iter().map(|value| (name, *value))).collect();
        request(&headers)
    }

    fn refusal(request: &request::Parts) -> Option<Refusal> {
        Handshake::check(request, Some(Takeover::Refused)).err()
    }

    #[test]
    fn section_1_3_the_example_is_answered() {
        let handshake = Handshake::check(&request(&EXAMPLE), Some(Takeover::Refused)).unwrap();
        let response = handshake.response();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!(response.headers()[header::SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(response.headers()[header::UPGRADE], "websocket");
        assert_eq!(response.headers()[header::CONNECTION], "upgrade");
        assert!(!response.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
    }

    #[test]
    fn section_4_2_1_tokens_stand_among_others_in_any_case() {
        assert_eq!(refusal(&with("connection", &["keep-alive, UPGRADE"])), None);
        assert!(is_wanted(&with("upgrade", &["h2c, WebSocket"])));
        assert!(!is_wanted(&with("upgrade", &["h2c"])));
        assert!(!is_wanted(&with("upgrade", &[])));
    }

    #[test]
    fn section_4_2_1_the_connection_header_is_needed() {
        assert_eq!(refusal(&with("connection", &[])), Some(Refusal::Connection));
        assert_eq!(refusal(&with("connection", &["keep-alive"])), Some(Refusal::Connection));
    }

    #[test]
    fn section_4_2_1_the_key_is_16_bytes_and_there_once() {
        for wrong in [
            &[][..],
            &[""],
            &["dGhlIHNhbXBsZSBub25jZQ"],
            &["dGhlIHNhbXBsZSBub25j"],
            &["not base64 at all!!!!!!!"],
            &["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="],
        ] {
            assert_eq!(refusal(&with("sec-websocket-key", wrong)), Some(Refusal::Key), "{wrong:?}");
        }
    }

    #[test]
    fn section_4_1_the_example_key_is_taken_although_its_last_bits_are_not_zero() {
        assert_eq!(refusal(&with("sec-websocket-key", &["AQIDBAUGBwgJCgsMDQ4PEC=="])), None);
    }

    #[test]
    fn section_4_2_1_the_host_is_there_once() {
        for wrong in [&[][..], &["server.example.com", "server.example.com"]] {
            assert_eq!(refusal(&with("host", wrong)), Some(Refusal::Host), "{wrong:?}");
        }
    }

    #[test]
    fn section_4_4_another_version_is_told_which_one_is_spoken() {
        for wrong in [&[][..], &["8"], &["14"], &["13, 8"], &["13", "13"], &["013"]] {
            let refusal = refusal(&with("sec-websocket-version", wrong));
            assert_eq!(refusal, Some(Refusal::Version), "{wrong:?}");
        }
        let response = Refusal::Version.into_response();
        assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(response.headers()[header::SEC_WEBSOCKET_VERSION], "13");
    }

    #[test]
    fn section_4_2_1_only_get_and_not_http_1_0() {
        let mut post = request(&EXAMPLE);
        post.method = Method::POST;
        assert_eq!(refusal(&post), Some(Refusal::Method));
        let mut old = request(&EXAMPLE);
        old.version = Version::HTTP_10;
        assert_eq!(refusal(&old), Some(Refusal::Method));
    }

    #[test]
    fn section_9_1_malformed_extensions_fail_the_handshake() {
        for wrong in
            [&["permessage-deflate; ="][..], &["permessage-deflate", "a b"], &["permessage-deflate; a=é"], &[""]]
        {
            let request = with("sec-websocket-extensions", wrong);
            for takeover in [None, Some(Takeover::Refused), Some(Takeover::Allowed)] {
                let refusal = Handshake::check(&request, takeover).err();
                assert_eq!(refusal, Some(Refusal::Extensions), "{wrong:?}, {takeover:?}");
            }
        }
        assert_eq!(refusal(&with("sec-websocket-extensions", &["", "permessage-deflate"])), None, "one list");
    }

    #[test]
    fn compression_is_answered_only_when_it_is_on() {
        let offer = with("sec-websocket-extensions", &["permessage-deflate"]);
        let on = Handshake::check(&offer, Some(Takeover::Refused)).unwrap().response();
        assert!(on.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
        let off = Handshake::check(&offer, None).unwrap().response();
        assert!(!off.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
    }

    #[test]
    fn rfc_8441_section_5_http_2_connects_without_a_key() {
        let mut connect = request(&[("sec-websocket-version", "13")]);
        connect.method = Method::CONNECT;
        connect.version = Version::HTTP_2;
        assert!(!is_wanted(&connect), "a CONNECT for something else");
        connect.extensions.insert(Protocol::from_static("websocket"));
        assert!(is_wanted(&connect));
        let response = Handshake::check(&connect, None).unwrap().response();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.headers().is_empty(), "HTTP/2 has neither Upgrade nor Connection");
        connect.method = Method::GET;
        assert_eq!(refusal(&connect), Some(Refusal::Method));
    }
}
