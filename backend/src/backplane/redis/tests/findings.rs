//! Findings about servers, and access to them.

use super::support::{RedisProcess, TestStore, config, message_with_key, room};
use crate::backplane::redis::RedisStore;
use crate::backplane::redis::finding::Finding;
use crate::backplane::shared::store::{Lease, Store};

#[tokio::test]
async fn finds_nothing_at_a_good_server() {
    let server = RedisProcess::start();
    assert_eq!(TestStore::start(&server).await.findings, []);
}

#[tokio::test]
async fn finds_weaknesses() {
    let server = RedisProcess::start_plain(&[
        "--save",
        "",
        "--maxmemory",
        "1gb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--client-output-buffer-limit",
        "pubsub 1mb 0 0",
    ]);
    let findings = TestStore::start(&server).await.findings;
    let server = server.url().replace("redis://", "");
    let expected = [
        Finding::WeakDurability { server: server.clone(), setting: "appendonly no", waits: false },
        Finding::Eviction { server: server.clone(), policy: "allkeys-lru".into() },
        Finding::SubscriberLimit { server, hard: 1 << 20, soft: 0, seconds: 0 },
    ];
    assert_eq!(findings, expected);
}

#[tokio::test]
async fn replicas_and_servers_of_a_cluster_cannot_be_used() {
    for (arguments, text) in
        [(&["--replicaof", "127.0.0.1 1"][..], "is a replica"), (&["--cluster-enabled", "yes"], "is part of a Cluster")]
    {
        let server = RedisProcess::start_plain(&[&["--cluster-port", RedisProcess::FREE_PORT][..], arguments].concat());
        let error = RedisStore::connect(config(&server.url())).await.err().unwrap();
        assert!(error.0.contains(text), "{error}");
    }
    let server = RedisProcess::start();
    let url = server.url().replace("redis://", "redis+cluster://");
    assert!(RedisStore::connect(config(&url)).await.is_err());
}

#[tokio::test]
async fn a_restricted_user_suffices() {
    let server = RedisProcess::start();
    let commands = "+@read +@write +@scripting +@pubsub +@connection +info +time -@dangerous +info";
    let mut rule = vec!["acl", "setuser", "app", "on", ">secret", "~test:*", "&test:*", "-@all"];
    rule.extend(commands.split(' '));
    assert_eq!(server.cli(&rule), "OK");
    let url = server.url().replace("redis://", "redis://app:secret@");
    let mut store = TestStore::connect(config(&url)).await;
    let address = server.url().replace("redis://", "");
    assert_eq!(store.findings, [Finding::UnknownDurability { server: address }]);
    let a = room("a");
    store.subscribe(&a).await.unwrap();
    store.publish_one(message_with_key(&a, b"k", 1)).await.unwrap();
    store.event().await;
    store.read_all(&a).await;
    store.signal("x".into()).await.unwrap();
    store.set_presence(&a, "n", vec![("k".into(), Some("v".into()))]).await.unwrap();
    store.presence(&a).await.unwrap();
    store.keep(store.partition(&a), vec![a.clone()]).await.unwrap();
    store.rooms(store.partition(&a), "n", None, 5).await.unwrap();
    let lease = Lease { node: "n", time: std::time::Duration::from_secs(9) };
    store.check(store.partition(&a), 0, lease).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_not_shown() {
    let server = RedisProcess::start_with(&["--requirepass", "secret"]);
    let url = server.url().replace("redis://", "redis://:hunter2@");
    let error = RedisStore::connect(config(&url)).await.err().unwrap();
    assert!(!error.0.contains("hunter2") && error.0.contains("cannot connect"), "{error}");
    let url = server.url().replace("redis://", "redis://:secret@");
    TestStore::connect(config(&url)).await;
}
