//! The Prometheus examples of docs/operations.md, checked by promtool, and the server's metrics by its linter.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use support::yodel::root;
use support::{TestClient, Yodel, document, http, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

const DOCUMENT: &str = "docs/operations.md";

/// Runs promtool and returns its output.
async fn promtool(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(root().join(".tools/bin/promtool"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("promtool is installed");
    let mut stdin = child.stdin.take().expect("stream is piped");
    stdin.write_all(input.as_bytes()).await.expect("promtool reads its input");
    drop(stdin);
    with_timeout("promtool's exit", child.wait_with_output()).await.expect("process can be awaited")
}

async fn assert_accepts(arguments: &[&str], input: &str) {
    let output = promtool(arguments, input).await;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && !text.contains("FAILED"), "{arguments:?}: {text}");
}

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("folder is writable");
    path.to_str().expect("path is UTF-8").to_owned()
}

fn alerts() -> String {
    document::code_block(DOCUMENT, "yaml", "- alert: ")
}

/// Series of one server over half an hour for each alert, at which it fires.
const FIRING: [(&str, &str); 16] = [
    ("YodelDown", r#"up{job="yodel"}|0x60"#),
    ("YodelRejectsConnections", r#"yodel_connections_refused_total{reason="max_connections"}|0+60x60"#),
    ("YodelNearlyFull", r#"yodel_connections{mode="echo"}|90x60"#),
    ("YodelSlowDelivery", r#"yodel_delivery_seconds_bucket{le="0.25"}|0+60x60"#),
    // The first one since the start, which an alert sees only if the series begins with 0.
    ("YodelInternalError", r#"yodel_connections_closed_total{code="1011"}|0x20 1x40"#),
    ("YodelSlowReaders", r#"yodel_connections_closed_total{code="4002"}|0+120x60"#),
    ("YodelInvalidTokens", r#"yodel_auth_failures_total{kind="invalid"}|0+120x60"#),
    ("YodelDrainTimeout", "yodel_draining|1x60"),
    ("YodelRestartLoop", "yodel_start_time_seconds|0+60x60"),
    ("YodelDataUnavailable", "yodel_data_available|0x60"),
    ("YodelDataSlow", r#"yodel_data_commit_seconds_bucket{le="0.5"}|0+60x60"#),
    ("YodelDataRefused", "yodel_data_refused_total|0+60x60"),
    ("YodelRedisUnavailable", "yodel_redis_available|0x60"),
    ("YodelRedisSlow", r#"yodel_redis_operation_seconds_bucket{le="0.25"}|0+60x60"#),
    ("YodelPublishesRefused", r#"yodel_store_publishes_total{result="unavailable"}|0+60x60"#),
    ("YodelMessagesLost", "yodel_store_resets_total|0x20 1x40"),
];

/// Returns a file for `promtool test rules`: each alert fires with its series, and no other alert does.
fn rule_tests(alerts: &str) -> String {
    let mut tests = format!("rule_files: [{alerts}]\nevaluation_interval: 1m\ntests:\n");
    for (firing, series) in FIRING {
        let (name, values) = series.split_once('|').expect("series has values");
        let name = match name.strip_suffix('}') {
            Some(labels) => format!("{labels},instance=\"a\"}}"),
            None => format!("{name}{{instance=\"a\"}}"),
        };
        let constant = other_series(firing);
        let others = FIRING.map(|(alert, _)| expectation(alert, alert == firing)).concat();
        let _ = write!(
            tests,
            "  - interval: 1m\n    input_series:\n      - {{ series: '{name}', values: '{values}' }}{constant}\n    \
             promql_expr_test:\n{others}"
        );
    }
    tests
}

/// Returns what the expression of an alert needs besides the series at which it fires: a limit, or the other buckets of a
/// histogram.
fn other_series(alert: &str) -> String {
    let series = |name: &str, labels: &str, values: &str| {
        format!("\n      - {{ series: '{name}{{instance=\"a\"{labels}}}', values: '{values}' }}")
    };
    let buckets = |name: &str| [series(name, ",le=\"0.1\"", "0x60"), series(name, ",le=\"+Inf\"", "0+60x60")].concat();
    match alert {
        "YodelNearlyFull" => series("yodel_connections_limit", "", "100x60"),
        "YodelSlowDelivery" => buckets("yodel_delivery_seconds_bucket"),
        "YodelRedisSlow" => buckets("yodel_redis_operation_seconds_bucket"),
        "YodelDataSlow" => buckets("yodel_data_commit_seconds_bucket"),
        _ => String::new(),
    }
}

/// Returns the check that an alert fires half an hour after the start, or does not.
fn expectation(alert: &str, fires: bool) -> String {
    let expression = format!("count(ALERTS{{alertname=\"{alert}\",alertstate=\"firing\"}})");
    let samples = if fires { "[{ labels: '{}', value: 1 }]" } else { "[]" };
    format!("      - {{ expr: '{expression}', eval_time: 30m, exp_samples: {samples} }}\n")
}

#[cfg_attr(not(promtool), ignore = "promtool is not installed; run `make tools`")]
#[tokio::test]
async fn documented_alerts_are_valid_and_fire() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let text = alerts();
    let rules = write(folder.path(), "alerts.yml", &text);
    assert_accepts(&["check", "rules", "--lint=all", "--lint-fatal", &rules], "").await;
    assert_eq!(text.matches("- alert: ").count(), FIRING.len(), "each alert has a series at which it fires");
    let tests = write(folder.path(), "tests.yml", &rule_tests(&rules));
    assert_accepts(&["test", "rules", &tests], "").await;
}

#[cfg_attr(not(promtool), ignore = "promtool is not installed; run `make tools`")]
#[tokio::test]
async fn documented_queries_and_configuration_are_valid() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let queries = document::code_blocks(&document::text(DOCUMENT), "promql");
    assert!(queries.len() >= 4, "{queries:?}");
    for query in queries {
        let rules = format!("groups: [{{ name: queries, rules: [{{ record: \"a:b:c\", expr: '{query}' }}] }}]");
        assert_accepts(&["check", "rules", &write(folder.path(), "queries.yml", &rules)], "").await;
    }
    let key = write(folder.path(), "yodel-key", "key");
    let configuration = document::code_block(DOCUMENT, "yaml", "scrape_configs:");
    assert!(configuration.contains("/etc/prometheus/yodel-key"), "{configuration}");
    let configuration = configuration.replace("/etc/prometheus/yodel-key", &key);
    assert_accepts(&["check", "config", &write(folder.path(), "prometheus.yml", &configuration)], "").await;
}

#[cfg_attr(not(promtool), ignore = "promtool is not installed; run `make tools`")]
#[tokio::test]
async fn promtool_accepts_the_servers_metrics() {
    let yodel = Yodel::serve(&[]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    client.send("hello").await;
    client.receive().await;
    let response = http::request(yodel.address(), "GET /metrics HTTP/1.1").await;
    let (_, metrics) = response.split_once("\r\n\r\n").expect("response has a body");
    assert_accepts(&["check", "metrics"], metrics).await;
}
