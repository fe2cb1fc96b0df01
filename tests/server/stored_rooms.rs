//! Probes and metrics of a server that keeps its rooms in a folder.

use std::collections::BTreeSet;

use support::TestServer;
use yodel_server::{DataConfig, Durability, Server, ServerConfig};

#[tokio::test]
async fn health_names_the_promise() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let folder = tempfile::tempdir().expect("temporary folder");
        let data = DataConfig { durability, ..DataConfig::new(folder.path()) };
        let server = Server::builder().build_with_data(data).expect("the folder can be used");
        let server = TestServer::start_server(server);
        let health = server.call("GET /health?verbose HTTP/1.1", "").await.body;
        let expected = format!("\nhistory disk\ndurability {durability}\ndata writable\n");
        assert!(health.starts_with("alive\n") && health.ends_with(&expected), "{health}");
        assert_eq!(server.call("GET /ready HTTP/1.1", "").await.body, "ready\n");
    }
}

#[tokio::test]
async fn document_lists_exactly_the_exported_families() {
    let document = include_str!("../../docs/operations.md");
    let folder = tempfile::tempdir().expect("temporary folder");
    let data = DataConfig { max_bytes: Some(1 << 30), ..DataConfig::new(folder.path()) };
    let server = Server::builder().config(ServerConfig::default()).build_with_data(data);
    let server = TestServer::start_server(server.expect("the folder can be used"));
    let body = server.call("GET /metrics HTTP/1.1", "").await.body;
    let exported = body.lines().filter_map(|line| line.strip_prefix("# TYPE yodel_data_")?.split(' ').next());
    let exported: BTreeSet<_> = exported.collect();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `yodel_data_")?.split('`').next());
    assert_eq!(rows.collect::<BTreeSet<_>>(), exported);
    // Queries and alerts in the document use existing families only.
    for word in document.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let Some(name) = word.strip_prefix("yodel_data_") else { continue };
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
        assert!(exported.contains(name), "{word}");
    }
}
