//! Server-Sent Events on another node than before.

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(a_stream_resumes_on_the_other_node, a_stream_says_that_messages_are_lost);
with_cluster_and_sentinel!(a_stream_resumes_on_the_other_node);

async fn a_stream_resumes_on_the_other_node(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        POST /api/publish on b {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        eve subscribes to /sse/chat
        eve < EPOCH:1 {"type":"joined","room":"chat","epoch":"EPOCH","offset":1,"recovered":false,"users":"USERS"}
        POST /api/publish on b {"room":"chat","event":"msg","data":2} < {"epoch":"EPOCH","offset":2}
        eve < EPOCH:2 {"type":"message","room":"chat","offset":2,"event":"msg","data":2,"time":"TIME"}
        eve disconnects
        POST /api/publish on a {"room":"chat","event":"msg","data":3} < {"epoch":"EPOCH","offset":3}
        eve subscribes to /sse/chat on b after EPOCH:2
        eve < EPOCH:2 {"type":"joined","room":"chat","epoch":"EPOCH","offset":3,"recovered":true,"users":"USERS"}
        eve < EPOCH:3 {"type":"message","room":"chat","offset":3,"event":"msg","data":3,"time":"TIME"}
        POST /api/publish on a {"room":"chat","event":"msg","data":4} < {"epoch":"EPOCH","offset":4}
        eve < EPOCH:4 {"type":"message","room":"chat","offset":4,"event":"msg","data":4,"time":"TIME"}
    "#;
    nodes.play(script).await;
}

async fn a_stream_says_that_messages_are_lost(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let mut transcript = nodes.transcript();
    transcript.placeholders.insert("OLD".to_owned(), "another".into());
    let script = r#"
        POST /api/publish on a {"room":"chat","event":"msg","data":1} < {"epoch":"EPOCH","offset":1}
        eve subscribes to /sse/chat on b after OLD:1
        eve < EPOCH:1 {"type":"joined","room":"chat","epoch":"EPOCH","offset":1,"recovered":false,"users":"USERS"}
    "#;
    transcript.play(script).await;
}
