//! Hooks that reject, modify and delay the actions of a connection.

use std::sync::Arc;

use support::{TestClient, TestServer, with_timeout};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::{Action, Body, CloseCode, ErrorCode, Hooks, Identity, Rejection, RequestError};

use crate::handlers::server;

fn start(register: impl FnOnce(&mut Hooks)) -> TestServer {
    TestServer::start_server(server(register))
}

/// Authenticates by the header `x-user`. A user may join and publish in rooms prefixed with its name.
fn authenticate_by_header(hooks: &mut Hooks) {
    hooks.authenticate(async |request| match request.header("x-user") {
        Some("nobody") => Err(Rejection::unauthorized("unknown user")),
        Some("banned") => Err(Rejection::new(CloseCode(4600), "banned")),
        Some("broken") => panic!("a defect, for this test"),
        Some(user) => Ok(Some(
            Identity::builder(user)?
                .info(&"hi")?
                .allow(&format!("{user}-*"), &[Action::Join, Action::Publish])?
                .allow("lobby", &[Action::Join, Action::Publish])?
                .build(),
        )),
        None => Ok(None),
    });
}

#[tokio::test]
async fn authenticate_provides_user_permissions_and_info() {
    let server = start(|hooks| {
        authenticate_by_header(hooks);
        hooks.on_call("who", async |caller, (): ()| {
            let info = caller.info.map(|info| info.text().to_owned());
            Ok::<_, RequestError>((caller.user, info, caller.peer.ip().is_loopback()))
        });
    });
    let mut ada = server.open_envelope_with("/ws", &[("x-user", "ada")]).await;
    assert_eq!(ada.next().await["user"], "ada");
    ada.request(r#"{"id":1,"type":"call","event":"who"}"#, r#"{"type":"result","id":1,"data":["ada","\"hi\"",true]}"#)
        .await;
    ada.join("ada-1").await;
    ada.send(r#"{"id":2,"type":"join","room":"bob-1"}"#).await;
    assert_eq!(ada.next_message().await["code"], "forbidden");
    let mut anonymous = server.connect_envelope("/ws").await;
    anonymous
        .request(r#"{"id":1,"type":"call","event":"who"}"#, r#"{"type":"result","id":1,"data":[null,null,true]}"#)
        .await;
}

#[tokio::test]
async fn authenticate_rejects_with_status_or_close_code() {
    let server = start(authenticate_by_header);
    for (user, code, reason, status) in [
        ("nobody", 4502, "unknown user", 401),
        ("banned", 4600, "banned", 403),
        ("broken", 1011, "internal error", 500),
    ] {
        let mut envelope = server.open_envelope_with("/ws", &[("x-user", user)]).await;
        assert_eq!(envelope.closed().await, (code, reason.to_owned()));
        for path in ["/ws/echo", "/ws/broadcast"] {
            let url = format!("ws://{}{path}", server.address);
            assert_eq!(TestClient::try_connect(&url, &[("x-user", user)]).await.unwrap_err(), status, "{path}");
        }
        server.subscribe_rejected("/sse/r", &format!("X-User: {user}")).await.assert_problem(status, reason);
    }
    server.connect_envelope_with("/ws", &[("x-user", "ada")]).await;
}

/// Rejects connections with the header `x-refuse` and panics at those with `x-break`.
fn reject_by_header(hooks: &mut Hooks) {
    hooks.on_connect(async |caller, request| {
        assert!(request.header("x-break").is_none(), "a defect, for this test");
        assert_eq!(caller.peer, request.peer());
        match request.header("x-refuse") {
            Some(reason) => Err(Rejection::new(CloseCode(4601), reason.to_owned())),
            None => Ok(()),
        }
    });
}

#[tokio::test]
async fn on_connect_reads_headers_and_rejects_with_code_and_reason() {
    let server = start(reject_by_header);
    for path in ["/ws/echo", "/ws/broadcast", "/ws?protocol=yodel.v1"] {
        let url = format!("ws://{}{path}", server.address);
        for (header, closed) in
            [(("x-refuse", "full"), (4601, "full".to_owned())), (("x-break", "1"), (1011, "internal error".to_owned()))]
        {
            let mut client = TestClient::try_connect(&url, &[header]).await.unwrap();
            assert_eq!(client.closed().await, closed, "{path}");
        }
    }
    server.subscribe_rejected("/sse/r", "X-Refuse: full").await.assert_problem(403, "full");
    server.subscribe_rejected("/sse/r", "X-Break: 1").await.assert_problem(500, "Internal");
    server.connect_envelope("/ws").await;
    server.subscribe("/sse/r").await;
}

#[tokio::test]
async fn delivers_nothing_before_on_connect_accepts() {
    let gate = Arc::new(Notify::new());
    let opens = Arc::clone(&gate);
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
    });
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let url = format!("ws://{}/ws/broadcast", server.address);
    let mut waiting = TestClient::try_connect(&url, &[("x-wait", "1")]).await.unwrap();
    let mut connected = server.connect("/ws/broadcast").await;
    connected.send("first").await;
    assert_eq!(connected.receive().await, "first");
    assert_eq!(handle.broadcast("e", &"all").await, Ok(1));
    opens.notify_one();
    waiting.send("second").await;
    assert_eq!(waiting.receive().await, "second", "earlier messages are not delivered");
}

#[tokio::test]
async fn on_join_rejects_frames_streams_and_the_lobby() {
    let server = start(|hooks| {
        hooks.on_join(async |_, room| match room.as_str() {
            "open" => Ok(()),
            "broken" => panic!("a defect, for this test"),
            _ => Err(RequestError::new(ErrorCode::Forbidden, format!("not {room}"))),
        });
    });
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("open").await;
    ada.request(
        r#"{"id":1,"type":"join","room":"closed"}"#,
        r#"{"type":"error","id":1,"code":"forbidden","message":"not closed","retry":false}"#,
    )
    .await;
    ada.send(r#"{"id":2,"type":"join","room":"broken"}"#).await;
    let mut bob = server.connect_envelope("/ws").await;
    assert_eq!(ada.closed().await, (1011, "internal error".to_owned()));
    bob.join("open").await;
    server.subscribe("/sse/open").await;
    server.subscribe_rejected("/sse/closed", "").await.assert_problem(403, "not closed");
    server.subscribe_rejected("/sse/broken", "").await.assert_problem(500, "Internal");
    let mut plain = server.connect("/ws/broadcast").await;
    assert_eq!(plain.closed().await, (1008, "not lobby".to_owned()));
}

/// Rejects the text `no`, panics at `broken`, replaces binary messages, and converts other texts to upper case.
fn uppercase(hooks: &mut Hooks) {
    hooks.on_publish(async |_, mut message| {
        let Some(text) = message.text() else {
            message.body = Body::Text("binary".into());
            return Ok(message);
        };
        match &*text {
            "no" => Err(RequestError::forbidden("no")),
            "broken" => panic!("a defect, for this test"),
            text => {
                let uppercase = text.to_uppercase();
                message.set_text(&uppercase);
                Ok(message)
            }
        }
    });
}

#[tokio::test]
async fn on_publish_rejects_and_modifies() {
    let server = start(uppercase);
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    bob.join("r").await;
    ada.request(
        r#"{"id":1,"type":"publish","room":"r","event":"e","data":"no"}"#,
        r#"{"type":"error","id":1,"code":"forbidden","message":"no","retry":false}"#,
    )
    .await;
    ada.request(
        r#"{"id":2,"type":"publish","room":"r","event":"e","data":"yes"}"#,
        r#"{"type":"ok","id":2,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    assert_eq!(bob.next_message().await["data"], "YES");
    ada.send(r#"{"id":3,"type":"publish","room":"r","event":"e","data":"broken"}"#).await;
    assert_eq!(ada.closed().await, (1011, "internal error".to_owned()));
    bob.request(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn on_publish_applies_to_broadcasts() {
    let server = start(|hooks| {
        hooks.authenticate(async |_| Ok(Some(Identity::builder("ada")?.may_broadcast(true).build())));
        uppercase(hooks);
    });
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.send(r#"{"id":1,"type":"broadcast","event":"e","data":"no"}"#).await;
    assert_eq!(ada.next().await["code"], "forbidden");
    ada.send(r#"{"id":2,"type":"broadcast","event":"e","data":"yes"}"#).await;
    assert_eq!(bob.next().await["data"], "YES");
}

#[tokio::test]
async fn on_publish_applies_to_plain_messages() {
    let server = start(uppercase);
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    ana.send("no").await;
    ana.send("yes").await;
    ana.send_message(Message::binary(vec![1])).await;
    for client in [&mut ana, &mut bo] {
        assert_eq!(client.receive().await, "YES", "rejected messages are dropped");
        assert_eq!(client.receive().await, "binary");
    }
    ana.send("broken").await;
    assert_eq!(ana.closed().await, (1011, "internal error".to_owned()));
    bo.send("still here").await;
    assert_eq!(bo.receive().await, "STILL HERE");
    let mut echo = server.connect("/ws/echo").await;
    echo.send("no").await;
    assert_eq!(echo.receive().await, "no", "on_publish does not apply to echoes");
}

/// Delays the text `1` until the gate is notified.
fn gated(hooks: &mut Hooks, gate: &Arc<Notify>) {
    let gate = Arc::clone(gate);
    hooks.on_publish(move |_, message| {
        let gate = message.text().is_some_and(|text| text == "1").then(|| Arc::clone(&gate));
        async move {
            if let Some(gate) = gate {
                gate.notified().await;
            }
            Ok(message)
        }
    });
}

#[tokio::test]
async fn a_running_hook_delays_only_its_own_connection_in_order() {
    let gate = Arc::new(Notify::new());
    let server = start(|hooks| gated(hooks, &gate));
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    bob.join("r").await;
    for (id, data) in [(1, "1"), (2, "2"), (3, "3")] {
        ada.send(&format!(r#"{{"id":{id},"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
    }
    ada.send(r#"{"id":4,"type":"ping"}"#).await;
    bob.send(r#"{"id":1,"type":"publish","room":"r","event":"e","data":"bob"}"#).await;
    let (mut received, mut answered) = (Vec::new(), false);
    while received.is_empty() || !answered {
        let frame = bob.next_message().await;
        answered |= frame["type"] == "ok";
        received.extend(frame["data"].as_str().map(str::to_owned));
    }
    assert_eq!(received, ["bob"], "messages of one connection stay in order");
    gate.notify_one();
    for offset in 2..=4 {
        ada.expect_frame(&format!(r#"{{"type":"ok","id":{},"epoch":"EPOCH","offset":{offset}}}"#, offset - 1)).await;
    }
    ada.expect_frame(r#"{"type":"pong","id":4,"time":"TIME"}"#).await;
    for data in ["1", "2", "3"] {
        assert_eq!(bob.next_message().await["data"], data);
    }
}

#[tokio::test]
async fn a_running_hook_keeps_plain_messages_in_order() {
    let gate = Arc::new(Notify::new());
    let server = start(|hooks| gated(hooks, &gate));
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    for text in ["1", "2", "3"] {
        ana.send(text).await;
    }
    bo.send("bo").await;
    assert_eq!(bo.receive().await, "bo");
    gate.notify_one();
    for text in ["1", "2", "3"] {
        assert_eq!(bo.receive().await, text);
    }
}

#[tokio::test]
async fn disconnect_drops_a_running_hook_and_its_publish() {
    let (started, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, drops) = (Arc::clone(&started), Arc::clone(&dropped));
    let server = server(|hooks| {
        hooks.on_publish(move |_, message| {
            let (started, dropped) = (Arc::clone(&started), NotifyOnDrop(Arc::clone(&dropped)));
            async move {
                started.notify_one();
                std::future::pending::<()>().await;
                drop(dropped);
                Ok(message)
            }
        });
    });
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let mut ada = server.connect_envelope("/ws").await;
    ada.send(r#"{"id":1,"type":"publish","room":"r","event":"e","data":1}"#).await;
    with_timeout("start of the hook", begins.notified()).await;
    assert_eq!(handle.disconnect_client(&ada.client_id, CloseCode::KICKED, "enough"), Ok(true));
    with_timeout("drop of the hook", drops.notified()).await;
    assert_eq!(ada.closed().await, (4503, "enough".to_owned()));
    let mut bob = server.connect_envelope("/ws").await;
    assert_eq!(bob.join("r").await.1, 0, "nothing was published");
}

struct NotifyOnDrop(Arc<Notify>);

impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn on_disconnect_ignores_rejected_connections() {
    let (sender, mut disconnects) = tokio::sync::mpsc::unbounded_channel();
    let server = start(|hooks| {
        reject_by_header(hooks);
        hooks.on_disconnect(move |_, code, reason| {
            let sender = sender.clone();
            async move { sender.send((code.0, reason)).unwrap() }
        });
    });
    let url = format!("ws://{}/ws/echo", server.address);
    let mut rejected = TestClient::try_connect(&url, &[("x-refuse", "no")]).await.unwrap();
    assert_eq!(rejected.closed().await.0, 4601);
    server.connect("/ws/echo").await.close(1000).await;
    assert_eq!(with_timeout("on_disconnect", disconnects.recv()).await, Some((1000, String::new())));
}
