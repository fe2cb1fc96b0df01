//! Handshakes: the example of RFC 6455, and variants of it that must be rejected.

use super::*;
use http::Request;

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

/// Returns the example with one header replaced or removed.
fn with(name: &str, values: &[&str]) -> request::Parts {
    let others = EXAMPLE.iter().copied().filter(|(other, _)| *other != name);
    let headers: Vec<_> = others.chain(values.iter().map(|value| (name, *value))).collect();
    request(&headers)
}

fn error(request: &request::Parts) -> Option<HandshakeError> {
    Handshake::check(request, Some(ContextTakeover::Disabled)).err()
}

#[test]
fn section_1_3_accepts_the_example() {
    let handshake = Handshake::check(&request(&EXAMPLE), Some(ContextTakeover::Disabled)).unwrap();
    let response = handshake.response();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(response.headers()[header::SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(response.headers()[header::UPGRADE], "websocket");
    assert_eq!(response.headers()[header::CONNECTION], "upgrade");
    assert!(!response.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
}

#[test]
fn section_4_2_1_finds_tokens_in_lists_ignoring_case() {
    assert_eq!(error(&with("connection", &["keep-alive, UPGRADE"])), None);
    assert!(is_upgrade(&with("upgrade", &["h2c, WebSocket"]), None));
    assert!(!is_upgrade(&with("upgrade", &["h2c"]), None));
    assert!(!is_upgrade(&with("upgrade", &[]), None));
}

#[test]
fn section_4_2_1_requires_the_connection_header() {
    assert_eq!(error(&with("connection", &[])), Some(HandshakeError::Connection));
    assert_eq!(error(&with("connection", &["keep-alive"])), Some(HandshakeError::Connection));
}

#[test]
fn section_4_2_1_requires_one_key_of_16_bytes() {
    for invalid in [
        &[][..],
        &[""],
        &["dGhlIHNhbXBsZSBub25jZQ"],
        &["dGhlIHNhbXBsZSBub25j"],
        &["not base64 at all!!!!!!!"],
        &["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="],
    ] {
        assert_eq!(error(&with("sec-websocket-key", invalid)), Some(HandshakeError::Key), "{invalid:?}");
    }
}

#[test]
fn section_4_1_accepts_a_key_with_nonzero_trailing_bits() {
    assert_eq!(error(&with("sec-websocket-key", &["AQIDBAUGBwgJCgsMDQ4PEC=="])), None);
}

#[test]
fn section_4_2_1_requires_one_host() {
    for invalid in [&[][..], &["server.example.com", "server.example.com"]] {
        assert_eq!(error(&with("host", invalid)), Some(HandshakeError::Host), "{invalid:?}");
    }
}

#[test]
fn section_4_4_rejects_other_versions() {
    for invalid in [&[][..], &["8"], &["14"], &["13, 8"], &["13", "13"], &["013"]] {
        let error = error(&with("sec-websocket-version", invalid));
        assert_eq!(error, Some(HandshakeError::Version), "{invalid:?}");
    }
}

#[test]
fn section_4_2_1_requires_get_and_http_1_1() {
    let mut post = request(&EXAMPLE);
    post.method = Method::POST;
    assert_eq!(error(&post), Some(HandshakeError::Method));
    let mut old = request(&EXAMPLE);
    old.version = Version::HTTP_10;
    assert_eq!(error(&old), Some(HandshakeError::Method));
}

#[test]
fn section_9_1_rejects_malformed_extensions() {
    for invalid in [&["permessage-deflate; ="][..], &["permessage-deflate", "a b"], &["permessage-deflate; a=é"], &[""]]
    {
        let request = with("sec-websocket-extensions", invalid);
        for takeover in [None, Some(ContextTakeover::Disabled), Some(ContextTakeover::Enabled)] {
            let error = Handshake::check(&request, takeover).err();
            assert_eq!(error, Some(HandshakeError::Extensions), "{invalid:?}, {takeover:?}");
        }
    }
    assert_eq!(error(&with("sec-websocket-extensions", &["", "permessage-deflate"])), None, "one list");
}

#[test]
fn negotiates_compression_only_if_enabled() {
    let offer = with("sec-websocket-extensions", &["permessage-deflate"]);
    let on = Handshake::check(&offer, Some(ContextTakeover::Disabled)).unwrap().response();
    assert!(on.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
    let off = Handshake::check(&offer, None).unwrap().response();
    assert!(!off.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS));
}

#[test]
fn rfc_8441_section_5_accepts_http_2_without_a_key() {
    let mut connect = request(&[("sec-websocket-version", "13")]);
    connect.method = Method::CONNECT;
    connect.version = Version::HTTP_2;
    assert!(!is_upgrade(&connect, None), "a CONNECT for another protocol");
    assert!(!is_upgrade(&connect, Some("connect-udp")));
    assert!(is_upgrade(&connect, Some("websocket")));
    let response = Handshake::check(&connect, None).unwrap().response();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().is_empty(), "HTTP/2 has neither Upgrade nor Connection");
    connect.method = Method::GET;
    assert_eq!(error(&connect), Some(HandshakeError::Method));
}
