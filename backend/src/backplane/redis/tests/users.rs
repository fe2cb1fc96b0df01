//! Connections of users.

use std::time::Duration;

use bytes::Bytes;
use yodel_protocol::UserId;

use super::support::{RedisProcess, TestStore, config, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Lease, Store, UserRecord};

fn ada() -> UserId {
    UserId::new("ada").unwrap()
}

fn text(mut records: Vec<UserRecord>) -> Vec<String> {
    records.sort_by(|a, b| a.node.cmp(&b.node));
    let list = |record: UserRecord| format!("{} {}", record.node, String::from_utf8_lossy(&record.connections));
    records.into_iter().map(list).collect()
}

#[tokio::test]
async fn nodes_replace_their_own_lists() {
    let server = RedisProcess::start();
    let store = TestStore::connect(RedisConfig { partitions: 1, ..config(&server.url()) }).await;
    for (node, time) in [("n1", 3600), ("n2", 3600)] {
        store.check(0, 0, Lease { node, time: Duration::from_secs(time) }).await.unwrap();
    }
    let set = async |node: &str, list: Option<&'static str>| {
        text(store.set_connections(&ada(), node, list.map(Bytes::from)).await.unwrap())
    };
    assert_eq!(set("n1", Some("[1]")).await, ["n1 [1]"]);
    assert_eq!(set("n2", Some("[2]")).await, ["n1 [1]", "n2 [2]"]);
    assert_eq!(set("n1", Some("[3]")).await, ["n1 [3]", "n2 [2]"]);
    let key = server.cli(&["keys", "test:*:u:ada"]);
    assert!(server.cli(&["pttl", &key]).parse::<u64>().unwrap() > 0);
    assert_eq!(text(store.connections(&ada()).await.unwrap()), ["n1 [3]", "n2 [2]"]);
    assert_eq!(text(store.connections(&UserId::new("bob").unwrap()).await.unwrap()), [""; 0]);
    assert_eq!(set("n1", None).await, ["n2 [2]"]);
    assert_eq!(set("n2", None).await, [""; 0]);
    assert_eq!(server.cli(&["keys", "test:*:u:*"]), "");
    assert!(store.set_connections(&ada(), "a\nb", None).await.is_err());
}

#[tokio::test]
async fn the_list_of_a_node_without_a_lease_is_removed() {
    let server = RedisProcess::start();
    let store = TestStore::connect(RedisConfig { partitions: 1, ..config(&server.url()) }).await;
    store.check(0, 0, Lease { node: "short", time: Duration::from_millis(1) }).await.unwrap();
    store.set_connections(&ada(), "short", Some(Bytes::from_static(b"[]"))).await.unwrap();
    until("the lease has expired", async || store.connections(&ada()).await.unwrap().is_empty().then_some(())).await;
    assert_eq!(server.cli(&["keys", "test:*:u:*"]), "");
}
