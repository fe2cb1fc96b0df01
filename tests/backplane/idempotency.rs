//! Repeated publishes: the first one counts, on whichever node.

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    a_repetition_on_the_other_node_gets_the_same_offset,
    another_message_with_the_same_key_is_a_conflict,
    keys_of_the_api_and_of_clients_are_independent,
    a_key_is_that_of_a_room,
);
with_cluster_and_sentinel!(a_repetition_on_the_other_node_gets_the_same_offset);

async fn a_repetition_on_the_other_node_gets_the_same_offset(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        eve connects to /ws on b
        eve > {"id":1,"type":"join","room":"chat"}
        eve < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        ada connects to /ws
        ada > {"id":1,"type":"publish","room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"}
        ada < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        ada > {"id":2,"type":"publish","room":"chat","event":"msg","data":"next","key":"01J9ZX5CR4"}
        ada < {"id":2,"type":"ok","epoch":"EPOCH","offset":2}
        ada disconnects
        ada connects to /ws on b
        ada > {"id":1,"type":"publish","room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"}
        ada < {"id":1,"type":"ok","epoch":"EPOCH","offset":1,"duplicate":true}
        ada > {"id":2,"type":"publish","room":"chat","event":"msg","data":"last"}
        ada < {"id":2,"type":"ok","epoch":"EPOCH","offset":3}
        eve < {"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"FIRST"},"data":"once","time":"TIME"}
        eve < {"type":"message","room":"chat","offset":2,"event":"msg","from":{"client":"FIRST"},"data":"next","time":"TIME"}
        eve < {"type":"message","room":"chat","offset":3,"event":"msg","from":{"client":"SECOND"},"data":"last","time":"TIME"}
    "#;
    nodes.play(script).await;
}

async fn another_message_with_the_same_key_is_a_conflict(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        bob connects to /ws on b
        ada > {"id":1,"type":"publish","room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"}
        ada < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        bob > {"id":1,"type":"publish","room":"chat","event":"msg","data":"other","key":"01J9ZX5CR3"}
        bob < {"id":1,"type":"error","code":"conflict","message":"another message was published with this `key`","retry":false}
    "#;
    nodes.play(script).await;
}

async fn keys_of_the_api_and_of_clients_are_independent(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        ada > {"id":1,"type":"publish","room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"}
        ada < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        POST /api/publish on b {"room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"} < {"epoch":"EPOCH","offset":2}
        POST /api/publish on a {"room":"chat","event":"msg","data":"once","key":"01J9ZX5CR3"} < {"epoch":"EPOCH","offset":2,"duplicate":true}
    "#;
    nodes.play(script).await;
}

async fn a_key_is_that_of_a_room(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1,"key":"k"} < {"epoch":"CHAT","offset":1}
        POST /api/publish on b {"room":"news","event":"msg","data":2,"key":"k"} < {"epoch":"NEWS","offset":1}
    "#;
    nodes.play(script).await;
}
