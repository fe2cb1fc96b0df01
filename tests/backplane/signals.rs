//! Messages without a position, and disconnects, across nodes. `delivered` and `disconnected` count connections of the
//! node that was asked; `forwarded` says that the others were asked as well.

use serde_json::json;
use support::api::token;

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    a_direct_message_reaches_a_client_of_the_other_node,
    a_direct_message_reaches_all_connections_of_a_user,
    a_broadcast_reaches_all_nodes,
    a_client_of_the_other_node_is_disconnected,
    a_user_of_both_nodes_is_disconnected,
);
with_cluster_and_sentinel!(a_direct_message_reaches_a_client_of_the_other_node, a_broadcast_reaches_all_nodes);

async fn a_direct_message_reaches_a_client_of_the_other_node(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws as ADA
        bob connects to /ws on b as BOB
        ada > {"id":1,"type":"send","to":{"client":"BOB"},"event":"dm","data":"psst"}
        ada < {"id":1,"type":"ok","delivered":"COUNT"FORWARDED}
        bob < {"type":"direct","from":{"client":"ADA"},"event":"dm","data":"psst","time":"TIME"}
        bob > {"id":1,"type":"send","to":{"client":"ADA"},"event":"dm","data":"what?"}
        bob < {"id":1,"type":"ok","delivered":"COUNT"FORWARDED}
        ada < {"type":"direct","from":{"client":"BOB"},"event":"dm","data":"what?","time":"TIME"}
        POST /api/send on a {"to":{"client":"BOB"},"event":"dm","data":"from the API"} < {"delivered":"COUNT"FORWARDED}
        bob < {"type":"direct","event":"dm","data":"from the API","time":"TIME"}
    "#;
    nodes.play(&answers(script, implementation)).await;
}

async fn a_direct_message_reaches_all_connections_of_a_user(implementation: Implementation) {
    let nodes = Nodes::start_jwt(implementation).await;
    let mut transcript = nodes.transcript();
    for (name, user) in [("ADATOKEN", "ada"), ("BOBTOKEN", "bob")] {
        transcript.placeholders.insert(name.to_owned(), token(user, &json!({})).into());
    }
    let script = r#"
        ada connects to /ws as ADA with bearer.ADATOKEN
        one connects to /ws with bearer.BOBTOKEN
        two connects to /ws on b with bearer.BOBTOKEN
        ada > {"id":1,"type":"send","to":{"user":"bob"},"event":"dm","data":"psst"}
        ada < {"id":1,"type":"ok","delivered":"COUNT"FORWARDED}
        one < {"type":"direct","from":{"client":"ADA","user":"ada"},"event":"dm","data":"psst","time":"TIME"}
        two < {"type":"direct","from":{"client":"ADA","user":"ada"},"event":"dm","data":"psst","time":"TIME"}
        POST /api/send on b {"to":{"user":"ada"},"event":"dm","data":"hi"} < {"delivered":"OTHER"FORWARDED}
        ada < {"type":"direct","event":"dm","data":"hi","time":"TIME"}
    "#;
    transcript.play(&answers(script, implementation)).await;
}

async fn a_broadcast_reaches_all_nodes(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws as ADA
        bob connects to /ws on b as BOB
        cat connects plainly to /ws/broadcast on b
        POST /api/broadcast on a {"event":"note","data":"all"} < {"delivered":"COUNT"FORWARDED}
        ada < {"type":"message","room":"*","event":"note","data":"all","time":"TIME"}
        bob < {"type":"message","room":"*","event":"note","data":"all","time":"TIME"}
        cat < all
    "#;
    nodes.play(&answers(script, implementation)).await;
}

async fn a_client_of_the_other_node_is_disconnected(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws as ADA
        bob connects to /ws on b as BOB
        POST /api/disconnect on a {"client":"BOB","code":4007,"reason":"we moved"} < {"disconnected":"COUNT"FORWARDED}
        bob is closed with 4007
        ada > {"id":1,"type":"echo","data":1}
        ada < {"id":1,"type":"echo","data":1,"time":"TIME"}
    "#;
    nodes.play(&answers(script, implementation)).await;
}

async fn a_user_of_both_nodes_is_disconnected(implementation: Implementation) {
    let nodes = Nodes::start_jwt(implementation).await;
    let mut transcript = nodes.transcript();
    transcript.placeholders.insert("BOBTOKEN".to_owned(), token("bob", &json!({})).into());
    let script = r#"
        one connects to /ws as ONE with bearer.BOBTOKEN
        two connects to /ws on b as TWO with bearer.BOBTOKEN
        POST /api/disconnect on b {"user":"bob"} < {"disconnected":"COUNT"FORWARDED}
        one is closed with 4503
        two is closed with 4503
    "#;
    transcript.play(&answers(script, implementation)).await;
}

/// Returns a script with the answers of an implementation: `FORWARDED` stands for the field that only several nodes add.
fn answers(script: &str, implementation: Implementation) -> String {
    let forwarded = if matches!(implementation, Implementation::Memory | Implementation::Disk(_)) {
        ""
    } else {
        r#","forwarded":true"#
    };
    script.replace("FORWARDED", forwarded)
}
