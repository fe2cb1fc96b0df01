//! Call handlers and connection hooks of an embedding program.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use support::json_pattern::assert_matches;
use support::{TestServer, with_timeout};
use tokio::sync::{Notify, mpsc};
use yodel_protocol::{ClientId, CloseCode, ErrorCode};
use yodel_server::{Caller, HandleError, Hooks, RequestError, Server};

/// Builds a server with the hooks that `register` adds.
pub fn server(register: impl FnOnce(&mut Hooks)) -> Server {
    let mut hooks = Hooks::default();
    register(&mut hooks);
    Server::builder().hooks(hooks).build().expect("each hook is registered once")
}

#[derive(Deserialize, Serialize)]
struct Sum {
    a: i64,
    b: i64,
}

async fn add(_: Caller, Sum { a, b }: Sum) -> Result<i64, RequestError> {
    a.checked_add(b).ok_or_else(|| RequestError::new(ErrorCode::Limit, "too large"))
}

#[tokio::test]
async fn answers_a_call_with_its_handler() {
    let server = TestServer::start_server(server(|hooks| hooks.on_call("math/add", add)));
    let mut ada = server.connect_envelope("/ws").await;
    ada.request(
        r#"{"id":1,"type":"call","event":"math/add","data":{"a":1,"b":2}}"#,
        r#"{"type":"result","id":1,"data":3}"#,
    )
    .await;
    for (data, code, message) in [
        (r#"{"a":9223372036854775807,"b":1}"#, "limit", "too large"),
        (r#"{"a":1}"#, "bad_request", "missing field `b` at line 1 column 7"),
        ("null", "bad_request", "invalid type: null, expected struct Sum at line 1 column 4"),
    ] {
        ada.request(
            &format!(r#"{{"id":2,"type":"call","event":"math/add","data":{data}}}"#),
            &format!(r#"{{"type":"error","id":2,"code":"{code}","message":"{message}","retry":false}}"#),
        )
        .await;
    }
}

#[tokio::test]
async fn answers_an_unhandled_event_with_an_error() {
    let server = TestServer::start_server(server(|hooks| hooks.on_call("known", add)));
    let mut ada = server.connect_envelope("/ws").await;
    ada.request(
        r#"{"id":1,"type":"call","event":"unknown","data":1}"#,
        r#"{"type":"error","id":1,"code":"bad_request","message":"no handler for event unknown","retry":false}"#,
    )
    .await;
}

#[tokio::test]
async fn answers_a_panicking_handler_with_an_error_and_stays_open() {
    let broken = async |_: Caller, (): ()| -> Result<(), RequestError> { panic!("a defect, for this test") };
    let server = TestServer::start_server(server(|hooks| hooks.on_call("broken", broken)));
    let mut ada = server.connect_envelope("/ws").await;
    ada.request(
        r#"{"id":1,"type":"call","event":"broken"}"#,
        r#"{"type":"error","id":1,"code":"internal","message":"internal error","retry":false}"#,
    )
    .await;
    ada.request(r#"{"id":2,"type":"ping"}"#, r#"{"type":"pong","id":2,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn slow_handlers_do_not_block_and_excess_calls_are_rejected() {
    let gate = Arc::new(Notify::new());
    let opens = Arc::clone(&gate);
    let wait = move |_: Caller, (): ()| {
        let gate = Arc::clone(&gate);
        async move {
            gate.notified().await;
            Ok::<_, RequestError>("done")
        }
    };
    let server = TestServer::start_server(server(|hooks| hooks.on_call("wait", wait)));
    let mut ada = server.connect_envelope("/ws").await;
    for id in 1..=64 {
        ada.send(&format!(r#"{{"id":{id},"type":"call","event":"wait"}}"#)).await;
    }
    ada.request(
        r#"{"id":65,"type":"call","event":"wait"}"#,
        r#"{"type":"error","id":65,"code":"rate_limited","message":"64 calls are already running","retry":true}"#,
    )
    .await;
    ada.request(r#"{"id":66,"type":"ping"}"#, r#"{"type":"pong","id":66,"time":"TIME"}"#).await;
    for _ in 0..64 {
        opens.notify_one();
        assert_eq!(ada.next().await["data"], "done");
    }
}

#[tokio::test]
async fn a_handler_can_publish_send_and_broadcast() {
    let notify = async |caller: Caller, other: ClientId| {
        let Caller { client, server, .. } = caller;
        let position = server.publish("r", "published", &1).await.map_err(|error| failed(&error))?;
        server.send_to_client(other.as_str(), "sent", &2).map_err(|error| failed(&error))?;
        server.broadcast("everybody", &3).await.map_err(|error| failed(&error))?;
        let found = (server.client(client.as_str()).is_some(), server.client(other.as_str()).is_some());
        Ok::<_, RequestError>((position, found))
    };
    let server = TestServer::start_server(server(|hooks| hooks.on_call("notify", notify)));
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    bob.join("r").await;
    let call = format!(r#"{{"id":1,"type":"call","event":"notify","data":"{}"}}"#, bob.client_id);
    ada.send(&call).await;
    let mut received = Vec::new();
    while received.len() < 3 {
        let frame = bob.next_message().await;
        assert!(frame.get("from").is_none(), "messages of the server have no sender: {frame}");
        received.push((frame["event"].as_str().unwrap().to_owned(), frame["room"].as_str().map(str::to_owned)));
    }
    received.sort();
    let expected = [("everybody", Some("*")), ("published", Some("r")), ("sent", None)];
    assert!(received.iter().map(|(event, room)| (&**event, room.as_deref())).eq(expected), "{received:?}");
    let mut replies = [ada.next().await, ada.next().await];
    replies.sort_by_key(|frame| frame["type"].to_string());
    assert_eq!(replies[0]["event"], "everybody");
    assert_matches(&replies[1], r#"{"type":"result","id":1,"data":[{"epoch":"EPOCH","offset":1},[true,true]]}"#);
}

fn failed(error: &HandleError) -> RequestError {
    RequestError::new(ErrorCode::Internal, error.to_string())
}

/// Registers hooks that report connects and disconnects.
fn log(hooks: &mut Hooks) -> mpsc::UnboundedReceiver<String> {
    let (sender, events) = mpsc::unbounded_channel();
    let connect_sender = sender.clone();
    hooks.on_connect(move |caller, _| {
        let sender = connect_sender.clone();
        async move {
            sender.send(format!("{} came", caller.client)).unwrap();
            Ok(())
        }
    });
    hooks.on_disconnect(move |caller, code, reason| {
        let sender = sender.clone();
        async move { sender.send(format!("{} left: {} {reason}", caller.client, code.0)).unwrap() }
    });
    events
}

/// Builds a server that reports connects and disconnects.
fn logging() -> (Server, mpsc::UnboundedReceiver<String>) {
    let mut events = None;
    let server = server(|hooks| events = Some(log(hooks)));
    (server, events.expect("hooks are registered"))
}

#[tokio::test]
async fn hooks_report_connects_and_disconnects_with_code_and_reason() {
    let (server, mut events) = logging();
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let ada = server.connect_envelope("/ws").await;
    let name = ada.client_id.clone();
    assert_eq!(with_timeout("on_connect", events.recv()).await.unwrap(), format!("{name} came"));
    ada.close().await;
    assert_eq!(with_timeout("on_disconnect", events.recv()).await.unwrap(), format!("{name} left: 1000 "));
    let bob = server.connect_envelope("/ws").await;
    with_timeout("on_connect", events.recv()).await;
    handle.disconnect_client(&bob.client_id, CloseCode::KICKED, "enough").unwrap();
    assert_eq!(
        with_timeout("on_disconnect", events.recv()).await.unwrap(),
        format!("{} left: 4503 enough", bob.client_id)
    );
}

#[tokio::test]
async fn hooks_report_plain_connections() {
    let (server, mut events) = logging();
    let server = TestServer::start_server(server);
    for path in ["/ws/echo", "/ws/broadcast"] {
        let client = server.connect(path).await;
        let connected = with_timeout("on_connect", events.recv()).await.unwrap();
        client.close(1000).await;
        let disconnected = with_timeout("on_disconnect", events.recv()).await.unwrap();
        assert_eq!(disconnected, connected.replace("came", "left: 1000 "), "{path}");
    }
}

#[tokio::test]
async fn reads_no_frame_before_on_connect_returns() {
    let gate = Arc::new(Notify::new());
    let (opens, calls) = (Arc::clone(&gate), Arc::new(AtomicUsize::new(0)));
    let server = server(|hooks| {
        hooks.on_connect(move |_, request| {
            let gate = request.header("x-wait").map(|_| Arc::clone(&gate));
            async move {
                if let Some(gate) = gate {
                    gate.notified().await;
                }
                Ok(())
            }
        });
        hooks.on_call("count", move |_: Caller, (): ()| {
            let number = calls.fetch_add(1, Ordering::SeqCst) + 1;
            async move { Ok::<_, RequestError>(number) }
        });
    });
    let server = TestServer::start_server(server);
    let mut waiting = server.connect_envelope_with("/ws", &[("x-wait", "1")]).await;
    waiting.send(r#"{"id":1,"type":"call","event":"count"}"#).await;
    // Both frames are in the server's sockets, the first one earlier: a server that read it would count it first.
    for number in 1..=3 {
        let mut other = server.connect_envelope("/ws").await;
        let result = format!(r#"{{"type":"result","id":1,"data":{number}}}"#);
        other.request(r#"{"id":1,"type":"call","event":"count"}"#, &result).await;
    }
    opens.notify_one();
    waiting.expect_frame(r#"{"type":"result","id":1,"data":4}"#).await;
}

#[tokio::test]
async fn shutdown_waits_for_on_disconnect() {
    let done = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&done);
    let server = server(|hooks| {
        hooks.on_disconnect(move |_, code, _| {
            let counted = Arc::clone(&counted);
            async move {
                // Work that takes longer than the shutdown of a server that does not wait for it.
                tokio::time::sleep(Duration::from_millis(100)).await;
                counted.fetch_add(usize::from(code.0), Ordering::SeqCst);
            }
        });
    });
    let server = TestServer::start_server(server);
    let mut ada = server.connect_envelope("/ws").await;
    server.stop();
    ada.next().await;
    assert_eq!(ada.closed().await.0, 4001);
    drop(ada);
    server.stopped().await;
    assert_eq!(done.load(Ordering::SeqCst), 4001);
}
