//! Many publishes of a connection at a time: they keep their order, and everything else goes on.

use support::patient;
use yodel_server::ServerConfig;

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    publishes_in_flight_keep_their_order,
    one_publish_at_a_time_is_enough,
    publishes_to_many_rooms_are_answered_in_order,
);
with_cluster_and_sentinel!(publishes_in_flight_keep_their_order, publishes_to_many_rooms_are_answered_in_order);

/// More than are in flight at a time.
const MESSAGES: u64 = 64 * 3;

async fn publishes_in_flight_keep_their_order(implementation: Implementation) {
    keeps_order(&Nodes::start(implementation).await).await;
}

async fn one_publish_at_a_time_is_enough(implementation: Implementation) {
    keeps_order(&Nodes::start_with(implementation, ServerConfig { max_in_flight: 1, ..patient() }).await).await;
}

async fn keeps_order(nodes: &Nodes) {
    let mut reader = nodes.b().connect_envelope("/ws").await;
    let (epoch, _) = reader.join("chat").await;
    let mut publisher = nodes.a().connect_envelope("/ws").await;
    for number in 1..=MESSAGES {
        let frame = format!(r#"{{"id":{number},"type":"publish","room":"chat","event":"msg","data":{number}}}"#);
        publisher.send(&frame).await;
    }
    for number in 1..=MESSAGES {
        publisher.expect_frame(&format!(r#"{{"id":{number},"type":"ok","epoch":"{epoch}","offset":{number}}}"#)).await;
        let message = reader.next_message().await;
        assert_eq!((&message["offset"], &message["data"]), (&number.into(), &number.into()), "{message}");
    }
}

async fn publishes_to_many_rooms_are_answered_in_order(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let mut publisher = nodes.a().connect_envelope("/ws").await;
    for number in 1..=MESSAGES {
        let room = number % 20;
        let frame = format!(r#"{{"id":{number},"type":"publish","room":"room {room}","event":"msg","data":{number}}}"#);
        publisher.send(&frame).await;
    }
    for number in 1..=MESSAGES {
        let offset = number.div_ceil(20);
        // The first message of room 0 is the twentieth.
        let frame = format!(r#"{{"id":{number},"type":"ok","epoch":"EPOCH","offset":{offset}}}"#);
        publisher.expect_frame(&frame).await;
    }
}
