//! Rooms that are kept in a folder: they survive restarts, crashes and a full disk.

mod full;
mod kill;
mod limit;
mod restart;

use serde_json::Value;
use support::EnvelopeClient;

/// Publishes a number in the room `chat`, with a key, without waiting for the reply.
async fn send(client: &mut EnvelopeClient, number: u64) {
    let frame = format!(
        r#"{{"id":{number},"type":"publish","room":"chat","event":"msg","data":{number},"key":"key {number}"}}"#
    );
    client.send(&frame).await;
}

/// Publishes a number in the room `chat`, with a key, and returns the reply.
async fn publish(client: &mut EnvelopeClient, number: u64) -> Value {
    send(client, number).await;
    client.next_message().await
}

/// Joins the room `chat` after a position, and returns the reply.
async fn join(client: &mut EnvelopeClient, epoch: &str, offset: u64) -> Value {
    let since = format!(r#"{{"epoch":"{epoch}","offset":{offset}}}"#);
    client.send(&format!(r#"{{"id":9008,"type":"join","room":"chat","since":{since}}}"#)).await;
    let joined = client.next_message().await;
    assert_eq!(joined["type"], "joined", "{joined}");
    joined
}

/// Returns the numbers of the messages in the reply to a join.
fn numbers(joined: &Value) -> Vec<u64> {
    let messages = joined["messages"].as_array().expect("messages").iter();
    messages.map(|message| message["data"].as_u64().expect("a number")).collect()
}

/// Returns the epoch of a reply.
fn epoch(reply: &Value) -> String {
    reply["epoch"].as_str().unwrap_or_else(|| panic!("no epoch: {reply}")).to_owned()
}
