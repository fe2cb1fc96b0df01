//! The history of a room, on any node.

use support::patient;
use yodel_server::ServerConfig;

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    each_node_has_the_history,
    each_node_has_the_latest_messages_only,
    an_unknown_room_is_not_found
);
with_cluster_and_sentinel!(each_node_has_the_history);

async fn each_node_has_the_history(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        POST /api/publish on b {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        GET /api/rooms/chat/history on a < {"room":"chat","epoch":"EPOCH","offset":2,"more":false,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"},{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}]}
        GET /api/rooms/chat/history on b < {"room":"chat","epoch":"EPOCH","offset":2,"more":false,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"},{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}]}
        GET /api/rooms/chat/history?limit=1 on b < {"room":"chat","epoch":"EPOCH","offset":2,"more":true,"messages":[{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}]}
        GET /api/rooms/chat/history?before=2&limit=1 on a < {"room":"chat","epoch":"EPOCH","offset":2,"more":false,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"}]}
        ada connects to /ws on b
        ada > {"id":1,"type":"history","room":"chat","before":2}
        ada < {"id":1,"type":"history","room":"chat","epoch":"EPOCH","offset":2,"messages":[{"room":"chat","offset":1,"event":"msg","data":1,"time":"TIME"}],"more":false}
    "#;
    nodes.play(script).await;
}

async fn each_node_has_the_latest_messages_only(implementation: Implementation) {
    let nodes = Nodes::start_with(implementation, ServerConfig { history_messages: 1, ..patient() }).await;
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        POST /api/publish on a {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        GET /api/rooms/chat/history on b < {"room":"chat","epoch":"EPOCH","offset":2,"more":false,"messages":[{"room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}]}
    "#;
    nodes.play(script).await;
}

async fn an_unknown_room_is_not_found(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    for node in [nodes.a(), nodes.b()] {
        node.get("/api/rooms/nowhere/history").await.assert_problem(404, "Room not found: nowhere.");
    }
}
