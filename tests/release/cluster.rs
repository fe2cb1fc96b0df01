//! `make cluster`: three nodes that share a Redis, behind `HAProxy`.

use std::collections::BTreeSet;

use support::cluster::{Cluster, PARTS};
use support::process_group::is_running;
use support::{EnvelopeClient, document, http};

/// Connects to a part. Returns the client and the name of its node.
async fn connect(cluster: &Cluster, part: &str) -> (EnvelopeClient, String) {
    let mut client = EnvelopeClient::connect(&format!("ws://{}/ws", cluster.address(part))).await;
    let welcome = client.next().await;
    (client, welcome["node"].as_str().expect("welcome names the node").to_owned())
}

#[cfg_attr(not(all(haproxy, redis)), ignore = "HAProxy or Redis is not installed; run `make tools`")]
#[tokio::test]
async fn members_behind_haproxy_receive_what_other_nodes_publish() {
    let mut cluster = Cluster::start().await;
    let (mut member, node) = connect(&cluster, "HAProxy").await;
    let (epoch, _) = member.join("chat").await;
    let other = ["yodel-1", "yodel-2"].into_iter().find(|name| **name != *node).expect("two nodes");
    let (mut publisher, publishing) = connect(&cluster, other).await;
    assert_eq!(publishing, other);
    let publish = |id, data| {
        format!(r#"{{"id":{id},"type":"publish","room":"chat","event":"msg","data":"{data}","key":"key-{data}"}}"#)
    };
    let ok = |id, offset| format!(r#"{{"id":{id},"type":"ok","epoch":"{epoch}","offset":{offset}}}"#);
    let message = |offset, data| {
        format!(
            r#"{{"type":"message","room":"chat","offset":{offset},"event":"msg","from":{{"client":"CLIENT"}},"data":"{data}","time":"TIME"}}"#
        )
    };
    publisher.request(&publish(1, "before"), &ok(1, 1)).await;
    member.expect_frame(&message(1, "before")).await;

    // A restart of Redis loses nothing: the same epoch goes on. The publish waits for it, or is repeated.
    Cluster::kill(&cluster.process("Redis"), "KILL");
    cluster.wait_for("redis is process ").await;
    let mut id = 2;
    loop {
        publisher.send(&publish(id, "after")).await;
        let reply = publisher.next_message().await;
        if reply["type"] == "ok" {
            assert_eq!((&reply["epoch"], &reply["offset"]), (&epoch.clone().into(), &2.into()), "{reply}");
            break;
        }
        assert_eq!((&reply["code"], &reply["retry"]), (&"unavailable".into(), &true.into()), "{reply}");
        id += 1;
    }
    member.expect_frame(&message(2, "after")).await;
}

#[cfg_attr(not(all(haproxy, redis)), ignore = "HAProxy or Redis is not installed; run `make tools`")]
#[tokio::test]
async fn starts_again_what_was_killed_and_leaves_nothing() {
    let mut cluster = Cluster::start().await;
    let mut processes: Vec<String> = PARTS.iter().map(|part| cluster.process(part)).collect();
    assert!(processes.iter().all(|process| is_running(process)), "{}", cluster.output());
    assert_eq!(cluster.files().len(), 1);
    Cluster::kill(&processes[2], "KILL");
    cluster.wait_for("yodel-2 is process ").await;
    let (_client, node) = connect(&cluster, "yodel-2").await;
    assert_eq!(node, "yodel-2");
    let (status, output) = (cluster.end("TERM").await, cluster.output());
    assert_eq!(status.code(), Some(143), "{output}");
    let (_, process) = output.split_once("yodel-2 is process ").expect("it was started again");
    processes.push(process.trim().to_owned());
    // While the test holds the cluster: dropping it would kill them.
    let (running, left): (Vec<_>, _) = (processes.iter().filter(|id| is_running(id)).collect(), cluster.files());
    assert!(running.is_empty() && left.is_empty(), "{running:?} {left:?}\n{output}");
}

#[cfg_attr(not(all(haproxy, redis)), ignore = "HAProxy or Redis is not installed; run `make tools`")]
#[tokio::test]
async fn document_lists_exactly_the_metrics_of_a_node() {
    let cluster = Cluster::start().await;
    let response = http::request(cluster.address("yodel-3"), "GET /metrics HTTP/1.1").await;
    let families: BTreeSet<&str> =
        response.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let document = document::text("docs/operations.md");
    // Those of `--data` belong to a single node.
    let is_shared = |name: &str| name.starts_with("yodel_") && !name.starts_with("yodel_data_");
    let rows: BTreeSet<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next().filter(|name| is_shared(name)))
        .collect();
    assert_eq!(rows, families);
    for word in document.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word);
        assert!(!is_shared(name) || families.contains(name), "{word}");
    }
}
