use super::*;

fn facts() -> ServerFacts {
    ServerFacts {
        run_id: "a".into(),
        replication_id: "b".into(),
        role: ServerRole::Master,
        is_valkey: false,
        version: (7, 0),
        is_cluster: false,
        durability: Durability::Strict,
        has_waitaof: true,
        eviction: None,
        subscriber_limit: Some(OutputLimit { hard: 32 << 20, soft: 8 << 20, seconds: 60 }),
    }
}

fn find(facts: &ServerFacts, expects_cluster: bool) -> Vec<Finding> {
    Finding::of_server(facts, &Address::new("host", 1), expects_cluster)
}

#[test]
fn finds_nothing_at_a_good_server() {
    assert_eq!(find(&facts(), false), []);
    let facts = ServerFacts { is_valkey: true, version: (8, 0), is_cluster: true, ..facts() };
    assert_eq!(find(&facts, true), []);
}

#[test]
fn unusable_servers_are_fatal() {
    for (facts, expects_cluster, text) in [
        (ServerFacts { version: (6, 2), ..facts() }, false, "Redis 6.2"),
        (ServerFacts { version: (7, 2), is_valkey: true, ..facts() }, false, "Valkey 7.2"),
        (ServerFacts { role: ServerRole::Replica, ..facts() }, false, "is a replica"),
        (ServerFacts { is_cluster: true, ..facts() }, false, "is part of a Cluster"),
        (facts(), true, "is not part of a Cluster"),
    ] {
        let findings = find(&facts, expects_cluster);
        assert!(matches!(&findings[..], [one] if one.is_fatal() && one.to_string().contains(text)), "{findings:?}");
    }
}

#[test]
fn weaknesses_are_not_fatal() {
    let everysec = Durability::Weak("appendfsync everysec");
    let small = OutputLimit { hard: 1 << 20, soft: 0, seconds: 0 };
    for (facts, text) in [
        (ServerFacts { durability: Durability::Weak("appendonly no"), ..facts() }, "has appendonly no: a crash"),
        (ServerFacts { durability: Durability::Weak("appendfsync no"), ..facts() }, "has appendfsync no: a crash"),
        (
            ServerFacts { durability: Durability::Weak("appendfsync everysec"), ..facts() },
            "everysec: each publish waits",
        ),
        (ServerFacts { durability: everysec.clone(), has_waitaof: false, ..facts() }, "everysec: a crash"),
        (ServerFacts { durability: Durability::Unknown, ..facts() }, "CONFIG GET"),
        (ServerFacts { eviction: Some("allkeys-lru".into()), ..facts() }, "maxmemory-policy allkeys-lru"),
        (ServerFacts { subscriber_limit: Some(small), ..facts() }, "at 1048576 B"),
    ] {
        let findings = find(&facts, false);
        assert!(matches!(&findings[..], [one] if !one.is_fatal() && one.to_string().contains(text)), "{findings:?}");
    }
}
