use super::*;

const INFO: &str = "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n# Memory\r\nmaxmemory:0\r\n\
    maxmemory_policy:allkeys-lru\r\n# Replication\r\nrole:master\r\nmaster_replid:def\r\n\
    master_replid2:0000000000\r\n# Cluster\r\ncluster_enabled:0\r\n";

fn config(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn reads_the_facts_of_a_server() {
    let facts = ServerFacts::parse(&Info(INFO), None).unwrap();
    assert_eq!((facts.run_id.as_str(), facts.replication_id.as_str()), ("abc", "def"));
    assert_eq!((facts.version, facts.is_valkey), ((7, 0), false));
    assert_eq!((facts.role, facts.is_cluster), (ServerRole::Master, false));
    assert_eq!((facts.durability, facts.eviction, facts.subscriber_limit), (Durability::Unknown, None, None));
}

#[test]
fn reads_the_version_of_valkey() {
    let info = INFO.replace("run_id", "server_name:valkey\r\nvalkey_version:8.1.0\r\nrun_id");
    let facts = ServerFacts::parse(&Info(&info), None).unwrap();
    assert_eq!((facts.version, facts.is_valkey), ((8, 1), true));
}

#[test]
fn recognizes_a_promoted_server() {
    let facts = ServerFacts::parse(&Info(&INFO.replace("replid2:0", "replid2:a")), None).unwrap();
    assert_eq!(facts.role, ServerRole::PromotedMaster);
}

#[test]
fn evictions_need_a_limit_of_memory() {
    let info = INFO.replace("maxmemory:0", "maxmemory:100");
    let facts = ServerFacts::parse(&Info(&info), None).unwrap();
    assert_eq!(facts.eviction.as_deref(), Some("allkeys-lru"));
}

#[test]
fn rejects_incomplete_answers() {
    for name in ["run_id", "redis_version", "role", "master_replid2"] {
        assert!(ServerFacts::parse(&Info(&INFO.replace(name, "other")), None).is_err(), "{name}");
    }
}

#[test]
fn only_a_sync_of_every_write_is_strict() {
    let strict = [("appendonly", "yes"), ("appendfsync", "always"), ("no-appendfsync-on-rewrite", "no")];
    assert_eq!(durability(&config(&strict)), Durability::Strict);
    for (index, weaker) in [(0, "no"), (1, "everysec"), (1, "no"), (2, "yes")] {
        let mut settings = strict;
        settings[index].1 = weaker;
        assert!(matches!(durability(&config(&settings)), Durability::Weak(_)), "{settings:?}");
    }
    assert_eq!(durability(&config(&strict[..1])), Durability::Unknown);
}

#[test]
fn finds_the_limits_of_subscribers() {
    let limit = subscriber_limit("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
    assert_eq!(limit, Some(OutputLimit { hard: 33_554_432, soft: 8_388_608, seconds: 60 }));
    assert_eq!(subscriber_limit("normal 0 0 0"), None);
}
