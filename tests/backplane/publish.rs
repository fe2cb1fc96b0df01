//! Publishes on two nodes: one order, the same for members of both.

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    members_of_both_nodes_receive_a_message,
    a_publisher_that_is_no_member_gets_the_next_offset,
    a_member_does_not_receive_its_message_without_echo,
    the_api_publishes_on_any_node,
    publishers_of_both_nodes_get_one_order,
);
with_cluster_and_sentinel!(members_of_both_nodes_receive_a_message, publishers_of_both_nodes_get_one_order);

async fn members_of_both_nodes_receive_a_message(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        bob connects to /ws on b
        cat connects to /ws
        ada > {"id":1,"type":"join","room":"chat"}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        bob > {"id":1,"type":"join","room":"chat"}
        bob < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        cat > {"id":1,"type":"publish","room":"chat","event":"msg","data":{"text":"hi"}}
        cat < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        ada < {"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"CAT"},"data":{"text":"hi"},"time":"TIME"}
        bob < {"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"CAT"},"data":{"text":"hi"},"time":"TIME"}
    "#;
    nodes.play(script).await;
}

async fn a_publisher_that_is_no_member_gets_the_next_offset(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        bob connects to /ws on b
        ada > {"id":1,"type":"publish","room":"chat","event":"msg","data":1}
        ada < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        bob > {"id":1,"type":"publish","room":"chat","event":"msg","data":2}
        bob < {"id":1,"type":"ok","epoch":"EPOCH","offset":2}
        ada > {"id":2,"type":"publish","room":"chat","event":"msg","data":3}
        ada < {"id":2,"type":"ok","epoch":"EPOCH","offset":3}
        ada > {"id":3,"type":"publish","room":"news","event":"msg","data":4}
        ada < {"id":3,"type":"ok","epoch":"NEWS","offset":1}
    "#;
    nodes.play(script).await;
}

async fn a_member_does_not_receive_its_message_without_echo(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        bob connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat"}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        bob > {"id":1,"type":"join","room":"chat"}
        bob < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        ada > {"id":2,"type":"publish","room":"chat","event":"msg","data":"mine","echo":false}
        ada < {"id":2,"type":"ok","epoch":"EPOCH","offset":1}
        bob < {"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"ADA"},"data":"mine","time":"TIME"}
        bob > {"id":2,"type":"publish","room":"chat","event":"msg","data":"other","echo":false}
        bob < {"id":2,"type":"ok","epoch":"EPOCH","offset":2}
        ada < {"type":"message","room":"chat","offset":2,"event":"msg","from":{"client":"BOB"},"data":"other","time":"TIME"}
    "#;
    nodes.play(script).await;
}

async fn the_api_publishes_on_any_node(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        ada > {"id":1,"type":"join","room":"chat"}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        POST /api/publish on b {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        ada < {"type":"message","room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"}
        POST /api/publish on a {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        ada < {"type":"message","room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}
        POST /api/batch on b [{"publish":{"room":"chat","event":"msg","data":3}},{"publish":{"room":"chat","event":"msg","data":4}}] < [{"publish":{"epoch":"EPOCH","offset":3}},{"publish":{"epoch":"EPOCH","offset":4}}]
        ada < {"type":"message","room":"chat","offset":3,"event":"msg","data":3,"time":"TIME"}
        ada < {"type":"message","room":"chat","offset":4,"event":"msg","data":4,"time":"TIME"}
    "#;
    nodes.play(script).await;
}

/// Number of messages of each publisher.
const MESSAGES: u64 = 50;

async fn publishers_of_both_nodes_get_one_order(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let mut readers = [nodes.a().connect_envelope("/ws").await, nodes.b().connect_envelope("/ws").await];
    for reader in &mut readers {
        reader.join("chat").await;
    }
    let mut publishers = [nodes.a().connect_envelope("/ws").await, nodes.b().connect_envelope("/ws").await];
    for number in 1..=MESSAGES {
        for publisher in &mut publishers {
            publisher
                .send(&format!(r#"{{"id":{number},"type":"publish","room":"chat","event":"msg","data":{number}}}"#))
                .await;
        }
    }
    let mut received = Vec::new();
    for reader in &mut readers {
        let mut messages = Vec::new();
        for offset in 1..=2 * MESSAGES {
            let message = reader.next_message().await;
            assert_eq!(message["offset"], offset, "{message}");
            messages.push(format!("{} {}", message["from"]["client"], message["data"]));
        }
        received.push(messages);
    }
    assert_eq!(received[0], received[1]);
    for publisher in &publishers {
        let own = received[0].iter().filter(|message| message.contains(&publisher.client_id));
        let expected: Vec<_> = (1..=MESSAGES).map(|number| format!("\"{}\" {number}", publisher.client_id)).collect();
        assert!(own.eq(&expected), "in the order in which {} has published", publisher.client_id);
    }
}
