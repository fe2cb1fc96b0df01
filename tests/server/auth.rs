//! Authentication by token, and the users that tokens name.

use std::time::Duration;

use serde_json::json;
use support::api::token;
use support::http::{self, HANDSHAKE};
use support::{TestClient, TestClock, TestServer, before_default};
use yodel_server::ServerConfig;
use yodel_server::auth::LEEWAY;
use yodel_server::config::defaults;

/// Expiry of an expired token, in seconds since 1970.
const PAST: u64 = 1_000_000_000;

/// Starts a server with `--auth jwt`.
pub fn start() -> TestServer {
    TestServer::start_jwt(ServerConfig::default())
}

/// Returns the subprotocols with which a client sends a token in the handshake.
pub fn offer(token: &str) -> String {
    format!("yodel.v1, bearer.{token}")
}

#[tokio::test]
async fn accepts_a_token_in_subprotocol_header_or_cookie() {
    let server = start();
    let token = token("42", &json!({}));
    let (bearer, cookie) = (format!("Bearer {token}"), format!("a=b; session={token}"));
    let offer = offer(&token);
    for header in [("sec-websocket-protocol", &*offer), ("authorization", &bearer), ("cookie", &cookie)] {
        let mut ada = server.open_envelope_with("/ws", &[header]).await;
        assert_eq!(ada.next().await["user"], "42", "{}", header.0);
    }
    for header in [("authorization", &*bearer), ("cookie", &cookie)] {
        let url = format!("ws://{}/ws/echo", server.address);
        assert!(TestClient::try_connect(&url, &[header]).await.is_ok(), "plain mode accepts it too");
    }
}

/// Browsers fail a connection whose response selects none of the offered subprotocols, as this client does.
#[tokio::test]
async fn a_page_sends_a_token_in_plain_mode_with_a_pair_of_subprotocols() {
    let server = start();
    let (origin, token) = (format!("http://{}", server.address), token("42", &json!({})));
    let connect = async |path, offers: &str| {
        let headers = [("origin", &*origin), ("sec-websocket-protocol", offers)];
        TestClient::try_connect(&format!("ws://{}{path}", server.address), &headers).await
    };
    for path in ["/ws", "/ws/echo"] {
        let mut page = connect(path, &format!("yodel.plain, bearer.{token}")).await.unwrap();
        page.send("hello").await;
        assert_eq!(page.receive().await, "hello");
    }
    assert_eq!(connect("/ws", "yodel.plain, bearer.x").await.err(), Some(401));
    assert_eq!(connect("/ws", "yodel.plain").await.err(), Some(401), "no token");
    assert_eq!(connect("/ws", &format!("bearer.{token}")).await.err(), Some(400));
    let headers = format!("Host: {0}\r\nOrigin: {origin}\r\nSec-WebSocket-Protocol: bearer.{token}", server.address);
    let request = format!("GET /ws HTTP/1.1\r\n{headers}\r\n{HANDSHAKE}\r\n");
    let refused = http::exchange_and_shut_down(server.address, &request).await;
    assert!(refused.contains(r#"["yodel.plain", "bearer.TOKEN"]"#), "{refused}");
}

#[tokio::test]
async fn permits_only_auth_and_ping_without_a_token() {
    let server = start();
    let mut ada = server.open_envelope("/ws").await;
    assert!(ada.next().await.get("user").is_none());
    ada.request(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
    for verb in [r#""echo""#, r#""join","room":"r""#, r#""publish","room":"r","event":"e""#, r#""call","event":"e""#] {
        ada.request(
            &format!(r#"{{"id":2,"type":{verb}}}"#),
            r#"{"type":"error","id":2,"code":"unauthorized","message":"authentication required: send `auth` first","retry":false}"#,
        )
        .await;
    }
    let exp = 9_999_999_999_u64;
    let token = token("42", &json!({"exp": exp}));
    let auth = format!(r#"{{"id":3,"type":"auth","token":"{token}"}}"#);
    ada.request(&auth, &format!(r#"{{"type":"ok","id":3,"user":"42","expires":{exp}}}"#)).await;
    ada.request(r#"{"id":4,"type":"echo","data":1}"#, r#"{"type":"echo","id":4,"data":1,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn closes_with_4502_on_auth_timeout() {
    let mut config = ServerConfig::default();
    config.auth.timeout = Duration::from_millis(50);
    let server = TestServer::start_jwt(config);
    let mut ada = server.connect_envelope("/ws").await;
    let closed = before_default(defaults::AUTH_TIMEOUT, "the close", ada.closed()).await;
    assert_eq!(closed, (4502, "authentication timeout".to_owned()));
}

#[tokio::test]
async fn closes_with_4502_for_invalid_and_4004_for_expired_tokens() {
    let server = start();
    let none = "bearer.eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiIsImV4cCI6OTk5OTk5OTk5OX0.".to_owned();
    let expired = format!("bearer.{}", token("42", &json!({"exp": PAST})));
    for (offer, code) in [(none, 4502), ("bearer.x".to_owned(), 4502), (expired, 4004)] {
        let offer = format!("yodel.v1, {offer}");
        let mut ada = server.open_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await;
        let (closed, reason) = ada.closed().await;
        assert_eq!(closed, code, "{reason}");
    }
}

#[tokio::test]
async fn rejects_plain_mode_without_a_token_with_401() {
    let mut config = ServerConfig::default();
    config.auth.exempt = vec!["/ws/echo".to_owned()];
    let server = TestServer::start_jwt(config);
    let url = |path| format!("ws://{}{path}", server.address);
    let expired = format!("Bearer {}", token("42", &json!({"exp": PAST})));
    for headers in [&[][..], &[("authorization", "Bearer x")], &[("authorization", &*expired)]] {
        assert_eq!(TestClient::try_connect(&url("/ws/broadcast"), headers).await.unwrap_err(), 401);
    }
    assert!(TestClient::try_connect(&url("/ws/echo"), &[]).await.is_ok(), "an exempt path");
    let mut anonymous = server.connect_envelope("/ws/echo").await;
    anonymous.send(r#"{"id":1,"type":"join","room":"secret"}"#).await;
    assert_eq!(anonymous.next().await["code"], "unauthorized", "the exemption covers plain mode only, not rooms");
}

#[tokio::test]
async fn accepts_a_token_up_to_the_leeway_after_its_expiry() {
    let clock = TestClock::new();
    let server = TestServer::start_jwt_with_clock(&clock, ServerConfig::default());
    let expires = clock.in_seconds(60);
    let bearer = format!("Bearer {}", token("42", &json!({"exp": expires})));
    let url = format!("ws://{}/ws/echo", server.address);
    clock.set_before(expires + LEEWAY);
    assert!(TestClient::try_connect(&url, &[("authorization", &bearer)]).await.is_ok());
    clock.set(expires + LEEWAY);
    assert_eq!(TestClient::try_connect(&url, &[("authorization", &bearer)]).await.err(), Some(401));
}

#[tokio::test]
async fn renews_a_token_or_closes_with_4004_on_expiry() {
    let clock = TestClock::new();
    let server = TestServer::start_jwt_with_clock(&clock, ServerConfig::default());
    let expires = clock.in_seconds(60);
    let ending = offer(&token("42", &json!({"exp": expires})));
    clock.set_before(expires + LEEWAY);
    let mut ada = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &ending)]).await;
    let mut bob = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &ending)]).await;
    let (foreign, fresh) = (token("43", &json!({})), token("42", &json!({})));
    ada.send(&format!(r#"{{"id":1,"type":"auth","token":"{foreign}"}}"#)).await;
    assert_eq!(ada.next().await["code"], "forbidden", "token of another user");
    ada.send(r#"{"id":2,"type":"auth","token":"x"}"#).await;
    assert_eq!(ada.next().await["code"], "unauthorized");
    ada.send(&format!(r#"{{"id":3,"type":"auth","token":"{fresh}"}}"#)).await;
    assert_eq!(ada.next().await["user"], "42");
    clock.set(expires + LEEWAY);
    assert_eq!(bob.closed().await, (4004, "token expired".to_owned()));
    ada.request(r#"{"id":4,"type":"ping"}"#, r#"{"type":"pong","id":4,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn closes_plain_connections_on_token_expiry() {
    let clock = TestClock::new();
    let server = TestServer::start_jwt_with_clock(&clock, ServerConfig::default());
    for path in ["/ws/echo", "/ws/broadcast"] {
        let expires = clock.in_seconds(60);
        let bearer = format!("Bearer {}", token("42", &json!({"exp": expires})));
        clock.set_before(expires + LEEWAY);
        let url = format!("ws://{}{path}", server.address);
        let mut client = TestClient::try_connect(&url, &[("authorization", &bearer)]).await.unwrap();
        client.send("before").await;
        assert_eq!(client.receive().await, "before", "{path}");
        clock.set(expires + LEEWAY);
        assert_eq!(client.closed().await.0, 4004, "{path}");
    }
}

#[tokio::test]
async fn two_connections_of_a_user_both_receive_and_count_as_one_user() {
    let server = start();
    let offer = |user| offer(&token(user, &json!({"info": {"name": "Ada"}})));
    let (ada, bob) = (offer("42"), offer("43"));
    let mut tab = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &ada)]).await;
    let mut other_tab = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &ada)]).await;
    let mut bob = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &bob)]).await;
    bob.send(r#"{"id":1,"type":"send","to":{"user":"42"},"event":"dm","data":"both"}"#).await;
    assert_eq!(bob.next().await["delivered"], 2);
    for tab in [&mut tab, &mut other_tab] {
        let direct = tab.next().await;
        assert_eq!((&direct["data"], &direct["from"]["user"]), (&"both".into(), &"43".into()));
    }
    tab.join("r").await;
    other_tab.join("r").await;
    bob.join("r").await;
    bob.send(r#"{"id":2,"type":"presence","room":"r"}"#).await;
    let presence = bob.next_message().await;
    let users = presence["users"].as_array().unwrap();
    assert_eq!((presence["clients"].as_u64(), users.len()), (Some(3), 2));
    assert!(users.contains(&json!({"user": "42", "clients": 2, "info": {"name": "Ada"}})), "{users:?}");
}

#[tokio::test]
async fn closing_one_of_two_connections_reports_no_leave() {
    let server = start();
    let offer = |user| offer(&token(user, &json!({})));
    let (ada, bob, eve) = (offer("ada"), offer("bob"), offer("eve"));
    let mut tabs = Vec::new();
    for offer in [&ada, &ada, &bob] {
        let mut peer = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", offer)]).await;
        peer.join("r").await;
        tabs.push(peer);
    }
    let mut eve = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &eve)]).await;
    eve.join("r").await;
    let (bob, tab) = (tabs.pop().unwrap(), tabs.pop().unwrap());
    tab.close().await;
    bob.close().await;
    // Bob's leave is reported after the grace period, together with every earlier leave.
    let left = loop {
        let frame = eve.next().await;
        assert_eq!(frame["type"], "presence_diff");
        if frame["left"] != json!([]) {
            break frame["left"].clone();
        }
    };
    assert_eq!(left, json!([{"user": "bob", "clients": 0}]));
    eve.send(r#"{"id":1,"type":"presence","room":"r"}"#).await;
    let presence = eve.next_message().await;
    assert!(presence["users"].as_array().unwrap().contains(&json!({"user": "ada", "clients": 1})), "{presence}");
}

#[tokio::test]
async fn a_key_of_one_user_does_not_affect_another() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let connect = async |user: &str| {
        let bearer = format!("Bearer {}", token(user, &json!({})));
        server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await
    };
    let publish = r#"{"id":1,"type":"publish","room":"r","event":"order","data":1,"key":"order-18"}"#;
    let (mut ada, mut bob, mut tablet) = (connect("ada").await, connect("bob").await, connect("ada").await);
    ada.request(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    bob.request(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":2}"#).await;
    tablet.request(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1,"duplicate":true}"#).await;
}
