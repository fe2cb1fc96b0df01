//! Recovery on another node: all missed messages or none, and `recovered:false` only for a reason.

use support::patient;
use yodel_server::ServerConfig;

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    a_client_resumes_on_the_other_node,
    a_room_that_ended_on_a_node_is_resumed_there,
    a_trimmed_history_is_not_recovered,
    more_than_recover_max_is_not_recovered,
    another_epoch_is_not_recovered,
);
with_cluster_and_sentinel!(a_client_resumes_on_the_other_node, a_trimmed_history_is_not_recovered);

async fn a_client_resumes_on_the_other_node(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws
        bob connects to /ws
        ada > {"id":1,"type":"join","room":"chat"}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        bob > {"id":1,"type":"publish","room":"chat","event":"msg","data":"one"}
        bob < {"id":1,"type":"ok","epoch":"EPOCH","offset":1}
        ada < {"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"BOB"},"data":"one","time":"TIME"}
        ada disconnects
        bob > {"id":2,"type":"publish","room":"chat","event":"msg","data":"two"}
        bob < {"id":2,"type":"ok","epoch":"EPOCH","offset":2}
        bob > {"id":3,"type":"publish","room":"chat","event":"msg","data":"three"}
        bob < {"id":3,"type":"ok","epoch":"EPOCH","offset":3}
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":1}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":3,"recovered":true,"messages":[{"room":"chat","offset":2,"event":"msg","from":{"client":"BOB"},"data":"two","time":"TIME"},{"room":"chat","offset":3,"event":"msg","from":{"client":"BOB"},"data":"three","time":"TIME"}],"users":"USERS"}
        bob > {"id":4,"type":"publish","room":"chat","event":"msg","data":"four"}
        bob < {"id":4,"type":"ok","epoch":"EPOCH","offset":4}
        ada < {"type":"message","room":"chat","offset":4,"event":"msg","from":{"client":"BOB"},"data":"four","time":"TIME"}
        ada disconnects
        ada connects to /ws
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":4}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":4,"recovered":true,"messages":[],"users":"USERS"}
    "#;
    nodes.play(script).await;
}

async fn a_room_that_ended_on_a_node_is_resumed_there(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    // Node b never had the room.
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        POST /api/publish on a {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":0}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":2,"recovered":true,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"},{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}],"users":"USERS"}
    "#;
    nodes.play(script).await;
}

async fn a_trimmed_history_is_not_recovered(implementation: Implementation) {
    let config = ServerConfig { history_messages: 2, ..patient() };
    let nodes = Nodes::start_with(implementation, config).await;
    // The message after offset 1 is no longer kept; the one after offset 2 is.
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        POST /api/publish on a {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        POST /api/publish on b {"room":"chat","event":"msg","data":3} < {"epoch":"EPOCH","offset":3}
        POST /api/publish on b {"room":"chat","event":"msg","data":4} < {"epoch":"EPOCH","offset":4}
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":1}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":4,"recovered":false,"messages":[],"users":"USERS"}
        bob connects to /ws
        bob > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":2}}
        bob < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":4,"recovered":true,"messages":[{"room":"chat","offset":3,"event":"msg","data":3,"time":"TIME"},{"room":"chat","offset":4,"event":"msg","data":4,"time":"TIME"}],"users":"USERS"}
    "#;
    nodes.play(script).await;
}

async fn more_than_recover_max_is_not_recovered(implementation: Implementation) {
    let config = ServerConfig { recover_max: 2, ..patient() };
    let nodes = Nodes::start_with(implementation, config).await;
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        POST /api/publish on a {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        POST /api/publish on a {"room":"chat","event":"msg","data":3} < {"epoch":"EPOCH","offset":3}
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":0}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":3,"recovered":false,"messages":[],"users":"USERS"}
        bob connects to /ws on b
        bob > {"id":1,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":1}}
        bob < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":3,"recovered":true,"messages":[{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"},{"room":"chat","offset":3,"event":"msg","data":3,"time":"TIME"}],"users":"USERS"}
    "#;
    nodes.play(script).await;
}

async fn another_epoch_is_not_recovered(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"chat","since":{"epoch":"another","offset":1}}
        ada < {"id":1,"type":"joined","room":"chat","epoch":"EPOCH","offset":1,"recovered":false,"messages":[],"users":"USERS"}
        ada > {"id":2,"type":"join","room":"chat","since":{"epoch":"EPOCH","offset":0}}
        ada < {"id":2,"type":"joined","room":"chat","epoch":"EPOCH","offset":1,"recovered":true,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"}],"users":"USERS"}
    "#;
    nodes.play(script).await;
}
