//! Figures and probes: numbers after traffic that is known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use support::api::{KEY, token};
use support::http::{self, GOODBYE};
use support::{TestServer, soon};
use yodel_server::ServerConfig;
use yodel_server::config::MetricsAccess;

/// Every sample by its name and labels.
struct Samples(BTreeMap<String, String>);

impl Samples {
    /// A sample that is a whole number.
    fn count(&self, name: &str) -> u64 {
        let value = self.0.get(name).unwrap_or_else(|| panic!("{name} is not there"));
        value.parse().unwrap_or_else(|_| panic!("{name} is {value}"))
    }
}

async fn scrape(server: &TestServer) -> Samples {
    let answer = server.call("GET /metrics HTTP/1.1", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let samples = answer.body.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        (name.to_owned(), value.to_owned())
    };
    Samples(samples.map(sample).collect())
}

/// Waits until a sample has this value.
async fn until(server: &TestServer, name: &str, value: u64) {
    let wanted = async {
        while scrape(server).await.0.get(name) != Some(&value.to_string()) {
            tokio::task::yield_now().await;
        }
    };
    soon(name, wanted).await;
}

#[tokio::test]
async fn connections_are_counted_by_what_they_are_for() {
    let server = TestServer::start(ServerConfig { max_connections: Some(5), ..ServerConfig::default() });
    let echo = server.connect("/ws/echo").await;
    let _lobby = [server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await];
    let _envelope = server.greet("/ws").await;
    let _sse = server.listen("/sse/r").await;
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
    until(&server, "yodel_connections{mode=\"echo\"}", 0).await;
    let samples = scrape(&server).await;
    assert_eq!(samples.count("yodel_connections_accepted_total{mode=\"echo\"}"), 1);
    assert_eq!(samples.count("yodel_connections_closed_total{code=\"1000\"}"), 1);
}

#[tokio::test]
async fn messages_are_counted_once_and_their_copies_each() {
    let server = TestServer::start_api(ServerConfig::default());
    let mut members = [server.greet("/ws").await, server.greet("/ws").await];
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
    // Two members each, and what was told of who came.
    assert!(samples.count("yodel_messages_delivered_total") >= 6);
    assert_eq!(
        samples.count("yodel_delivery_seconds_bucket{le=\"+Inf\"}"),
        samples.count("yodel_delivery_seconds_count")
    );
    assert!(
        samples.count("yodel_delivery_seconds_count") >= 2
            && samples.0["yodel_delivery_seconds_sum"].parse::<f64>().is_ok_and(|sum| sum > 0.0)
    );
    assert_eq!(samples.count("yodel_rooms"), 2, "and the lobby");
    assert_eq!(samples.count("yodel_room_members"), 2);
    assert_eq!(samples.count("yodel_history_messages"), 2);
    // Two short messages and two keys, with what it takes to keep them.
    let kept = samples.count("yodel_history_bytes");
    assert!((2 * (3 + 384) + 2 * 192..2 * 512 + 2 * 192).contains(&kept), "{kept}");
    assert_eq!(samples.count("yodel_queue_bytes{queue=\"rooms\"}"), 0);
    assert_eq!(samples.count("yodel_queue_bytes{queue=\"connections\"}"), 0);
    assert_eq!(samples.count("yodel_draining"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_reader_that_stalls_is_seen() {
    let server = TestServer::start_small(ServerConfig::default());
    let _stalled = http::open_small(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for _ in 0..40 {
        sender.send(&"x".repeat(16 * 1024)).await;
        sender.receive().await;
    }
    let waiting = scrape(&server).await.count("yodel_queue_bytes{queue=\"connections\"}");
    assert!((100_000..640_000).contains(&waiting), "{waiting}");
}

#[tokio::test]
async fn users_are_those_who_are_connected() {
    let server = TestServer::start_jwt(ServerConfig { metrics: Some(MetricsAccess::Open), ..ServerConfig::default() });
    let mut peers = Vec::new();
    for user in ["ada", "ada", "bob"] {
        let bearer = format!("Bearer {}", token(user, &json!({})));
        peers.push(server.greet_with("/ws", &[("authorization", &bearer)]).await);
    }
    assert_eq!(scrape(&server).await.count("yodel_users"), 2);
    peers.pop().unwrap().close().await;
    until(&server, "yodel_users", 1).await;
}

#[tokio::test]
async fn failures_are_counted_by_their_kind() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let expired = token("ada", &json!({"exp": 1_000_000_000}));
    let nobody = token("ada", &json!({}));
    let nowhere = token("ada", &json!({"rooms": []}));
    server.call("GET /api/rooms HTTP/1.1", "").await.is_problem(401, "");
    server.get_as("/api/rooms", "nonsense").await.is_problem(401, "");
    server.get_as("/api/rooms", &expired).await.is_problem(401, "");
    server.get_as("/api/rooms", &nobody).await.is_problem(403, "");
    server.listen_refused("/sse/r", "").await.is_problem(401, "");
    server.listen_refused("/sse/r", &format!("Authorization: Bearer {nowhere}")).await.is_problem(403, "");
    assert!(http::handshake(server.address, "/ws/echo").await.starts_with("HTTP/1.1 401 "));
    let mut peer = server.greet("/ws").await;
    peer.send(&format!(r#"{{"id":1,"type":"auth","token":"{expired}"}}"#)).await;
    assert_eq!(peer.next().await["code"], "token_expired");
    let mut denied = server.speak_with("/ws", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!(denied.closed().await.0, 4502);
    let samples = scrape(&server).await;
    for (kind, count) in [("missing", 3), ("invalid", 2), ("expired", 2), ("forbidden", 2)] {
        assert_eq!(samples.count(&format!("yodel_auth_failures_total{{kind=\"{kind}\"}}")), count, "{kind}");
    }
    assert_eq!(samples.count("yodel_connections_closed_total{code=\"4502\"}"), 1);
}

#[tokio::test]
async fn codes_that_clients_make_up_are_one_series() {
    let server = TestServer::start(ServerConfig::default());
    for code in [4321, 4322, 4323] {
        assert_eq!(server.connect("/ws").await.close(code).await, code);
    }
    until(&server, "yodel_connections_closed_total{code=\"other\"}", 3).await;
    let answer = server.call("GET /metrics HTTP/1.1", "").await;
    assert!(!answer.body.contains("432"), "{}", answer.body);
}

#[tokio::test]
async fn every_family_says_what_it_is_and_its_name_is_as_usual() {
    let server = TestServer::start(ServerConfig::default());
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    let (mut families, mut current) = (BTreeSet::new(), (String::new(), String::new()));
    for line in body.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["#", "HELP", name, ref help @ ..] => {
                assert!(families.insert(name.to_owned()), "{name} is there twice");
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

#[tokio::test]
async fn every_figure_is_in_the_document_and_the_other_way_round() {
    let document = include_str!("../../docs/operations.md");
    let server = TestServer::start(ServerConfig::default());
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    let families: BTreeSet<_> =
        body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `yodel_")?.split('`').next());
    let rows: BTreeSet<_> = rows.map(|name| format!("yodel_{name}")).collect();
    assert_eq!(rows, families.iter().map(|name| (*name).to_owned()).collect());
    // And in every question and alert.
    for word in document.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word);
        assert!(!name.starts_with("yodel_") || families.contains(name), "{word}");
    }
}

#[tokio::test]
async fn nothing_secret_is_in_them() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let token = token("ada", &json!({"api": true}));
    let bearer = format!("Bearer {token}");
    let mut ada = server.greet_with("/ws", &[("authorization", &bearer)]).await;
    ada.join("a-secret-room").await;
    server.get_as("/api/rooms", "a-wrong-token").await;
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    for secret in [&*token, "a-secret-room", "a-wrong-token", "ada", &ada.name] {
        assert!(!body.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn they_may_be_kept_for_those_who_may_use_the_http_interface() {
    let api = || ServerConfig { metrics: Some(MetricsAccess::Api), ..ServerConfig::default() };
    let server = TestServer::start_api(api());
    server.call("GET /metrics HTTP/1.1", "").await.is_problem(401, "");
    assert_eq!(server.get_as("/metrics", KEY).await.status, 200);
    let off = TestServer::start(api());
    off.get_as("/metrics", KEY).await.is_problem(404, "--api-key-file");
}

#[tokio::test]
async fn pages_from_elsewhere_may_not_read_them() {
    let server = TestServer::start(ServerConfig::default());
    for lines in ["Host: rebound.example", "Origin: http://evil.example"] {
        server.call(&format!("GET /metrics HTTP/1.1\n{lines}"), "").await.is_problem(403, "");
    }
}

#[tokio::test]
async fn probes_say_alive_always_and_ready_until_the_server_stops() {
    let server = TestServer::start(ServerConfig::default());
    let probe = |path: &'static str| {
        let server = &server;
        async move { server.call(&format!("GET {path} HTTP/1.1"), "").await }
    };
    assert_eq!((probe("/health").await.status, probe("/ready").await.status), (200, 200));
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    http::read_until(&mut silent, GOODBYE).await;
    let (health, ready) = (probe("/health").await, probe("/ready").await);
    assert_eq!((health.status, &*health.body), (200, "alive\n"));
    assert_eq!((ready.status, &*ready.body), (503, "stopping\n"));
    assert_eq!(ready.header("retry-after"), Some("5"));
    assert_eq!(scrape(&server).await.count("yodel_draining"), 1);
}

#[tokio::test]
async fn probes_do_not_care_who_asks_under_which_name() {
    let server = TestServer::start_jwt(ServerConfig::default());
    for path in ["/health", "/ready"] {
        let lines = format!("GET {path} HTTP/1.1\nHost: balancer.example");
        assert_eq!(server.call(&lines, "").await.status, 200);
    }
}
