//! Envelope mode, `yodel.v1`: every verb, as literal frames. A word in capitals stands for whatever
//! is there.

use support::{TestClient, TestServer};
use yodel_server::ServerConfig;

const WELCOME: &str = r#"{"type":"welcome","client":"CLIENT","version":"VERSION","node":"NODE","plain":"echo","ping":25,"max":65536,"time":"TIME"}"#;

#[tokio::test]
async fn who_offers_the_subprotocol_is_greeted_and_answered() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.speak("/ws").await;
    ada.hears(WELCOME).await;
    ada.asks(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
    ada.asks(r#"{"id":2,"type":"echo","data":"hi"}"#, r#"{"type":"echo","id":2,"data":"hi","time":"TIME"}"#).await;
}

#[tokio::test]
async fn the_query_serves_those_who_cannot_offer() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect("/ws/broadcast?protocol=yodel.v1").await;
    assert!(client.receive().await.contains(r#""plain":"broadcast""#));
}

#[tokio::test]
async fn data_comes_back_byte_for_byte() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
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
async fn another_subprotocol_is_400() {
    let server = TestServer::start(ServerConfig::default());
    let url = format!("ws://{}/ws", server.address);
    let refused = TestClient::try_connect(&url, &[("sec-websocket-protocol", "chat")]).await;
    assert_eq!(refused.unwrap_err(), 400);
}

#[tokio::test]
async fn what_is_published_has_a_place_and_arrives_everywhere() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    ada.asks(
        r#"{"id":1,"type":"join","room":"chat"}"#,
        &format!(
            r#"{{"type":"joined","id":1,"room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],
                "users":[{{"client":"{}","clients":1}}]}}"#,
            ada.name
        ),
    )
    .await;
    let ok = bob
        .asks(
            r#"{"id":7,"type":"publish","room":"chat","event":"msg","data":{"n":1}}"#,
            r#"{"type":"ok","id":7,"epoch":"EPOCH","offset":1}"#,
        )
        .await;
    let push = ada.next_message().await;
    let expected = format!(
        r#"{{"type":"message","room":"chat","offset":1,"event":"msg","from":{{"client":"{}"}},"data":{{"n":1}},"time":"TIME"}}"#,
        bob.name
    );
    support::peer::matches(&push, &expected);
    assert_eq!(ada.join("chat").await, (ok["epoch"].as_str().unwrap().to_owned(), 1));
}

#[tokio::test]
async fn the_sender_hears_itself_unless_it_does_not_want_to() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    ada.join("r").await;
    bob.join("r").await;
    for (number, echo) in [(1, "false"), (2, "true")] {
        ada.send(&format!(
            r#"{{"id":{number},"type":"publish","room":"r","event":"e","data":{number},"echo":{echo}}}"#
        ))
        .await;
    }
    let mut told = Vec::new();
    while told.len() < 3 {
        let frame = ada.next_message().await;
        told.push((frame["type"].as_str().unwrap().to_owned(), frame["offset"].as_u64()));
    }
    told.sort();
    assert_eq!(told, [("message".into(), Some(2)), ("ok".into(), Some(1)), ("ok".into(), Some(2))]);
    for number in [1, 2] {
        assert_eq!(bob.next_message().await["data"], number);
    }
}

#[tokio::test]
async fn the_same_key_is_published_once() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    bob.join("r").await;
    let publish = r#"{"id":1,"type":"publish","room":"r","event":"e","data":1,"key":"k"}"#;
    let first = ada.asks(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    let again = ada.asks(publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1,"duplicate":true}"#).await;
    assert_eq!(first["epoch"], again["epoch"]);
    ada.asks(
        r#"{"id":2,"type":"publish","room":"other","event":"e","data":1,"key":"k"}"#,
        r#"{"type":"ok","id":2,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    ada.send(r#"{"id":3,"type":"publish","room":"r","event":"e","data":2}"#).await;
    assert_eq!(bob.next_message().await["data"], 1);
    assert_eq!(bob.next_message().await["data"], 2, "and not 1 again");
}

#[tokio::test]
async fn who_comes_back_gets_what_it_missed_and_nothing_twice() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
    let mut bob = server.greet("/ws").await;
    let (epoch, offset) = bob.join("r").await;
    assert_eq!(offset, 0, "a position also in an empty room");
    bob.close().await;
    for number in 1..=3 {
        ada.send(&format!(r#"{{"id":{number},"type":"publish","room":"r","event":"e","data":{number}}}"#)).await;
        ada.next().await;
    }
    let mut bob = server.greet("/ws").await;
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
async fn what_cannot_be_recovered_is_said() {
    let config = ServerConfig { history_messages: 5, recover_max: 3, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut ada = server.greet("/ws").await;
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
        let mut bob = server.greet("/ws").await;
        bob.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":{offset}}}}}"#))
            .await;
        let joined = bob.next().await;
        assert_eq!(joined["recovered"], recovered, "{epoch} {offset}");
        let messages = joined["messages"].as_array().unwrap().len() as u64;
        assert_eq!(messages, if recovered { 8 - offset } else { 0 }, "all or nothing");
    }
}

#[tokio::test]
async fn history_is_read_backwards() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
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
    ada.asks(r#"{"id":9,"type":"history","room":"r","limit":2}"#, &page([4, 5], true)).await;
    ada.asks(r#"{"id":9,"type":"history","room":"r","limit":2,"before":3}"#, &page([1, 2], false)).await;
}

#[tokio::test]
async fn a_room_says_who_is_there_and_who_comes_and_goes() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    ada.join("r").await;
    let (one, other) = (ada.name.clone(), bob.name.clone());
    ada.hears(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[{{"client":"{one}","clients":1}}],"left":[]}}"#
    ))
    .await;
    bob.join("r").await;
    ada.hears(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[{{"client":"{other}","clients":1}}],"left":[]}}"#
    ))
    .await;
    let presence = ada.asks(
        r#"{"id":3,"type":"presence","room":"r"}"#,
        r#"{"type":"presence","id":3,"room":"r","clients":2,"users":[{"client":"CLIENT","clients":1},{"client":"CLIENT","clients":1}]}"#,
    );
    presence.await;
    bob.close().await;
    ada.hears(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[],"left":[{{"client":"{other}","clients":0}}]}}"#
    ))
    .await;
}

#[tokio::test]
async fn one_client_is_told_something() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ada, mut bob) = (server.greet("/ws").await, server.greet("/ws").await);
    let to = &bob.name;
    let send = format!(r#"{{"id":1,"type":"send","to":{{"client":"{to}"}},"event":"dm","data":[1]}}"#);
    ada.asks(&send, r#"{"type":"ok","id":1,"delivered":1}"#).await;
    let from = &ada.name;
    bob.hears(&format!(r#"{{"type":"direct","from":{{"client":"{from}"}},"event":"dm","data":[1],"time":"TIME"}}"#))
        .await;
    let nobody = r#"{"id":2,"type":"send","to":{"client":"c_x"},"event":"dm"}"#;
    ada.asks(nobody, r#"{"type":"ok","id":2,"delivered":0}"#).await;
}

#[tokio::test]
async fn who_leaves_hears_nothing_more() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
    ada.join("r").await;
    ada.asks(r#"{"id":1,"type":"leave","room":"r"}"#, r#"{"type":"ok","id":1}"#).await;
    ada.asks(
        r#"{"id":2,"type":"leave","room":"r"}"#,
        r#"{"type":"error","id":2,"code":"not_joined","message":"not in room r","retry":false}"#,
    )
    .await;
    ada.asks(
        r#"{"id":3,"type":"publish","room":"r","event":"e"}"#,
        r#"{"type":"ok","id":3,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    ada.asks(r#"{"id":4,"type":"ping"}"#, r#"{"type":"pong","id":4,"time":"TIME"}"#).await;
}

#[tokio::test]
async fn what_is_not_understood_is_an_error_and_too_much_of_it_4505() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
    let unknown = r#"{"type":"error","id":1,"code":"bad_request","message":"unknown `type` \"dance\"","retry":false}"#;
    for _ in 0..30 {
        ada.asks(r#"{"id":1,"type":"dance"}"#, unknown).await;
    }
    for _ in 0..20 {
        ada.asks("no JSON", r#"{"type":"error","code":"bad_request","message":"MESSAGE","retry":false}"#).await;
    }
    ada.send("no JSON").await;
    assert_eq!(ada.closed().await, (4505, "too many invalid frames".to_owned()));
}

#[tokio::test]
async fn a_binary_message_is_1003() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.greet("/ws").await.into_client();
    client.send_message(tokio_tungstenite::tungstenite::Message::binary("x")).await;
    assert_eq!(client.closed().await, (1003, "yodel.v1 accepts only text messages".to_owned()));
}

#[tokio::test]
async fn a_connection_may_be_in_so_many_rooms() {
    let server = TestServer::start(ServerConfig { max_rooms: 2, ..ServerConfig::default() });
    let mut ada = server.greet("/ws").await;
    ada.join("a").await;
    ada.join("b").await;
    ada.join("a").await;
    ada.send(r#"{"id":1,"type":"join","room":"c"}"#).await;
    let mut refused = ada.next_message().await;
    assert_eq!((refused["code"].take(), refused["retry"].take()), ("limit".into(), false.into()));
    ada.send(r#"{"id":2,"type":"leave","room":"a"}"#).await;
    while ada.next().await["id"] != 2 {}
    ada.join("c").await;
}

#[tokio::test]
async fn a_server_has_so_many_rooms() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    let mut ada = server.greet("/ws").await;
    ada.join("a").await;
    ada.join("lobby").await;
    for verb in [r#""type":"join","room":"b""#, r#""type":"publish","room":"b","event":"e""#] {
        ada.send(&format!(r#"{{"id":1,{verb}}}"#)).await;
        let refused = ada.next_message().await;
        assert_eq!((&refused["code"], &refused["retry"]), (&"unavailable".into(), &true.into()));
    }
}

#[tokio::test]
async fn who_only_asks_makes_no_room() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    let mut ada = server.greet("/ws").await;
    for number in 0..10 {
        ada.asks(
            &format!(r#"{{"id":1,"type":"presence","room":"r{number}"}}"#),
            &format!(r#"{{"type":"presence","id":1,"room":"r{number}","clients":0,"users":[]}}"#),
        )
        .await;
        ada.asks(
            &format!(r#"{{"id":2,"type":"history","room":"r{number}"}}"#),
            &format!(r#"{{"type":"history","id":2,"room":"r{number}","epoch":"EPOCH","offset":0,"messages":[],"more":false}}"#),
        )
        .await;
    }
    ada.join("there is still one").await;
}

#[tokio::test]
async fn everybody_is_not_a_room() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
    for verb in [r#""type":"join","room":"*""#, r#""type":"publish","room":"*","event":"e""#] {
        ada.send(&format!(r#"{{"id":1,{verb}}}"#)).await;
        assert_eq!(ada.next().await["code"], "bad_request");
    }
    ada.send(r#"{"id":2,"type":"broadcast","event":"e"}"#).await;
    assert_eq!(ada.next().await["code"], "forbidden", "nobody may tell everybody unless a token says so");
}

#[tokio::test]
async fn somebody_with_websocat_and_somebody_on_the_page_talk() {
    let server = TestServer::start(ServerConfig::default());
    let (mut page, mut websocat) = (server.greet("/ws").await, server.connect("/ws/broadcast").await);
    page.join("lobby").await;
    for (data, text) in [(r#""hi""#, "hi"), (r#"{ "a":1}"#, r#"{ "a":1}"#)] {
        page.send(&format!(r#"{{"id":1,"type":"publish","room":"lobby","event":"e","data":{data},"echo":false}}"#))
            .await;
        assert_eq!(websocat.receive().await, text);
        while page.next().await["id"] != 1 {}
    }
    websocat.send("hello \"page\"").await;
    support::peer::matches(
        &page.next_message().await,
        r#"{"type":"message","room":"lobby","offset":3,"event":"text","from":{"client":"CLIENT"},"data":"hello \"page\"","time":"TIME"}"#,
    );
    websocat.send_message(tokio_tungstenite::tungstenite::Message::binary(vec![0, 255])).await;
    let binary = page.next_message().await;
    assert_eq!((&binary["event"], &binary["data"]), (&"binary".into(), &"AP8=".into()));
}

#[tokio::test]
async fn who_stops_says_when_to_come_back() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.greet("/ws").await;
    server.stop();
    let goodbye = ada.hears(r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":"TIME"}"#).await;
    assert!((1000..3000).contains(&goodbye["retry_ms"].as_u64().unwrap()));
    assert_eq!(ada.closed().await, (4001, "shutdown".to_owned()));
}
