//! Hooks that decide: they refuse, change and hold up, each on its own connection.

use std::sync::Arc;

use support::{TestClient, TestServer, soon};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::{Action, Body, CloseCode, ErrorCode, Hooks, Identity, Rejection, RequestError};

use crate::events::server;

fn start(register: impl FnOnce(&mut Hooks)) -> TestServer {
    TestServer::start_server(server(register))
}

/// Authenticates by the header `x-user`: as a user that may publish in rooms of its own name.
fn by_header(hooks: &mut Hooks) {
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
async fn authenticate_gives_a_user_with_permissions_and_claims() {
    let server = start(|hooks| {
        by_header(hooks);
        hooks.on_call("who", async |caller, (): ()| {
            let info = caller.info.map(|info| info.text().to_owned());
            Ok::<_, RequestError>((caller.user, info, caller.peer.ip().is_loopback()))
        });
    });
    let mut ada = server.speak_with("/ws", &[("x-user", "ada")]).await;
    assert_eq!(ada.next().await["user"], "ada");
    ada.asks(r#"{"id":1,"type":"call","event":"who"}"#, r#"{"type":"result","id":1,"data":["ada","\"hi\"",true]}"#)
        .await;
    ada.join("ada-1").await;
    ada.send(r#"{"id":2,"type":"join","room":"bob-1"}"#).await;
    assert_eq!(ada.next_message().await["code"], "forbidden");
    let mut anonymous = server.greet("/ws").await;
    anonymous
        .asks(r#"{"id":1,"type":"call","event":"who"}"#, r#"{"type":"result","id":1,"data":[null,null,true]}"#)
        .await;
}

#[tokio::test]
async fn authenticate_refuses_with_a_status_or_in_envelope_mode_with_a_close_code() {
    let server = start(by_header);
    for (user, code, reason, status) in [
        ("nobody", 4502, "unknown user", 401),
        ("banned", 4600, "banned", 403),
        ("broken", 1011, "internal error", 500),
    ] {
        let mut envelope = server.speak_with("/ws", &[("x-user", user)]).await;
        assert_eq!(envelope.closed().await, (code, reason.to_owned()));
        for path in ["/ws/echo", "/ws/broadcast"] {
            let url = format!("ws://{}{path}", server.address);
            assert_eq!(TestClient::try_connect(&url, &[("x-user", user)]).await.unwrap_err(), status, "{path}");
        }
        server.listen_refused("/sse/r", &format!("X-User: {user}")).await.is_problem(status, reason);
    }
    server.greet_with("/ws", &[("x-user", "ada")]).await;
}

/// Refuses connections with the header `x-refuse`, and breaks at those with `x-break`.
fn by_other_header(hooks: &mut Hooks) {
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
async fn on_connect_sees_headers_and_refuses_with_code_and_reason() {
    let server = start(by_other_header);
    for path in ["/ws/echo", "/ws/broadcast", "/ws?protocol=yodel.v1"] {
        let url = format!("ws://{}{path}", server.address);
        for (header, closed) in
            [(("x-refuse", "full"), (4601, "full".to_owned())), (("x-break", "1"), (1011, "internal error".to_owned()))]
        {
            let mut client = TestClient::try_connect(&url, &[header]).await.unwrap();
            assert_eq!(client.closed().await, closed, "{path}");
        }
    }
    server.listen_refused("/sse/r", "X-Refuse: full").await.is_problem(403, "full");
    server.listen_refused("/sse/r", "X-Break: 1").await.is_problem(500, "Internal");
    server.greet("/ws").await;
    server.listen("/sse/r").await;
}

#[tokio::test]
async fn who_is_not_connected_yet_receives_nothing_of_rooms_and_broadcasts() {
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
    let mut inside = server.connect("/ws/broadcast").await;
    inside.send("first").await;
    assert_eq!(inside.receive().await, "first");
    assert_eq!(handle.broadcast("e", &"all").await, Ok(1));
    opens.notify_one();
    waiting.send("second").await;
    assert_eq!(waiting.receive().await, "second", "and not what came before it was accepted");
}

#[tokio::test]
async fn on_join_refuses_frames_streams_and_the_lobby() {
    let server = start(|hooks| {
        hooks.on_join(async |_, room| match room.as_str() {
            "open" => Ok(()),
            "broken" => panic!("a defect, for this test"),
            _ => Err(RequestError::new(ErrorCode::Forbidden, format!("not {room}"))),
        });
    });
    let mut ada = server.greet("/ws").await;
    ada.join("open").await;
    ada.asks(
        r#"{"id":1,"type":"join","room":"closed"}"#,
        r#"{"type":"error","id":1,"code":"forbidden","message":"not closed","retry":false}"#,
    )
    .await;
    ada.send(r#"{"id":2,"type":"join","room":"broken"}"#).await;
    let mut bob = server.greet("/ws").await;
    assert_eq!(ada.closed().await, (1011, "internal error".to_owned()));
    bob.join("open").await;
    server.listen("/sse/open").await;
    server.listen_refused("/sse/closed", "").await.is_problem(403, "not closed");
    server.listen_refused("/sse/broken", "").await.is_problem(500, "Internal");
    let mut plain = server.connect("/ws/broadcast").await;
    assert_eq!(plain.closed().await, (1008, "not lobby".to_owned()));
}

/// Refuses messages that say no, makes others louder, and breaks at some.
fn louder(hooks: &mut Hooks) {
    hooks.on_publish(async |_, mut message| {
        let Some(text) = message.text() else {
            message.body = Body::Text("binary".into());
            return Ok(message);
        };
        match &*text {
            "no" => Err(RequestError::forbidden("no")),
            "broken" => panic!("a defect, for this test"),
            text => {
                let louder = text.to_uppercase();
                message.set_text(&louder);
                Ok(message)
            }
        }
    });
}

#[tokio::test]
async fn on_publish_refuses_and_changes() {
    let server = start(louder);
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    bob.join("r").await;
    ada.asks(
        r#"{"id":1,"type":"publish","room":"r","event":"e","data":"no"}"#,
        r#"{"type":"error","id":1,"code":"forbidden","message":"no","retry":false}"#,
    )
    .await;
    ada.asks(
        r#"{"id":2,"type":"publish","room":"r","event":"e","data":"yes"}"#,
        r#"{"type":"ok","id":2,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    assert_eq!(bob.next_message().await["data"], "YES");
    ada.send(r#"{"id":3,"type":"publish","room":"r","event":"e","data":"broken"}"#).await;
    assert_eq!(ada.closed().await, (1011, "internal error".to_owned()));
    bob.asks(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn on_publish_decides_on_broadcasts_too() {
    let server = start(|hooks| {
        hooks.authenticate(async |_| Ok(Some(Identity::builder("ada")?.may_broadcast(true).build())));
        louder(hooks);
    });
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    ada.send(r#"{"id":1,"type":"broadcast","event":"e","data":"no"}"#).await;
    assert_eq!(ada.next().await["code"], "forbidden");
    ada.send(r#"{"id":2,"type":"broadcast","event":"e","data":"yes"}"#).await;
    assert_eq!(bob.next().await["data"], "YES");
}

#[tokio::test]
async fn on_publish_decides_on_plain_messages_too() {
    let server = start(louder);
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    ana.send("no").await;
    ana.send("yes").await;
    ana.send_message(Message::binary(vec![1])).await;
    for client in [&mut ana, &mut bo] {
        assert_eq!(client.receive().await, "YES", "what was refused is dropped");
        assert_eq!(client.receive().await, "binary");
    }
    ana.send("broken").await;
    assert_eq!(ana.closed().await, (1011, "internal error".to_owned()));
    bo.send("still here").await;
    assert_eq!(bo.receive().await, "STILL HERE");
    let mut echo = server.connect("/ws/echo").await;
    echo.send("no").await;
    assert_eq!(echo.receive().await, "no", "an echo is no publication");
}

/// Holds up the first message until the gate is opened.
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
async fn requests_of_a_connection_keep_their_order_while_a_hook_runs_and_others_go_on() {
    let gate = Arc::new(Notify::new());
    let server = start(|hooks| gated(hooks, &gate));
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    bob.join("r").await;
    for (id, data) in [(1, "1"), (2, "2"), (3, "3")] {
        ada.send(&format!(r#"{{"id":{id},"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
    }
    ada.send(r#"{"id":4,"type":"ping"}"#).await;
    bob.send(r#"{"id":1,"type":"publish","room":"r","event":"e","data":"bob"}"#).await;
    let (mut heard, mut answered) = (Vec::new(), false);
    while heard.is_empty() || !answered {
        let frame = bob.next_message().await;
        answered |= frame["type"] == "ok";
        heard.extend(frame["data"].as_str().map(str::to_owned));
    }
    assert_eq!(heard, ["bob"], "nothing overtakes");
    gate.notify_one();
    for offset in 2..=4 {
        ada.hears(&format!(r#"{{"type":"ok","id":{},"epoch":"EPOCH","offset":{offset}}}"#, offset - 1)).await;
    }
    ada.hears(r#"{"type":"pong","id":4,"time":"TIME"}"#).await;
    for data in ["1", "2", "3"] {
        assert_eq!(bob.next_message().await["data"], data);
    }
}

#[tokio::test]
async fn plain_messages_keep_their_order_while_a_hook_runs() {
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
async fn a_connection_that_ends_drops_its_hook_and_nothing_is_published() {
    let (begun, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, drops) = (Arc::clone(&begun), Arc::clone(&dropped));
    let server = server(|hooks| {
        hooks.on_publish(move |_, message| {
            let (begun, dropped) = (Arc::clone(&begun), NotifyOnDrop(Arc::clone(&dropped)));
            async move {
                begun.notify_one();
                std::future::pending::<()>().await;
                drop(dropped);
                Ok(message)
            }
        });
    });
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let mut ada = server.greet("/ws").await;
    ada.send(r#"{"id":1,"type":"publish","room":"r","event":"e","data":1}"#).await;
    soon("the hook begins", begins.notified()).await;
    assert_eq!(handle.disconnect_client(&ada.name, CloseCode::KICKED, "enough"), Ok(true));
    soon("the hook is dropped", drops.notified()).await;
    assert_eq!(ada.closed().await, (4503, "enough".to_owned()));
    let mut bob = server.greet("/ws").await;
    assert_eq!(bob.join("r").await.1, 0, "nothing was published");
}

struct NotifyOnDrop(Arc<Notify>);

impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn who_is_refused_does_not_disconnect() {
    let (told, mut telling) = tokio::sync::mpsc::unbounded_channel();
    let server = start(|hooks| {
        by_other_header(hooks);
        hooks.on_disconnect(move |_, code, reason| {
            let told = told.clone();
            async move { told.send((code.0, reason)).unwrap() }
        });
    });
    let url = format!("ws://{}/ws/echo", server.address);
    let mut refused = TestClient::try_connect(&url, &[("x-refuse", "no")]).await.unwrap();
    assert_eq!(refused.closed().await.0, 4601);
    server.connect("/ws/echo").await.close(1000).await;
    assert_eq!(soon("one disconnects", telling.recv()).await, Some((1000, String::new())));
}
