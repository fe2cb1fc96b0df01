//! Faults of Redis: publishes wait or fail with `unavailable`, connections stay open, and losses are told.

mod cluster;
mod durability;
mod failover;
mod freeze;
mod read_only;
mod refused;
mod restart;
mod shared_room;

use std::time::Duration;

use serde_json::Value;
use support::json_pattern::assert_matches;
use support::{EnvelopeClient, TestServer, http, retry_until};

use self::shared_room::SharedRoom;
use crate::nodes::{api_config, redis_config, start_node};

/// Time after which an operation fails: a fraction of the time after which a publish is unavailable, which is 5 s.
const DEADLINE: Duration = Duration::from_millis(500);

/// Starts two servers that share a store, `a` and `b`.
async fn start_nodes(url: &str) -> [TestServer; 2] {
    let ((config, _keys), redis) = (api_config(), redis_config(url, DEADLINE));
    [start_node(&config, &redis).await, start_node(&config, &redis).await]
}

/// Waits until the readiness probe has this body.
async fn wait_for_ready(server: &TestServer, expected: &str) {
    let status = if expected == "ready" { "HTTP/1.1 200 " } else { "HTTP/1.1 503 " };
    retry_until(&format!("{expected} in /ready"), async || {
        let response = http::request(server.address, "GET /ready HTTP/1.1").await;
        (response.starts_with(status) && response.ends_with(&format!("\r\n\r\n{expected}\n"))).then_some(())
    })
    .await;
}

/// Publishes a number in a room, with a key, and returns the reply.
async fn try_publish(client: &mut EnvelopeClient, room: &str, number: u64) -> Value {
    let publish = format!(
        r#"{{"id":{number},"type":"publish","room":"{room}","event":"msg","data":{number},"key":"key {number}"}}"#
    );
    client.send(&publish).await;
    client.next_message().await
}

/// Publishes a number in a room as a client does: repeats it while it is unavailable. Returns epoch and offset.
async fn publish(client: &mut EnvelopeClient, room: &str, number: u64) -> (String, u64) {
    loop {
        let reply = try_publish(client, room, number).await;
        if reply["type"] == "ok" {
            return (
                reply["epoch"].as_str().expect("an epoch").to_owned(),
                reply["offset"].as_u64().expect("an offset"),
            );
        }
        assert_unavailable(&reply);
    }
}

/// Asserts that a reply asks for a repetition.
fn assert_unavailable(reply: &Value) {
    assert_matches(reply, r#"{"id":"ID","type":"error","code":"unavailable","message":"TEXT","retry":true}"#);
}

/// Asserts that an open connection gets an echo.
async fn assert_echo(client: &mut EnvelopeClient) {
    let echo = r#"{"id":9007,"type":"echo","data":"still there"}"#;
    client.request(echo, r#"{"id":9007,"type":"echo","data":"still there","time":"TIME"}"#).await;
}

/// Asserts that the next message of a room has this offset and number.
async fn assert_message(client: &mut EnvelopeClient, offset: u64, number: u64) {
    let message = client.next_message().await;
    assert_eq!(message["type"], "message", "{message}");
    assert_eq!((&message["offset"], &message["data"]), (&offset.into(), &number.into()), "{message}");
}

/// Joins a room after a position as a client does: repeats it while it is unavailable. Returns whether everything was
/// recovered, the epoch, and the recovered numbers.
async fn rejoin(client: &mut EnvelopeClient, room: &str, since: (&str, u64)) -> (bool, String, Vec<u64>) {
    let (epoch, offset) = since;
    let join =
        format!(r#"{{"id":9008,"type":"join","room":"{room}","since":{{"epoch":"{epoch}","offset":{offset}}}}}"#);
    let joined = loop {
        client.send(&join).await;
        let reply = client.next_message().await;
        if reply["type"] == "joined" {
            break reply;
        }
        assert_unavailable(&reply);
    };
    let messages = joined["messages"].as_array().expect("messages").iter();
    let numbers = messages.map(|message| message["data"].as_u64().expect("a number")).collect();
    (joined["recovered"] == true, joined["epoch"].as_str().expect("an epoch").to_owned(), numbers)
}
