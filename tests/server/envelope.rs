//! Envelope mode, `yodel.v1`: every verb as literal frames. Strings in capitals are placeholders.

use support::json_pattern::assert_matches;
use support::{TestClient, TestServer};
use yodel_server::ServerConfig;

const WELCOME: &str = r#"{"type":"welcome","client":"CLIENT","version":"VERSION","node":"NODE","plain":"echo","ping":25,"max":65536,"time":"TIME"}"#;

#[tokio::test]
async fn welcomes_and_answers_a_client_of_the_subprotocol() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.open_envelope("/ws").await;
    ada.expect_frame(WELCOME).await;
    ada.request(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
    ada.request(r#"{"id":2,"type":"echo","data":"hi"}"#, r#"{"type":"echo","id":2,"data":"hi","time":"TIME"}"#).await;
}

#[tokio::test]
async fn selects_the_subprotocol_by_query() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect("/ws/broadcast?protocol=yodel.v1").await;
    assert!(client.receive().await.contains(r#""plain":"broadcast""#));
}

#[tokio::test]
async fn preserves_data_byte_for_byte() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    let data = r#"{ "b": 1.0, "a": [1e400, 12345678901234567890123], "b": "\u00e9\/" }"#;
    ada.send(&format!(r#"{{"id":1,"type":"echo","data":{data}}}"#)).await;
    assert!(ada.next_text().await.contains(data));
    ada.join("r").await;
    ada.send(&format!(r#"{{"id":2,"type":"publish","room":"r","event":"e","data":{data}}}"#)).await;
    let push = loop {
        let text = ada.next_text().await;
        if text.contains(r#""type":"message""#) {
            break text;
        }
    };
    assert!(push.contains(data), "{push}");
}

#[tokio::test]
async fn rejects_an_unknown_subprotocol_with_400() {
    let server = TestServer::start(ServerConfig::default());
    let url = format!("ws://{}/ws", server.address);
    let rejected = TestClient::try_connect(&url, &[("sec-websocket-protocol", "chat")]).await;
    assert_eq!(rejected.unwrap_err(), 400);
}

#[tokio::test]
async fn publish_returns_the_offset_and_delivers_to_members() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.request(
        r#"{"id":1,"type":"join","room":"chat"}"#,
        &format!(
            r#"{{"type":"joined","id":1,"room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],
                "users":[{{"client":"{}","clients":1}}]}}"#,
            ada.client_id
        ),
    )
    .await;
    let ok = bob
        .request(
            r#"{"id":7,"type":"publish","room":"chat","event":"msg","data":{"n":1}}"#,
            r#"{"type":"ok","id":7,"epoch":"EPOCH","offset":1}"#,
        )
        .await;
    let push = ada.next_message().await;
    let expected = format!(
        r#"{{"type":"message","room":"chat","offset":1,"event":"msg","from":{{"client":"{}"}},"data":{{"n":1}},"time":"TIME"}}"#,
        bob.client_id
    );
    assert_matches(&push, &expected);
    assert_eq!(ada.join("chat").await, (ok["epoch"].as_str().unwrap().to_owned(), 1));
}

#[tokio::test]
async fn delivers_to_the_sender_unless_echo_is_false() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.join("r").await;
    bob.join("r").await;
    for (number, echo) in [(1, "false"), (2, "true")] {
        ada.send(&format!(
            r#"{{"id":{number},"type":"publish","room":"r","event":"e","data":{number},"echo":{echo}}}"#
        ))
        .await;
    }
    let mut received = Vec::new();
    while received.len() < 3 {
        let frame = ada.next_message().await;
        received.push((frame["type"].as_str().unwrap().to_owned(), frame["offset"].as_u64()));
    }
    received.sort();
    assert_eq!(received, [("message".into(), Some(2)), ("ok".into(), Some(1)), ("ok".into(), Some(2))]);
    for number in [1, 2] {
        assert_eq!(bob.next_message().await["data"], number);
    }
}

#[tokio::test]
async fn deduplicates_publishes_by_key() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    bob.join("r").await;
    let publish = r#"{"id":1,"type":"publish","room":"r","event":"e","data":1,"key":"k"}"#;
    let first = ada.request(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    let again = ada.request(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1,"duplicate":true}"#).await;
    assert_eq!(first["epoch"], again["epoch"]);
    ada.request(
        r#"{"id":2,"type":"publish","room":"other","event":"e","data":1,"key":"k"}"#,
        r#"{"type":"ok","id":2,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    ada.send(r#"{"id":3,"type":"publish","room":"r","event":"e","data":2}"#).await;
    assert_eq!(bob.next_message().await["data"], 1);
    assert_eq!(bob.next_message().await["data"], 2, "message 1 is not delivered again");
}

#[tokio::test]
async fn resumes_without_loss_or_duplicates() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    let mut bob = server.connect_envelope("/ws").await;
    let (epoch, offset) = bob.join("r").await;
    assert_eq!(offset, 0, "an empty room has a position");
    bob.close().await;
    for number in 1..=3 {
        ada.send(&format!(r#"{{"id":{number},"type":"publish","room":"r","event":"e","data":{number}}}"#)).await;
        ada.next().await;
    }
    let mut bob = server.connect_envelope("/ws").await;
    bob.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":1}}}}"#)).await;
    let joined = bob.next().await;
    let missed: Vec<_> =
        joined["messages"].as_array().unwrap().iter().map(|message| message["offset"].as_u64()).collect();
    assert_eq!((joined["recovered"].as_bool(), joined["offset"].as_u64()), (Some(true), Some(3)));
    assert_eq!(missed, [Some(2), Some(3)]);
    ada.send(r#"{"id":4,"type":"publish","room":"r","event":"e","data":4}"#).await;
    assert_eq!(bob.next_message().await["offset"], 4);
}

#[tokio::test]
async fn reports_when_recovery_is_impossible() {
    let config = ServerConfig { history_messages: 5, recover_max: 3, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut ada = server.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("r").await;
    for number in 1..=8 {
        ada.send(&format!(r#"{{"id":{number},"type":"publish","room":"r","event":"e","echo":false}}"#)).await;
        while ada.next().await["type"] != "ok" {}
    }
    for (epoch, offset, recovered) in [
        (epoch.as_str(), 8, true),
        (&epoch, 5, true),
        (&epoch, 4, false),
        (&epoch, 2, false),
        (&epoch, 9, false),
        ("another", 8, false),
    ] {
        let mut bob = server.connect_envelope("/ws").await;
        bob.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":{offset}}}}}"#))
            .await;
        let joined = bob.next().await;
        assert_eq!(joined["recovered"], recovered, "{epoch} {offset}");
        let messages = joined["messages"].as_array().unwrap().len() as u64;
        assert_eq!(messages, if recovered { 8 - offset } else { 0 }, "all or nothing");
    }
}

#[tokio::test]
async fn returns_history_backwards() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    for number in 1..=5 {
        ada.send(&format!(r#"{{"id":{number},"type":"publish","room":"r","event":"e","data":{number}}}"#)).await;
        ada.next().await;
    }
    let page = |data: [u64; 2], more| {
        let message = |n| {
            format!(r#"{{"room":"r","offset":{n},"event":"e","from":{{"client":"CLIENT"}},"data":{n},"time":"TIME"}}"#)
        };
        format!(
            r#"{{"type":"history","id":9,"room":"r","epoch":"EPOCH","offset":5,"messages":[{},{}],"more":{more}}}"#,
            message(data[0]),
            message(data[1])
        )
    };
    ada.request(r#"{"id":9,"type":"history","room":"r","limit":2}"#, &page([4, 5], true)).await;
    ada.request(r#"{"id":9,"type":"history","room":"r","limit":2,"before":3}"#, &page([1, 2], false)).await;
}

#[tokio::test]
async fn reports_presence_and_its_changes() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.join("r").await;
    let (one, other) = (ada.client_id.clone(), bob.client_id.clone());
    ada.expect_frame(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[{{"client":"{one}","clients":1}}],"left":[]}}"#
    ))
    .await;
    bob.join("r").await;
    ada.expect_frame(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[{{"client":"{other}","clients":1}}],"left":[]}}"#
    ))
    .await;
    let presence = ada.request(
        r#"{"id":3,"type":"presence","room":"r"}"#,
        r#"{"type":"presence","id":3,"room":"r","clients":2,"users":[{"client":"ONE","clients":1},{"client":"OTHER","clients":1}]}"#,
    );
    presence.await;
    bob.close().await;
    ada.expect_frame(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[],"left":[{{"client":"{other}","clients":0}}]}}"#
    ))
    .await;
}

#[tokio::test]
async fn sends_a_direct_message_to_a_client() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    let to = &bob.client_id;
    let send = format!(r#"{{"id":1,"type":"send","to":{{"client":"{to}"}},"event":"dm","data":[1]}}"#);
    ada.request(&send, r#"{"type":"ok","id":1,"delivered":1}"#).await;
    let from = &ada.client_id;
    bob.expect_frame(&format!(
        r#"{{"type":"direct","from":{{"client":"{from}"}},"event":"dm","data":[1],"time":"TIME"}}"#
    ))
    .await;
    let to_unknown_client = r#"{"id":2,"type":"send","to":{"client":"c_x"},"event":"dm"}"#;
    ada.request(to_unknown_client, r#"{"type":"ok","id":2,"delivered":0}"#).await;
}

#[tokio::test]
async fn delivers_nothing_after_a_leave() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    ada.request(r#"{"id":1,"type":"leave","room":"r"}"#, r#"{"type":"ok","id":1}"#).await;
    ada.request(
        r#"{"id":2,"type":"leave","room":"r"}"#,
        r#"{"type":"error","id":2,"code":"not_joined","message":"not in room r","retry":false}"#,
    )
    .await;
    ada.request(
        r#"{"id":3,"type":"publish","room":"r","event":"e"}"#,
        r#"{"type":"ok","id":3,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    ada.request(r#"{"id":4,"type":"ping"}"#, r#"{"type":"pong","id":4,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn answers_invalid_frames_with_errors_then_closes_with_4505() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    let unknown = r#"{"type":"error","id":1,"code":"bad_request","message":"unknown `type` \"dance\"","retry":false}"#;
    for _ in 0..30 {
        ada.request(r#"{"id":1,"type":"dance"}"#, unknown).await;
    }
    for _ in 0..20 {
        ada.request("no JSON", r#"{"type":"error","code":"bad_request","message":"MESSAGE","retry":false}"#).await;
    }
    ada.send("no JSON").await;
    assert_eq!(ada.closed().await, (4505, "too many invalid frames".to_owned()));
}

#[tokio::test]
async fn rejects_a_binary_message_with_1003() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect_envelope("/ws").await.into_client();
    client.send_message(tokio_tungstenite::tungstenite::Message::binary("x")).await;
    assert_eq!(client.closed().await, (1003, "yodel.v1 accepts only text messages".to_owned()));
}

#[tokio::test]
async fn limits_rooms_per_connection() {
    let server = TestServer::start(ServerConfig { max_rooms: 2, ..ServerConfig::default() });
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("a").await;
    ada.join("b").await;
    ada.join("a").await;
    ada.send(r#"{"id":1,"type":"join","room":"c"}"#).await;
    let mut rejected = ada.next_message().await;
    assert_eq!((rejected["code"].take(), rejected["retry"].take()), ("limit".into(), false.into()));
    ada.send(r#"{"id":2,"type":"leave","room":"a"}"#).await;
    while ada.next().await["id"] != 2 {}
    ada.join("c").await;
}

#[tokio::test]
async fn limits_rooms_per_server() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("a").await;
    ada.join("lobby").await;
    for verb in [r#""type":"join","room":"b""#, r#""type":"publish","room":"b","event":"e""#] {
        ada.send(&format!(r#"{{"id":1,{verb}}}"#)).await;
        let rejected = ada.next_message().await;
        assert_eq!((&rejected["code"], &rejected["retry"]), (&"unavailable".into(), &true.into()));
    }
}

#[tokio::test]
async fn queries_create_no_room() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    let mut ada = server.connect_envelope("/ws").await;
    for number in 0..10 {
        ada.request(
            &format!(r#"{{"id":1,"type":"presence","room":"r{number}"}}"#),
            &format!(r#"{{"type":"presence","id":1,"room":"r{number}","clients":0,"users":[]}}"#),
        )
        .await;
        ada.request(
            &format!(r#"{{"id":2,"type":"history","room":"r{number}"}}"#),
            &format!(r#"{{"type":"history","id":2,"room":"r{number}","epoch":"EPOCH","offset":0,"messages":[],"more":false}}"#),
        )
        .await;
    }
    ada.join("there is still one").await;
}

#[tokio::test]
async fn rejects_the_broadcast_room_and_unpermitted_broadcasts() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    for verb in [r#""type":"join","room":"*""#, r#""type":"publish","room":"*","event":"e""#] {
        ada.send(&format!(r#"{{"id":1,{verb}}}"#)).await;
        assert_eq!(ada.next().await["code"], "bad_request");
    }
    ada.send(r#"{"id":2,"type":"broadcast","event":"e"}"#).await;
    assert_eq!(ada.next().await["code"], "forbidden", "broadcast requires a token's claim");
}

#[tokio::test]
async fn exchanges_messages_between_plain_and_envelope_clients() {
    let server = TestServer::start(ServerConfig::default());
    let (mut page, mut websocat) = (server.connect_envelope("/ws").await, server.connect("/ws/broadcast").await);
    page.join("lobby").await;
    // The last text has a surrogate without its pair, which UTF-8 cannot encode.
    for (data, text) in [(r#""hi""#, "hi"), (r#"{ "a":1}"#, r#"{ "a":1}"#), (r#""a\ud800""#, "a\u{fffd}")] {
        page.send(&format!(r#"{{"id":1,"type":"publish","room":"lobby","event":"e","data":{data},"echo":false}}"#))
            .await;
        assert_eq!(websocat.receive().await, text);
        while page.next().await["id"] != 1 {}
    }
    websocat.send("hello \"page\"").await;
    assert_matches(
        &page.next_message().await,
        r#"{"type":"message","room":"lobby","offset":4,"event":"text","from":{"client":"CLIENT"},"data":"hello \"page\"","time":"TIME"}"#,
    );
    websocat.send_message(tokio_tungstenite::tungstenite::Message::binary(vec![0, 255])).await;
    let binary = page.next_message().await;
    assert_eq!((&binary["event"], &binary["data"]), (&"binary".into(), &"AP8=".into()));
}

#[tokio::test]
async fn shutdown_announces_a_reconnect_delay() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    server.stop();
    let goodbye = ada.expect_frame(r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":"TIME"}"#).await;
    assert!((1000..3000).contains(&goodbye["retry_ms"].as_u64().unwrap()));
    assert_eq!(ada.closed().await, (4001, "shutdown".to_owned()));
}
