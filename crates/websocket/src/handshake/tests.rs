//! Handshakes: the example of RFC 6455, and everything in it replaced by what must be refused.

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
    assert!(is_wanted(&with("upgrade", &["h2c, WebSocket"]), None));
    assert!(!is_wanted(&with("upgrade", &["h2c"]), None));
    assert!(!is_wanted(&with("upgrade", &[]), None));
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
fn section_4_4_another_version_is_refused() {
    for wrong in [&[][..], &["8"], &["14"], &["13, 8"], &["13", "13"], &["013"]] {
        let refusal = refusal(&with("sec-websocket-version", wrong));
        assert_eq!(refusal, Some(Refusal::Version), "{wrong:?}");
    }
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
    for wrong in [&["permessage-deflate; ="][..], &["permessage-deflate", "a b"], &["permessage-deflate; a=é"], &[""]]
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
    assert!(!is_wanted(&connect, None), "a CONNECT for something else");
    assert!(!is_wanted(&connect, Some("connect-udp")));
    assert!(is_wanted(&connect, Some("websocket")));
    let response = Handshake::check(&connect, None).unwrap().response();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().is_empty(), "HTTP/2 has neither Upgrade nor Connection");
    connect.method = Method::GET;
    assert_eq!(refusal(&connect), Some(Refusal::Method));
}
