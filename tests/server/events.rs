//! A server of one's own: handlers, and what they can do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use support::{TestServer, soon};
use tokio::sync::{Notify, mpsc};
use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, CloseCode, ErrorCode};
use yodel_server::{Caller, EventError, Server, ServerBuilder};

fn server() -> ServerBuilder {
    Server::builder()
}

#[derive(Deserialize, Serialize)]
struct Sum {
    a: i64,
    b: i64,
}

async fn add(_: Caller, Sum { a, b }: Sum) -> Result<i64, EventError> {
    a.checked_add(b).ok_or_else(|| EventError::new(ErrorCode::Limit, "too large"))
}

#[tokio::test]
async fn a_call_is_answered_by_its_handler() {
    let server = TestServer::start_built(server().on("math/add", add));
    let mut ada = server.greet("/ws").await;
    ada.asks(
        r#"{"id":1,"type":"call","event":"math/add","data":{"a":1,"b":2}}"#,
        r#"{"type":"result","id":1,"data":3}"#,
    )
    .await;
    for (data, code, message) in [
        (r#"{"a":9223372036854775807,"b":1}"#, "limit", "too large"),
        (r#"{"a":1}"#, "bad_request", "missing field `b` at line 1 column 7"),
        ("null", "bad_request", "invalid type: null, expected struct Sum at line 1 column 4"),
    ] {
        ada.asks(
            &format!(r#"{{"id":2,"type":"call","event":"math/add","data":{data}}}"#),
            &format!(r#"{{"type":"error","id":2,"code":"{code}","message":"{message}","retry":false}}"#),
        )
        .await;
    }
}

#[tokio::test]
async fn an_event_without_a_handler_is_an_error() {
    let server = TestServer::start_built(server().on("known", add));
    let mut ada = server.greet("/ws").await;
    ada.asks(
        r#"{"id":1,"type":"call","event":"unknown","data":1}"#,
        r#"{"type":"error","id":1,"code":"bad_request","message":"nobody handles unknown","retry":false}"#,
    )
    .await;
}

#[tokio::test]
async fn a_handler_that_panics_is_an_error_and_the_connection_stays() {
    let broken = async |_: Caller, (): ()| -> Result<(), EventError> { panic!("a defect, for this test") };
    let server = TestServer::start_built(server().on("broken", broken));
    let mut ada = server.greet("/ws").await;
    ada.asks(
        r#"{"id":1,"type":"call","event":"broken"}"#,
        r#"{"type":"error","id":1,"code":"internal","message":"internal error","retry":false}"#,
    )
    .await;
    ada.asks(r#"{"id":2,"type":"ping"}"#, r#"{"type":"pong","id":2,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn a_slow_handler_holds_up_nobody_and_too_many_are_refused() {
    let gate = Arc::new(Notify::new());
    let opens = Arc::clone(&gate);
    let wait = move |_: Caller, (): ()| {
        let gate = Arc::clone(&gate);
        async move {
            gate.notified().await;
            Ok::<_, EventError>("done")
        }
    };
    let server = TestServer::start_built(server().on("wait", wait));
    let mut ada = server.greet("/ws").await;
    for id in 1..=64 {
        ada.send(&format!(r#"{{"id":{id},"type":"call","event":"wait"}}"#)).await;
    }
    ada.asks(
        r#"{"id":65,"type":"call","event":"wait"}"#,
        r#"{"type":"error","id":65,"code":"rate_limited","message":"64 calls are on their way","retry":true}"#,
    )
    .await;
    ada.asks(r#"{"id":66,"type":"ping"}"#, r#"{"type":"pong","id":66,"time":"TIME"}"#).await;
    for _ in 0..64 {
        opens.notify_one();
        assert_eq!(ada.next().await["data"], "done");
    }
}

#[tokio::test]
async fn a_handler_tells_rooms_users_clients_and_everybody() {
    let tell = async |caller: Caller, other: ClientId| {
        let Caller { client, server, .. } = caller;
        let position = server.publish("r", "published", &1).await.map_err(|error| failed(&error))?;
        server.send_client(&other, "sent", &2).map_err(|error| failed(&error))?;
        server.broadcast("everybody", &3).await.map_err(|error| failed(&error))?;
        let found = (server.client(&client).is_some(), server.client(&other).is_some());
        Ok::<_, EventError>((position, found))
    };
    let server = TestServer::start_built(server().on("tell", tell));
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    bob.join("r").await;
    let call = format!(r#"{{"id":1,"type":"call","event":"tell","data":"{}"}}"#, bob.name);
    ada.send(&call).await;
    let mut told = Vec::new();
    while told.len() < 3 {
        let frame = bob.next_message().await;
        assert!(frame.get("from").is_none(), "the server itself: {frame}");
        told.push((frame["event"].as_str().unwrap().to_owned(), frame["room"].as_str().map(str::to_owned)));
    }
    told.sort();
    let expected = [("everybody", Some("*")), ("published", Some("r")), ("sent", None)];
    assert!(told.iter().map(|(event, room)| (&**event, room.as_deref())).eq(expected), "{told:?}");
    let mut replies = [ada.next().await, ada.next().await];
    replies.sort_by_key(|frame| frame["type"].to_string());
    assert_eq!(replies[0]["event"], "everybody");
    support::peer::matches(
        &replies[1],
        r#"{"type":"result","id":1,"data":[{"epoch":"EPOCH","offset":1},[true,true]]}"#,
    );
}

fn failed(error: &yodel_server::handle::HandleError) -> EventError {
    EventError::new(ErrorCode::Internal, error.to_string())
}

#[tokio::test]
async fn a_program_around_the_server_can_do_the_same() {
    let server = server().build().expect("the settings are good");
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let mut ada = server.greet("/ws").await;
    ada.join("r").await;
    let name = ClientId::new(&ada.name).unwrap();
    assert_eq!(handle.client(&name).map(|info| info.peer.ip().to_string()).as_deref(), Some("127.0.0.1"));
    handle.publish("r", "e", &"hi").await.unwrap();
    assert_eq!(ada.next_message().await["data"], "hi");
    assert!(handle.publish("", "e", &1).await.is_err() && handle.publish("*", "e", &1).await.is_err());
    assert!(!handle.send_client(&ClientId::new("c_x").unwrap(), "e", &1).unwrap());
    let target = Target::Client(name.clone());
    assert_eq!(handle.disconnect(&target, CloseCode(4007), "elsewhere"), Ok(1));
    assert_eq!(ada.closed().await, (4007, "elsewhere".to_owned()));
    soon("it is forgotten", async {
        while handle.client(&name).is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(handle.disconnect(&target, CloseCode(4007), "again"), Ok(0));
    assert!(handle.disconnect(&target, CloseCode(1006), "").is_err(), "not for applications");
    assert!(handle.disconnect(&target, CloseCode(4000), &"x".repeat(124)).is_err(), "too long for a frame");
}

/// What was heard of connections.
fn log(server: ServerBuilder) -> (ServerBuilder, mpsc::UnboundedReceiver<String>) {
    let (told, telling) = mpsc::unbounded_channel();
    let tell = told.clone();
    let server = server
        .on_open(move |caller| {
            let told = tell.clone();
            async move { told.send(format!("{} came", caller.client)).unwrap() }
        })
        .on_close(move |caller, code, reason| {
            let told = told.clone();
            async move { told.send(format!("{} left: {} {reason}", caller.client, code.0)).unwrap() }
        });
    (server, telling)
}

#[tokio::test]
async fn who_comes_and_goes_is_known_with_code_and_reason() {
    let (server, mut telling) = log(server());
    let server = server.build().expect("the settings are good");
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let ada = server.greet("/ws").await;
    let name = ada.name.clone();
    assert_eq!(soon("it opens", telling.recv()).await.unwrap(), format!("{name} came"));
    ada.close().await;
    assert_eq!(soon("it is over", telling.recv()).await.unwrap(), format!("{name} left: 1000 "));
    let bob = server.greet("/ws").await;
    soon("it opens", telling.recv()).await;
    handle.disconnect(&Target::Client(ClientId::new(&bob.name).unwrap()), CloseCode::KICKED, "enough").unwrap();
    assert_eq!(soon("it is over", telling.recv()).await.unwrap(), format!("{} left: 4503 enough", bob.name));
}

#[tokio::test]
async fn plain_connections_come_and_go_too() {
    let (server, mut telling) = log(server());
    let server = TestServer::start_built(server);
    for path in ["/ws/echo", "/ws/broadcast"] {
        let client = server.connect(path).await;
        let came = soon("it opens", telling.recv()).await.unwrap();
        client.close(1000).await;
        let left = soon("it is over", telling.recv()).await.unwrap();
        assert_eq!(left, came.replace("came", "left: 1000 "), "{path}");
    }
}

#[tokio::test]
async fn nothing_is_read_before_it_has_opened() {
    let opened = Arc::new(AtomicUsize::new(0));
    let (seen, gate) = (Arc::clone(&opened), Arc::new(Notify::new()));
    let opens = Arc::clone(&gate);
    let server = server()
        .on_open(move |_| {
            let (opened, gate) = (Arc::clone(&opened), Arc::clone(&gate));
            async move {
                gate.notified().await;
                opened.fetch_add(1, Ordering::SeqCst);
            }
        })
        .on("opened", move |_: Caller, (): ()| {
            let seen = Arc::clone(&seen);
            async move { Ok::<_, EventError>(seen.load(Ordering::SeqCst)) }
        });
    let server = TestServer::start_built(server);
    let mut ada = server.greet("/ws").await;
    ada.send(r#"{"id":1,"type":"call","event":"opened"}"#).await;
    opens.notify_one();
    ada.hears(r#"{"type":"result","id":1,"data":1}"#).await;
}

#[tokio::test]
async fn the_server_waits_for_what_is_done_when_a_connection_is_over() {
    let done = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&done);
    let server = server().on_close(move |_, code, _| {
        let counted = Arc::clone(&counted);
        async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            counted.fetch_add(usize::from(code.0), Ordering::SeqCst);
        }
    });
    let server = TestServer::start_built(server);
    let mut ada = server.greet("/ws").await;
    server.stop();
    ada.next().await;
    assert_eq!(ada.closed().await.0, 4001);
    drop(ada);
    server.stopped().await;
    assert_eq!(done.load(Ordering::SeqCst), 4001);
}
