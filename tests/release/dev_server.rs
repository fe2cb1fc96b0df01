//! `make dev`: the origin check behind Trunk's proxy.

use support::http::{self, HANDSHAKE};
use support::yodel::root;
use support::{Yodel, with_timeout};
use tokio::net::TcpStream;

fn file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("file exists")
}

/// Returns the origins that scripts/dev allows, and the page's port in Trunk.toml.
fn origins() -> (Vec<String>, String) {
    let config = file("Trunk.toml");
    let port = config.lines().find_map(|line| line.strip_prefix("port = ")).expect("Trunk.toml has a port").to_owned();
    let script = file("scripts/dev").replace("$page_port", &port);
    let flags = script.split("--origin \"").skip(1).filter_map(|rest| rest.split_once('"'));
    (flags.map(|(origin, _)| origin.to_owned()).collect(), port)
}

#[tokio::test]
async fn origin_check_holds_behind_trunks_proxy() {
    let (origins, port) = origins();
    assert_eq!(origins, [format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")]);
    let proxy = file("Trunk.toml");
    let headers = proxy.lines().find(|line| line.starts_with("request_headers")).expect("the proxy sets headers");
    assert!(!headers.contains("origin"), "Trunk passes the origin on: {headers}");

    let flags: Vec<&str> = origins.iter().flat_map(|origin| ["--origin", origin.as_str()]).collect();
    let yodel = Yodel::serve(&flags).await;
    for (origin, status) in [(origins[0].as_str(), 101), (&origins[1], 101), ("http://evil.example", 403)] {
        // Trunk sends the host of the server without its port.
        let request = format!("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n{HANDSHAKE}Origin: {origin}\r\n\r\n");
        let mut stream = TcpStream::connect(yodel.address()).await.expect("server is listening");
        http::write(&mut stream, request.as_bytes()).await;
        let response = with_timeout("the response", http::read_head(&mut stream)).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{origin}: {response}");
    }
}
