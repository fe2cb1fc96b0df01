//! The commands through HTTP proxies: TLS in the tunnel, and a proxy that requires a password.

use std::process::Output;

use support::tls::CertificateFiles;
use support::yodel::command;
use support::{Yodel, with_timeout};
use tempfile::TempDir;

use crate::connect_process::{assert_failure, at, connect, output, stdout_on_success};
use crate::proxy_server::ProxyServer;

/// Starts a server with TLS. Its certificate is in the returned folder.
async fn serve_tls() -> (Yodel, TempDir, CertificateFiles) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let certificate = CertificateFiles::write(folder.path());
    (Yodel::serve(&certificate.flags()).await, folder, certificate)
}

/// Runs `yodel` with these environment variables until it exits.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = command(arguments);
    command.envs(variables.iter().copied());
    with_timeout("the command's exit", command.output()).await.expect("binary can be run")
}

#[tokio::test]
async fn opens_wss_through_a_proxy() {
    let (yodel, _folder, certificate) = serve_tls().await;
    let mut proxy = ProxyServer::start(None).await;
    let server = format!("localhost:{}", yodel.address().port());
    let (url, proxy_url) = (format!("wss://{server}/ws"), format!("http://{}", proxy.address));
    let trusted = certificate.chain.to_str().expect("path is UTF-8");
    for variable in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        let variables = [(variable, proxy_url.as_str()), ("SSL_CERT_FILE", trusted)];
        let output = run(&["connect", &url, "--send", "sealed"], &variables).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), "sealed\n", "{variable}: {output:?}");
        let requests = proxy.requests();
        assert_eq!(requests.len(), 1, "{variable}: {requests:?}");
        assert!(requests[0].starts_with(&format!("CONNECT {server} HTTP/1.1\r\n")), "{requests:?}");
    }
    let variables = [("http_proxy", proxy_url.as_str()), ("SSL_CERT_FILE", trusted)];
    let output = run(&["connect", &url, "--send", "direct"], &variables).await;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "direct\n");
    assert_eq!(proxy.requests(), [""; 0], "http_proxy is for ws and http only");
}

#[tokio::test]
async fn verifies_the_server_behind_a_proxy() {
    let (yodel, _folder, _certificate) = serve_tls().await;
    let proxy = ProxyServer::start(None).await;
    let other = tempfile::tempdir().expect("temporary folder");
    let distrusted = CertificateFiles::write(other.path()).chain;
    let url = format!("wss://localhost:{}/ws", yodel.address().port());
    let proxy_url = format!("http://{}", proxy.address);
    let variables = [("https_proxy", proxy_url.as_str()), ("SSL_CERT_FILE", distrusted.to_str().expect("UTF-8"))];
    let output = run(&["connect", &url, "--send", "sealed"], &variables).await;
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{log}");
    assert!(log.contains("TLS handshake with localhost"), "{log}");
}

#[tokio::test]
async fn a_proxy_that_requires_a_password_is_a_final_error() {
    let (yodel, _folder, _certificate) = serve_tls().await;
    let mut proxy = ProxyServer::start(Some("Basic bWU6c2VjcmV0")).await;
    let url = format!("wss://localhost:{}/ws", yodel.address().port());
    let connect = ["connect", &url, "--send", "sealed", "--insecure", "--stay"];
    for proxy_url in [format!("http://{}", proxy.address), format!("http://me:hunter2@{}", proxy.address)] {
        let output = run(&connect, &[("https_proxy", &proxy_url)]).await;
        let log = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{log}");
        for word in ["error: ", &proxy.address, "407 Proxy Authentication Required", "http://USER:PASSWORD@"] {
            assert!(log.contains(word), "{word} is not in: {log}");
        }
        assert!(!log.contains("hunter2"), "{log}");
        assert_eq!(proxy.requests().len(), 1, "another attempt fails in the same way");
    }
    let permitted = format!("http://me:secret@{}", proxy.address);
    let output = run(&connect[..5], &[("https_proxy", &permitted)]).await;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "sealed\n", "{output:?}");
}

#[tokio::test]
async fn publishes_through_a_proxy() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let certificate = CertificateFiles::write(folder.path());
    let key = folder.path().join("api.key");
    std::fs::write(&key, "a-key-of-at-least-thirty-two-bytes\n").expect("folder is writable");
    let key = key.to_str().expect("path is UTF-8");
    let yodel = Yodel::serve(&[&certificate.flags()[..], &["--api-key-file", key]].concat()).await;
    let mut proxy = ProxyServer::start(None).await;
    let server = format!("localhost:{}", yodel.address().port());
    let url = format!("https://{server}");
    let publish = ["publish", "--url", &url, "--insecure", "--api-key-file", key, "--room", "r", "--text", "hi"];
    let output = run(&publish, &[("https_proxy", &format!("http://{}", proxy.address))]).await;
    assert!(output.status.success() && output.stdout.starts_with(b"{\"epoch\":"), "{output:?}");
    assert!(proxy.requests()[0].starts_with(&format!("CONNECT {server} ")), "the request is in a tunnel");
}

#[tokio::test]
async fn uses_the_proxy_from_the_environment() {
    let yodel = Yodel::serve(&[]).await;
    let mut proxy = ProxyServer::start(None).await;
    let mut through = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    through.env("http_proxy", format!("http://me:secret@{}", proxy.address));
    assert_eq!(stdout_on_success(&output(through).await), "hi\n");
    let requests = proxy.requests();
    assert!(requests[0].starts_with(&format!("CONNECT {} HTTP/1.1\r\n", yodel.address())), "{requests:?}");
    assert!(requests[0].contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{requests:?}");

    let mut bypass = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    bypass.env("all_proxy", "http://127.0.0.1:1").env("no_proxy", "127.0.0.1");
    assert_eq!(stdout_on_success(&output(bypass).await), "hi\n");
    let mut invalid = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    invalid.env("all_proxy", "socks5://127.0.0.1:1");
    assert_failure(&output(invalid).await, &["all_proxy", "socks5"]);
}
