//! The lobby of plain connections, across nodes.

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(plain_connections_of_both_nodes_share_the_lobby, plain_messages_keep_their_order);
with_cluster_and_sentinel!(plain_connections_of_both_nodes_share_the_lobby);

async fn plain_connections_of_both_nodes_share_the_lobby(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let script = r#"
        ada connects to /ws on b
        ada > {"id":1,"type":"join","room":"lobby"}
        ada < {"id":1,"type":"joined","room":"lobby","epoch":"EPOCH","offset":0,"recovered":false,"messages":[],"users":"USERS"}
        cat connects plainly to /ws/broadcast
        dog connects plainly to /ws/broadcast on b
        cat > meow
        cat < meow
        dog < meow
        ada < {"type":"message","room":"lobby","offset":1,"event":"text","from":{"client":"CAT"},"data":"meow","time":"TIME"}
        dog > woof
        dog < woof
        cat < woof
        ada < {"type":"message","room":"lobby","offset":2,"event":"text","from":{"client":"DOG"},"data":"woof","time":"TIME"}
        ada > {"id":2,"type":"publish","room":"lobby","event":"msg","data":"hello","echo":false}
        ada < {"id":2,"type":"ok","epoch":"EPOCH","offset":3}
        cat < hello
        dog < hello
    "#;
    nodes.play(script).await;
}

async fn plain_messages_keep_their_order(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let (mut cat, mut dog) = (nodes.a().connect("/ws/broadcast").await, nodes.b().connect("/ws/broadcast").await);
    // The dog's own message shows that it is a member.
    dog.send("woof").await;
    assert_eq!(dog.receive().await, "woof");
    assert_eq!(cat.receive().await, "woof");
    for number in 0..200 {
        cat.send(&number.to_string()).await;
    }
    for number in 0..200 {
        assert_eq!(dog.receive().await, number.to_string());
        assert_eq!(cat.receive().await, number.to_string());
    }
}
