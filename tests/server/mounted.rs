//! The router mounted in another application: nested, on other HTTP servers, and its shutdown.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use support::api::{key_file, secret_file, token};
use support::http::{HANDSHAKE, SHUTDOWN_CLOSE, frame, open, read_until, request};
use support::{TIMEOUT, TestServer, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tower_service::Service;
use yodel_server::{AuthConfig, AuthMode, Error, PeerAddress, Server, ServerBuilder, ServerHandle};

/// Nests the server under `/live`, beside a route and a fallback of the application.
fn nested(builder: ServerBuilder) -> (Router, ServerHandle) {
    let (live, handle) = builder.build().expect("settings are valid").into_parts();
    let app = Router::new().route("/own", get("own")).nest("/live", live).fallback(async || "fallback");
    (app, handle)
}

/// Serves an application with `axum::serve` and shuts down both within `deadline`.
fn start(builder: ServerBuilder, deadline: Duration) -> TestServer {
    let (app, handle) = nested(builder);
    TestServer::start_program(move |listener, stop| async move {
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        let stopped = stop.clone().cancelled_owned();
        let serving = axum::serve(listener, service).with_graceful_shutdown(stopped).into_future();
        let draining = async {
            stop.cancelled().await;
            handle.shutdown(deadline).await
        };
        let (served, connections) = tokio::join!(serving, draining);
        served.expect("server stops without an error");
        if connections == 0 { Ok(()) } else { Err(Error::Drain { connections }) }
    })
}

/// Calls an application without sockets and returns the response's status and body.
async fn call(app: &Router, path: &str, from: Option<[u8; 4]>) -> (StatusCode, String) {
    let mut request = Request::get(path).header("host", "localhost").body(Body::empty()).expect("a request");
    if let Some(from) = from {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 1))));
    }
    if path.contains("/ws") {
        let headers = request.headers_mut();
        for line in HANDSHAKE.lines() {
            let (name, value) = line.split_once(": ").expect("a header");
            headers.insert(http::HeaderName::try_from(name).expect("a name"), value.parse().expect("a value"));
        }
    }
    let Ok::<_, Infallible>(response) = app.clone().call(request).await;
    let (head, body) = response.into_parts();
    let body = if head.status == StatusCode::SWITCHING_PROTOCOLS { Body::empty() } else { body };
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (head.status, String::from_utf8_lossy(&body).into_owned())
}

const LOOPBACK: Option<[u8; 4]> = Some([127, 0, 0, 1]);
const REMOTE: Option<[u8; 4]> = Some([192, 0, 2, 1]);

#[tokio::test]
async fn serves_all_routes_but_the_page_under_a_path() {
    let keys = key_file();
    let auth = AuthConfig { api_key_file: Some(keys.path().to_owned()), ..AuthConfig::default() };
    let page = yodel_server::Assets::embedded(|_| Some("page".into()));
    let server = start(Server::builder().auth(auth).assets(page).ws_path(vec!["/".to_owned()]), TIMEOUT);

    for path in ["/live/ws/echo", "/live"] {
        let mut echo = server.connect(path).await;
        echo.send("hello").await;
        assert_eq!(echo.receive().await, "hello", "{path}");
        assert_eq!(echo.close(1000).await, 1000);
    }
    let mut ada = server.connect_envelope("/live/ws").await;
    ada.join("r").await;
    let mut events = server.subscribe("/live/sse/r").await;
    assert!(events.next_message().await.data.contains(r#""type":"joined""#));
    server
        .post("/live/api/publish", r#"{"room":"r","event":"e","data":"hi"}"#)
        .await
        .assert_json(r#"{"epoch":"EPOCH","offset":1}"#);
    assert_eq!(ada.next_message().await["data"], "hi");
    assert!(events.next_message().await.data.contains(r#""data":"hi""#));
    for (path, body) in
        [("/live/health", "alive\n"), ("/live/ready", "ready\n"), ("/own", "own"), ("/live/x", "fallback")]
    {
        let response = server.get(path).await;
        assert_eq!((response.status, &*response.body), (200, body), "{path}");
    }
    assert!(server.get("/live/metrics").await.body.contains("yodel_connections"));
    let hint = server.get("/live/ws").await;
    assert_eq!(hint.status, 426);
    assert!(hint.body.starts_with("/live/ws is a WebSocket endpoint."), "{}", hint.body);
    let document = server.get("/live/api/openapi.json").await.json();
    assert_eq!(document["servers"], json!([{"url": "/live"}]));
}

#[tokio::test]
async fn exempt_paths_are_relative_to_the_mount() {
    let secret = secret_file();
    let auth = AuthConfig {
        mode: AuthMode::Jwt,
        jwt_secret_file: Some(secret.path().to_owned()),
        exempt: vec!["/ws/echo".to_owned()],
        ..AuthConfig::default()
    };
    let server = start(Server::builder().auth(auth), TIMEOUT);
    let mut echo = server.connect("/live/ws/echo").await;
    echo.send("hello").await;
    assert_eq!(echo.receive().await, "hello");
    let handshake = HANDSHAKE.trim_end().replace("\r\n", "\n");
    let rejected = request(server.address, &format!("GET /live/ws/broadcast HTTP/1.1\n{handshake}")).await;
    assert!(rejected.starts_with("HTTP/1.1 401 "));
    let bearer = format!("Bearer {}", token("42", &json!({})));
    server.connect_envelope_with("/live/ws", &[("authorization", &bearer)]).await;
}

#[tokio::test]
async fn drains_upgraded_connections_and_counts_aborted_ones() {
    // The clients that respond have to be closed within this time.
    let server = start(Server::builder(), Duration::from_secs(3));
    let mut plain = server.connect("/live/ws").await;
    let mut envelope = server.connect_envelope("/live/ws").await;
    let mut silent = open(server.address, "/live/ws").await;
    server.stop();
    assert_eq!(plain.closed().await, (1001, "shutdown".to_owned()));
    assert_eq!(envelope.next_message().await["type"], "goodbye");
    assert_eq!(envelope.closed().await.0, 4001);
    assert_eq!(with_timeout("a close frame", read_until(&mut silent, SHUTDOWN_CLOSE)).await, SHUTDOWN_CLOSE);
    drop((plain, envelope));
    assert_eq!(server.aborted_connections().await, 1);
    assert_eq!(
        with_timeout("the end of the socket", silent.read(&mut [0])).await.unwrap_or(0),
        0,
        "the connection is aborted"
    );
}

#[tokio::test]
async fn event_streams_end_with_the_shutdown() {
    let server = start(Server::builder(), TIMEOUT);
    let mut events = server.subscribe("/live/sse/r").await;
    events.next_message().await;
    server.stop();
    assert!(events.next_message().await.data.contains(r#""type":"goodbye""#));
    server.stopped().await;
}

#[tokio::test]
async fn rejects_requests_after_the_shutdown() {
    let (app, handle) = nested(Server::builder());
    assert_eq!(call(&app, "/live/ready", LOOPBACK).await.0, StatusCode::OK);
    assert_eq!(handle.shutdown(TIMEOUT).await, 0);
    assert_eq!(call(&app, "/live/ws", LOOPBACK).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(call(&app, "/live/ready", LOOPBACK).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(call(&app, "/own", LOOPBACK).await.0, StatusCode::OK);
}

#[tokio::test]
async fn tasks_start_with_the_first_request_and_end_with_the_shutdown() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let (app, handle) = nested(Server::builder());
    assert_eq!(tasks(), 0);
    call(&app, "/own", LOOPBACK).await;
    assert_eq!(tasks(), 0, "the application's own route starts no task");
    call(&app, "/live/health", LOOPBACK).await;
    // After the yield every task has started, and those without work have ended.
    tokio::task::yield_now().await;
    let running = tasks();
    assert!(running > 0);
    call(&app, "/live/health", LOOPBACK).await;
    assert_eq!(tasks(), running);
    handle.shutdown(TIMEOUT).await;
    assert_eq!(tasks(), 0);
    call(&app, "/live/health", LOOPBACK).await;
    assert_eq!(tasks(), 0, "tasks do not restart");
}

#[tokio::test]
async fn rejects_remote_clients_without_auth_or_open() {
    let (closed, _handle) = nested(Server::builder());
    for path in ["/live/ws", "/live/sse/r", "/live/health", "/live/api/rooms"] {
        let (status, body) = call(&closed, path, REMOTE).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert!(body.contains("its own machine only"), "{body}");
    }
    assert_eq!(call(&closed, "/live/health", LOOPBACK).await.0, StatusCode::OK);
    let (open, _handle) = nested(Server::builder().open(true));
    assert_eq!(call(&open, "/live/health", REMOTE).await.0, StatusCode::OK);
    assert_eq!(call(&open, "/live/ws", REMOTE).await.0, StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(call(&open, "/live/metrics", REMOTE).await.0, StatusCode::NOT_FOUND, "metrics require API credentials");
}

#[tokio::test]
async fn answers_500_without_connect_info() {
    let (app, _handle) = nested(Server::builder().open(true));
    for path in ["/live/ws", "/live/sse/r"] {
        let (status, body) = call(&app, path, None).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(body.contains("into_make_service_with_connect_info"), "{body}");
    }
    assert_eq!(call(&app, "/live/health", None).await.0, StatusCode::OK);
}

/// Serves one connection over an in-memory pipe with hyper only.
fn over_a_pipe(app: Router) -> (tokio::io::DuplexStream, impl Future<Output = hyper::Result<()>>) {
    let (ours, theirs) = duplex(64 * 1024);
    let service = TowerToHyperService::new(app);
    (ours, hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(theirs), service).with_upgrades())
}

#[tokio::test]
async fn runs_on_any_upgraded_hyper_stream() {
    let unknown = Server::builder().peer_address(PeerAddress::Unknown).max_per_address(0).open(true);
    let (app, handle) = nested(unknown);
    let (mut client, serving) = over_a_pipe(app);
    let serving = tokio::spawn(serving);
    let request = format!("GET /live/ws HTTP/1.1\r\nHost: localhost\r\n{HANDSHAKE}\r\n");
    // The first message arrives with the handshake, the second is long.
    let (first, second) = (frame(0x81, b"first"), frame(0x82, &vec![7; 50_000]));
    client.write_all(&[request.as_bytes(), &first].concat()).await.expect("bytes are sent");
    let mut received = Vec::new();
    while !received.ends_with(b"\x81\x05first") {
        assert_ne!(with_timeout("an echo", client.read_buf(&mut received)).await.expect("connection is open"), 0);
    }
    assert!(received.starts_with(b"HTTP/1.1 101 "));
    client.write_all(&second).await.expect("bytes are sent");
    let mut echo = vec![0; 4 + 50_000];
    with_timeout("an echo", client.read_exact(&mut echo)).await.expect("connection is open");
    assert_eq!(echo[..4], [0x82, 126, 0xc3, 0x50]);

    let shutdown = tokio::spawn(async move { handle.shutdown(TIMEOUT).await });
    let mut close = vec![0; SHUTDOWN_CLOSE.len()];
    with_timeout("a close frame", client.read_exact(&mut close)).await.expect("connection is open");
    assert_eq!(close, SHUTDOWN_CLOSE);
    client.write_all(&frame(0x88, &1001_u16.to_be_bytes())).await.expect("bytes are sent");
    assert_eq!(
        with_timeout("the end of the socket", client.read(&mut [0])).await.expect("connection is closed cleanly"),
        0
    );
    assert_eq!(with_timeout("the shutdown", shutdown).await.expect("task does not panic"), 0);
    serving.await.expect("task does not panic").expect("server stops without an error");
}

#[tokio::test]
async fn lists_unknown_addresses_as_unspecified() {
    let keys = key_file();
    let auth = AuthConfig { api_key_file: Some(keys.path().to_owned()), ..AuthConfig::default() };
    let unknown = Server::builder().peer_address(PeerAddress::Unknown).max_per_address(0).open(true).auth(auth);
    let server = start(unknown, TIMEOUT);
    let ada = server.connect_envelope("/live/ws").await;
    let found: Value = server.get(&format!("/live/api/clients/{}", ada.client_id)).await.json();
    assert_eq!(found["peer"], "0.0.0.0:0", "{found}");
}
