//! Metrics after known traffic, and the health and readiness probes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use support::api::{KEY, token};
use support::http::{self, SHUTDOWN_CLOSE};
use support::{TestServer, patient, retry_until};
use yodel_server::ServerConfig;
use yodel_server::config::MetricsAccess;

/// The samples of one scrape, by name and labels.
struct Scrape(BTreeMap<String, String>);

impl Scrape {
    /// Returns a sample as an integer.
    fn count(&self, name: &str) -> u64 {
        let value = self.0.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        value.parse().unwrap_or_else(|_| panic!("{name} is {value}"))
    }
}

async fn scrape(server: &TestServer) -> Scrape {
    let response = server.call("GET /metrics HTTP/1.1", "").await;
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let samples = response.body.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        (name.to_owned(), value.to_owned())
    };
    Scrape(samples.map(sample).collect())
}

/// Waits until a sample has this value.
async fn wait_for_sample(server: &TestServer, name: &str, value: u64) {
    let expected = Some(value.to_string());
    retry_until(name, async || (scrape(server).await.0.get(name) == expected.as_ref()).then_some(())).await;
}

#[tokio::test]
async fn counts_connections_by_mode() {
    let server = TestServer::start(ServerConfig { max_connections: Some(5), ..ServerConfig::default() });
    let echo = server.connect("/ws/echo").await;
    let _lobby = [server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await];
    let _envelope = server.connect_envelope("/ws").await;
    let _sse = server.subscribe("/sse/r").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    let samples = scrape(&server).await;
    for (mode, count) in [("echo", 1), ("broadcast", 2), ("yodel.v1", 1), ("sse", 1)] {
        assert_eq!(samples.count(&format!("yodel_connections{{mode=\"{mode}\"}}")), count);
        assert_eq!(samples.count(&format!("yodel_connections_accepted_total{{mode=\"{mode}\"}}")), count);
    }
    assert_eq!(samples.count("yodel_connections_limit"), 5);
    assert_eq!(samples.count("yodel_connections_refused_total{reason=\"max_connections\"}"), 1);
    assert_eq!(samples.count("yodel_connections_refused_total{reason=\"stopping\"}"), 0);
    assert_eq!(echo.close(1000).await, 1000);
    wait_for_sample(&server, "yodel_connections{mode=\"echo\"}", 0).await;
    let samples = scrape(&server).await;
    assert_eq!(samples.count("yodel_connections_accepted_total{mode=\"echo\"}"), 1);
    assert_eq!(samples.count("yodel_connections_closed_total{code=\"1000\"}"), 1);
}

#[tokio::test]
async fn series_that_alerts_watch_exist_from_the_start() {
    let server = TestServer::start(ServerConfig::default());
    let samples = scrape(&server).await;
    for code in ["1001", "1009", "1011", "1013", "4001", "4002", "4003", "4004", "4005", "4502", "4504", "other"] {
        assert_eq!(samples.count(&format!("yodel_connections_closed_total{{code=\"{code}\"}}")), 0, "{code}");
    }
    for reason in ["max_connections", "max_per_address", "max_per_user", "max_sockets", "upgrade_rate", "stopping"] {
        assert_eq!(samples.count(&format!("yodel_connections_refused_total{{reason=\"{reason}\"}}")), 0, "{reason}");
    }
    for kind in ["missing", "invalid", "expired", "forbidden"] {
        assert_eq!(samples.count(&format!("yodel_auth_failures_total{{kind=\"{kind}\"}}")), 0, "{kind}");
    }
}

#[tokio::test]
async fn counts_messages_and_deliveries() {
    let server = TestServer::start_api(ServerConfig::default());
    let mut members = [server.connect_envelope("/ws").await, server.connect_envelope("/ws").await];
    for member in &mut members {
        member.join("r").await;
    }
    for key in ["a", "b", "b"] {
        server.post("/api/publish", &format!(r#"{{"room":"r","event":"e","data":"x","key":"{key}"}}"#)).await;
    }
    for member in &mut members {
        while member.next().await["offset"] != 2 {}
    }
    server.post("/api/broadcast", r#"{"event":"note"}"#).await;
    for member in &mut members {
        while member.next().await["room"] != "*" {}
    }
    let samples = scrape(&server).await;
    assert_eq!(samples.count("yodel_messages_accepted_total"), 3);
    assert_eq!(samples.count("yodel_messages_duplicate_total"), 1);
    // Three messages to two members each, and presence changes.
    assert!(samples.count("yodel_messages_delivered_total") >= 6);
    assert_eq!(
        samples.count("yodel_delivery_seconds_bucket{le=\"+Inf\"}"),
        samples.count("yodel_delivery_seconds_count")
    );
    assert!(
        samples.count("yodel_delivery_seconds_count") >= 2
            && samples.0["yodel_delivery_seconds_sum"].parse::<f64>().is_ok_and(|sum| sum > 0.0)
    );
    assert_eq!(samples.count("yodel_rooms"), 2, "`r` and the lobby");
    assert_eq!(samples.count("yodel_room_members"), 2);
    assert_eq!(samples.count("yodel_history_messages"), 2);
    // Two short messages and two keys, with their overhead.
    let kept = samples.count("yodel_history_bytes");
    assert!((2 * (3 + 384) + 2 * 192..2 * 512 + 2 * 192).contains(&kept), "{kept}");
    assert_eq!(samples.count("yodel_queue_bytes{queue=\"rooms\"}"), 0);
    assert_eq!(samples.count("yodel_queue_bytes{queue=\"connections\"}"), 0);
    assert_eq!(samples.count("yodel_draining"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_bytes_queued_for_a_stalled_reader() {
    let server = TestServer::start_with_small_buffers(patient());
    let _stalled = http::open_with_small_buffer(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for _ in 0..40 {
        sender.send(&"x".repeat(16 * 1024)).await;
        sender.receive().await;
    }
    let queued = scrape(&server).await.count("yodel_queue_bytes{queue=\"connections\"}");
    assert!((100_000..640_000).contains(&queued), "{queued}");
}

#[tokio::test]
async fn counts_connected_users() {
    let server = TestServer::start_jwt(ServerConfig { metrics: Some(MetricsAccess::Open), ..ServerConfig::default() });
    let mut peers = Vec::new();
    for user in ["ada", "ada", "bob"] {
        let bearer = format!("Bearer {}", token(user, &json!({})));
        peers.push(server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await);
    }
    assert_eq!(scrape(&server).await.count("yodel_users"), 2);
    peers.pop().unwrap().close().await;
    wait_for_sample(&server, "yodel_users", 1).await;
}

#[tokio::test]
async fn counts_auth_failures_by_kind() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let expired = token("ada", &json!({"exp": 1_000_000_000}));
    let without_claim = token("ada", &json!({}));
    let without_rooms = token("ada", &json!({"rooms": []}));
    server.call("GET /api/rooms HTTP/1.1", "").await.assert_problem(401, "");
    server.get_as("/api/rooms", "nonsense").await.assert_problem(401, "");
    server.get_as("/api/rooms", &expired).await.assert_problem(401, "");
    server.get_as("/api/rooms", &without_claim).await.assert_problem(403, "");
    server.subscribe_rejected("/sse/r", "").await.assert_problem(401, "");
    server
        .subscribe_rejected("/sse/r", &format!("Authorization: Bearer {without_rooms}"))
        .await
        .assert_problem(403, "");
    assert!(http::handshake(server.address, "/ws/echo").await.starts_with("HTTP/1.1 401 "));
    let mut peer = server.connect_envelope("/ws").await;
    peer.send(&format!(r#"{{"id":1,"type":"auth","token":"{expired}"}}"#)).await;
    assert_eq!(peer.next().await["code"], "token_expired");
    let mut unauthorized = server.open_envelope_with("/ws", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!(unauthorized.closed().await.0, 4502);
    let samples = scrape(&server).await;
    for (kind, count) in [("missing", 3), ("invalid", 2), ("expired", 2), ("forbidden", 2)] {
        assert_eq!(samples.count(&format!("yodel_auth_failures_total{{kind=\"{kind}\"}}")), count, "{kind}");
    }
    assert_eq!(samples.count("yodel_connections_closed_total{code=\"4502\"}"), 1);
}

#[tokio::test]
async fn counts_unknown_close_codes_in_one_series() {
    let server = TestServer::start(ServerConfig::default());
    for code in [4321, 4322, 4323] {
        assert_eq!(server.connect("/ws").await.close(code).await, code);
    }
    wait_for_sample(&server, "yodel_connections_closed_total{code=\"other\"}", 3).await;
    let response = server.call("GET /metrics HTTP/1.1", "").await;
    assert!(!response.body.contains("code=\"432"), "{}", response.body);
}

#[tokio::test]
async fn every_family_has_help_type_and_a_conventional_name() {
    let server = TestServer::start(ServerConfig::default());
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    let (mut families, mut current) = (BTreeSet::new(), (String::new(), String::new()));
    for line in body.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["#", "HELP", name, ref help @ ..] => {
                assert!(families.insert(name.to_owned()), "{name} is exported twice");
                assert!(help.len() > 1 && help.last().is_some_and(|word| word.ends_with('.')), "{line}");
                current = (name.to_owned(), String::new());
            }
            ["#", "TYPE", name, kind] => {
                assert_eq!(current.0, name);
                assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
                current.1 = kind.to_owned();
            }
            [sample, value] => {
                let name = sample.split('{').next().unwrap();
                let parts = ["_bucket", "_sum", "_count"].map(|part| name.strip_suffix(part));
                let own = name == current.0
                    || current.1 == "histogram" && parts.iter().flatten().any(|name| *name == current.0);
                assert!(own && name.starts_with("yodel_"), "{line} after {current:?}");
                assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            }
            _ => panic!("{line}"),
        }
    }
    assert!(families.len() >= 19, "{families:?}");
    let info = format!("yodel_build_info{{version=\"{}\",node=\"n_", env!("CARGO_PKG_VERSION"));
    assert!(body.contains(&info), "{body}");
}

/// Returns whether only a server with `--redis` or `--data` exports a family. `tests/release/cluster.rs` and
/// `tests/server/stored_rooms.rs` check these.
fn needs_store(family: &str) -> bool {
    ["yodel_data_", "yodel_redis_", "yodel_store_"].iter().any(|prefix| family.starts_with(prefix))
}

#[tokio::test]
async fn document_lists_exactly_the_exported_families() {
    let document = include_str!("../../docs/operations.md");
    let server = TestServer::start(ServerConfig::default());
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    let families: BTreeSet<_> =
        body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `yodel_")?.split('`').next());
    let rows: BTreeSet<_> = rows.map(|name| format!("yodel_{name}")).filter(|name| !needs_store(name)).collect();
    assert_eq!(rows, families.iter().map(|name| (*name).to_owned()).collect());
    // Queries and alerts in the document use existing families only.
    for word in document.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word);
        assert!(!name.starts_with("yodel_") || needs_store(name) || families.contains(name), "{word}");
    }
}

#[tokio::test]
async fn exposes_no_secrets() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let token = token("ada-of-the-secrets", &json!({"api": true}));
    let bearer = format!("Bearer {token}");
    let mut ada = server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await;
    ada.join("a-secret-room").await;
    server.get_as("/api/rooms", "a-wrong-token").await;
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    for secret in [&*token, "a-secret-room", "a-wrong-token", "ada-of-the-secrets", &ada.client_id] {
        assert!(!body.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn can_require_api_credentials() {
    let api = || ServerConfig { metrics: Some(MetricsAccess::Api), ..ServerConfig::default() };
    let server = TestServer::start_api(api());
    server.call("GET /metrics HTTP/1.1", "").await.assert_problem(401, "");
    assert_eq!(server.get_as("/metrics", KEY).await.status, 200);
    let off = TestServer::start(api());
    off.get_as("/metrics", KEY).await.assert_problem(404, "--api-key-file");
}

#[tokio::test]
async fn rejects_foreign_origins_and_hosts() {
    let server = TestServer::start(ServerConfig::default());
    for lines in ["Host: rebound.example", "Origin: http://evil.example"] {
        server.call(&format!("GET /metrics HTTP/1.1\n{lines}"), "").await.assert_problem(403, "");
    }
}

#[tokio::test]
async fn probes_report_alive_always_and_ready_until_shutdown() {
    let server = TestServer::start(ServerConfig::default());
    let probe = |path: &'static str| {
        let server = &server;
        async move { server.call(&format!("GET {path} HTTP/1.1"), "").await }
    };
    assert_eq!((probe("/health").await.status, probe("/ready").await.status), (200, 200));
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    http::read_until(&mut silent, SHUTDOWN_CLOSE).await;
    let (health, ready) = (probe("/health").await, probe("/ready").await);
    assert_eq!((health.status, &*health.body), (200, "alive\n"));
    assert_eq!((ready.status, &*ready.body), (503, "stopping\n"));
    assert_eq!(ready.header("retry-after"), Some("5"));
    assert_eq!(scrape(&server).await.count("yodel_draining"), 1);
}

#[tokio::test]
async fn probes_accept_any_host_without_credentials() {
    let server = TestServer::start_jwt(ServerConfig::default());
    for path in ["/health", "/ready"] {
        let lines = format!("GET {path} HTTP/1.1\nHost: balancer.example");
        assert_eq!(server.call(&lines, "").await.status, 200);
    }
}
