use super::{step::MAX_MESSAGE_BYTES, websocat::MAX_PIPED_BYTES, *};
use crate::model::{Destination, log::Log};
use std::sync::Arc;
use yodel_client::Mode;
use yodel_protocol::{RoomName, UserId};

const ENVELOPE: Mode = Mode::Envelope { lobby: true };

fn plain(subprotocols: &[&str]) -> ConnectionFacts {
    ConnectionFacts::new("ws://a:1/ws", Mode::Plain, subprotocols.iter().map(ToString::to_string).collect())
}

fn envelope() -> ConnectionFacts {
    ConnectionFacts::new("ws://a:1/ws", ENVELOPE, Vec::new())
}

fn with_token(connection: ConnectionFacts) -> ConnectionFacts {
    ConnectionFacts { has_token: true, ..connection }
}

fn send(text: &str) -> Step {
    Step::Send { text: text.into(), to: None }
}

fn send_to(to: Destination) -> Step {
    Step::Send { text: "hi".into(), to: Some(to) }
}

fn receive(text: &str, room: Option<&str>) -> Step {
    Step::Receive { text: Some(text.into()), room: room.and_then(|room| RoomName::new(room).ok()) }
}

fn room(name: &str) -> Destination {
    Destination::Room(RoomName::new(name).unwrap())
}

/// Returns a snippet that contains the message.
fn whole(tool: Tool, connection: &ConnectionFacts, step: &Step) -> String {
    let snippet = tool.snippet(connection, step);
    assert_eq!(snippet.left_out, None, "{step:?}");
    snippet.text
}

/// Returns the snippet of a tool that cannot carry out the step, and the reason.
fn partial(tool: Tool, step: &Step) -> (String, LeftOut) {
    let snippet = tool.snippet(&envelope(), step);
    (snippet.text, snippet.left_out.expect("a reason"))
}

#[test]
fn writes_commands_of_yodel_connect() {
    for (connection, step, command) in [
        (plain(&[]), Step::Connect, "yodel connect ws://a:1/ws"),
        (
            plain(&["chat", "mqtt"]),
            send("it's"),
            r"yodel connect ws://a:1/ws --subprotocol=chat --subprotocol=mqtt --send='it'\''s'",
        ),
        (plain(&[]), send("a\nb"), r"yodel connect ws://a:1/ws --send=$'a\nb'"),
        (envelope(), send("-x"), "yodel connect ws://a:1/ws --subprotocol=yodel.v1 --send=-x"),
        (envelope(), send_to(room("the room")), "yodel connect ws://a:1/ws --join='the room' --send=hi"),
        (with_token(plain(&[])), Step::Connect, r#"yodel connect ws://a:1/ws --token-file="$TOKEN_FILE""#),
        (plain(&[]), receive("pong!", None), "yodel connect ws://a:1/ws --expect='pong!' --timeout=10s"),
        (plain(&[]), receive("/a/", None), "yodel connect ws://a:1/ws --expect='/^/a/$/' --timeout=10s"),
        (envelope(), receive("1", Some("chat")), "yodel connect ws://a:1/ws --join=chat --expect=1 --timeout=10s"),
        (envelope(), receive("1", None), "yodel connect ws://a:1/ws --subprotocol=yodel.v1 --expect=1 --timeout=10s"),
    ] {
        assert_eq!(whole(Tool::Yodel, &connection, &step), command);
    }
}

#[test]
fn writes_commands_of_websocat() {
    for (connection, step, command) in [
        (plain(&[]), Step::Connect, "websocat ws://a:1/ws"),
        (plain(&[]), receive("pong", None), "websocat ws://a:1/ws"),
        (
            plain(&["chat", "mqtt"]),
            send("it's"),
            r"printf %s 'it'\''s' | websocat -n --protocol='chat, mqtt' ws://a:1/ws",
        ),
        (plain(&[]), send("a\nb"), r"printf %s $'a\nb' | websocat -n -0 ws://a:1/ws | tr '\0' '\n'"),
        (plain(&[]), Step::SendBinary([0, 255].into()), r"printf '\000\377' | websocat -n -b ws://a:1/ws"),
        (
            with_token(envelope()),
            send("a\nb"),
            r#"printf %s '{"id":1,"type":"echo","data":"a\nb"}' | websocat -n --protocol=yodel.v1 -H="Authorization: Bearer $TOKEN" ws://a:1/ws"#,
        ),
    ] {
        assert_eq!(whole(Tool::Websocat, &connection, &step), command);
    }
}

#[test]
fn writes_commands_of_wscat() {
    for (connection, step, command) in [
        (plain(&[]), Step::Connect, "wscat -c ws://a:1/ws"),
        (plain(&["chat", "mqtt"]), send("a b"), "wscat -c ws://a:1/ws -s chat -s mqtt -x 'a b' -w 10"),
        (
            with_token(envelope()),
            receive("1", Some("chat")),
            r#"wscat -c ws://a:1/ws -s yodel.v1 -H "Authorization: Bearer $TOKEN" -x '{"id":1,"type":"join","room":"chat"}' -w 10"#,
        ),
    ] {
        assert_eq!(whole(Tool::Wscat, &connection, &step), command);
    }
}

#[test]
fn sends_the_frames_of_the_page_in_envelope_mode() {
    let broadcast = ConnectionFacts { has_lobby: true, ..envelope() };
    let ada = Destination::User(UserId::new("ada").unwrap());
    for (connection, step, frame) in [
        (&broadcast, send("hi"), r#"{"id":1,"type":"publish","room":"lobby","event":"text","data":"hi"}"#),
        (
            &envelope(),
            Step::SendBinary([0, 255].into()),
            r#"{"id":1,"type":"publish","room":"lobby","event":"binary","data":"AP8="}"#,
        ),
        (&envelope(), send_to(room("chat")), r#"{"id":1,"type":"publish","room":"chat","event":"text","data":"hi"}"#),
        (&envelope(), send_to(ada), r#"{"id":1,"type":"send","to":{"user":"ada"},"event":"text","data":"hi"}"#),
    ] {
        let command = whole(Tool::Wscat, connection, &step);
        assert_eq!(command, format!("wscat -c ws://a:1/ws -s yodel.v1 -x '{frame}' -w 10"));
    }
}

#[test]
fn writes_javascript() {
    assert_eq!(
        whole(Tool::JavaScript, &plain(&[]), &send("\"hi\"\u{2028}👋")),
        r#"const socket = new WebSocket("ws://a:1/ws");
socket.binaryType = "arraybuffer";
socket.onopen = () => socket.send("\"hi\"\u{2028}👋");
socket.onmessage = ({ data }) => console.log(data);
socket.onclose = ({ code, reason }) => console.log("closed", code, reason);
"#
    );
    let binary = whole(Tool::JavaScript, &plain(&["chat"]), &Step::SendBinary([0, 255].into()));
    assert!(
        binary.contains(r#"("ws://a:1/ws", ["chat"]);"#) && binary.contains("new Uint8Array([0, 255])"),
        "{binary}"
    );
    for (connection, offered) in [
        (plain(&["chat"]), r#"["chat", "yodel.plain", `bearer.${token}`]"#),
        (plain(&["yodel.plain"]), r#"["yodel.plain", `bearer.${token}`]"#),
        (envelope(), r#"["yodel.v1", `bearer.${token}`]"#),
    ] {
        let script = whole(Tool::JavaScript, &with_token(connection), &Step::Connect);
        assert!(script.starts_with("const token = \"$TOKEN\";\n") && script.contains(offered), "{script}");
        assert!(!script.contains("onopen"), "{script}");
    }
}

#[test]
fn writes_python() {
    assert_eq!(
        whole(Tool::Python, &with_token(envelope()), &send("hi")),
        r#"import os

from websockets.sync.client import connect  # pip install websockets

with connect("ws://a:1/ws", subprotocols=["yodel.v1"], additional_headers={"Authorization": "Bearer " + os.environ["TOKEN"]}) as socket:
    socket.send("{\"id\":1,\"type\":\"echo\",\"data\":\"hi\"}")
    for message in socket:
        print(message)
"#
    );
    let binary = whole(Tool::Python, &plain(&[]), &Step::SendBinary([0, 255].into()));
    assert!(binary.contains("socket.send(bytes.fromhex(\"00ff\"))") && !binary.contains("import os"), "{binary}");
}

#[test]
fn writes_rust() {
    let program = whole(Tool::Rust, &with_token(plain(&["chat"])), &send("a\tb"));
    for part in [
        "use futures_util::{SinkExt, StreamExt};\n",
        "use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};\n",
        "    let mut request = \"ws://a:1/ws\".into_client_request()?;\n",
        "    request.headers_mut().insert(\"Sec-WebSocket-Protocol\", \"chat\".parse()?);\n",
        "std::env::var(\"TOKEN\")?",
        "    socket.send(Message::text(\"a\\tb\")).await?;\n",
    ] {
        assert!(program.contains(part), "{part}: {program}");
    }
    let binary = whole(Tool::Rust, &plain(&[]), &Step::SendBinary([0, 255].into()));
    assert!(binary.contains("Message::binary(vec![0, 255])") && !binary.contains("headers_mut"), "{binary}");
    let silent = whole(Tool::Rust, &plain(&[]), &Step::Connect);
    assert!(silent.contains("use futures_util::StreamExt;\n") && !silent.contains("Message,"), "{silent}");
    assert!(silent.contains("    let request = "), "{silent}");
}

#[test]
fn connects_without_a_message_that_the_tool_cannot_send() {
    let command = "yodel connect ws://a:1/ws --subprotocol=yodel.v1".to_owned();
    let bytes = |size| Step::SendBinary(vec![0; size].into());
    let ada = Destination::User(UserId::new("ada").unwrap());
    assert_eq!(partial(Tool::Yodel, &bytes(1)), (command.clone(), LeftOut::Binary));
    assert_eq!(partial(Tool::Yodel, &Step::Receive { text: None, room: None }), (command.clone(), LeftOut::Binary));
    assert_eq!(partial(Tool::Yodel, &send_to(ada)), (command.clone(), LeftOut::Recipient));
    assert_eq!(partial(Tool::Yodel, &send("\0")), (command, LeftOut::Null));
    assert_eq!(Tool::Wscat.snippet(&plain(&[]), &bytes(1)).left_out, Some(LeftOut::Binary));
    assert_eq!(Tool::Websocat.snippet(&plain(&[]), &bytes(MAX_PIPED_BYTES)).left_out, None);
    assert_eq!(
        Tool::Websocat.snippet(&plain(&[]), &bytes(MAX_PIPED_BYTES + 1)),
        Snippet { text: "websocat ws://a:1/ws".to_owned(), left_out: Some(LeftOut::TooLong(MAX_PIPED_BYTES)) }
    );
    for tool in Tool::ALL {
        assert_eq!(tool.snippet(&plain(&[]), &send(&"x".repeat(MAX_MESSAGE_BYTES))).left_out, None);
        let long = tool.snippet(&plain(&[]), &send(&"x".repeat(MAX_MESSAGE_BYTES + 1)));
        assert_eq!(
            long,
            Snippet {
                left_out: Some(LeftOut::TooLong(MAX_MESSAGE_BYTES)),
                ..tool.snippet(&plain(&[]), &Step::Connect)
            }
        );
    }
}

#[test]
fn never_contains_secrets_of_the_address() {
    let connection = ConnectionFacts::new("wss://me:hunter2@a/ws?x='1'&token=hunter2", ENVELOPE, Vec::new());
    assert!(connection.has_secrets && !envelope().has_secrets);
    for tool in Tool::ALL {
        let text = whole(tool, &connection, &Step::Connect);
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(whole(Tool::Wscat, &connection, &Step::Connect).contains(r"'wss://a/ws?x='\''1'\'''"));
}

#[test]
fn repeats_an_entry_of_the_log() {
    let mut log = Log::default();
    log.add_outgoing(1, "hi", Some(room("chat")));
    log.add_outgoing_binary(1, Arc::from([1]));
    let steps: Vec<_> = log.entries.iter().map(Step::of).collect();
    assert_eq!(steps, [send_to(room("chat")), Step::SendBinary([1].into())]);
}
