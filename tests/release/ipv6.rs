//! IPv6: the printed URL, the page, sockets, and the host and origin checks.

use support::browser::{Browser, BrowserKind};
use support::http::{self, HANDSHAKE};
use support::yodel::command;
use support::{Page, TestClient, Yodel, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn serve() -> Yodel {
    let yodel = Yodel::serve_at("[::1]:0", &[]).await;
    assert_eq!(yodel.url, format!("http://[::1]:{}", yodel.address().port()), "a URL has brackets (RFC 3986 §3.2.2)");
    yodel
}

#[cfg_attr(not(ipv6), ignore = "this machine has no IPv6 loopback address")]
#[tokio::test]
async fn serves_clients_over_ipv6() {
    let yodel = serve().await;
    let page = http::request(yodel.address(), "GET / HTTP/1.1").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("<title>Yodel</title>"), "{page}");
    let url = format!("ws://{}/ws", yodel.address());
    let mut client = TestClient::connect(&url).await;
    client.send("hello").await;
    assert_eq!(client.receive().await, "hello");
    let terminal = command(&["connect", &url, "--send", "from a terminal"]).output();
    let output = with_timeout("the command's exit", terminal).await.expect("binary can be run");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "from a terminal\n");
}

#[cfg_attr(not(ipv6), ignore = "this machine has no IPv6 loopback address")]
#[tokio::test]
async fn checks_host_and_origin_over_ipv6() {
    let yodel = serve().await;
    let port = yodel.address().port();
    let own = format!("[::1]:{port}");
    for (host, origin, status) in [
        (own.clone(), format!("http://{own}"), 101),
        (format!("localhost:{port}"), format!("http://localhost:{port}"), 101),
        (own.clone(), "http://[::2]".to_owned(), 403),
        (own.clone(), format!("http://127.0.0.1:{port}"), 403),
        ("[2001:db8::1]".to_owned(), "http://[2001:db8::1]".to_owned(), 101),
        (format!("rebound.example:{port}"), format!("http://rebound.example:{port}"), 403),
    ] {
        let request = format!("GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{HANDSHAKE}\r\n");
        let response = exchange_head(&yodel, &request).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{host} {origin}: {response}");
    }
}

async fn exchange_head(yodel: &Yodel, request: &str) -> String {
    let mut stream = TcpStream::connect(yodel.address()).await.expect("server is listening");
    stream.write_all(request.as_bytes()).await.expect("socket accepts data");
    with_timeout("a response", http::read_head(&mut stream)).await
}

#[cfg_attr(not(ipv6), ignore = "this machine has no IPv6 loopback address")]
#[tokio::test(flavor = "multi_thread")]
async fn page_works_over_ipv6_in_chromium() {
    page_works_over_ipv6(&Browser::start(BrowserKind::Chromium).await).await;
}

#[cfg_attr(not(ipv6), ignore = "this machine has no IPv6 loopback address")]
#[tokio::test(flavor = "multi_thread")]
async fn page_works_over_ipv6_in_firefox() {
    page_works_over_ipv6(&Browser::start(BrowserKind::Firefox).await).await;
}

async fn page_works_over_ipv6(browser: &Browser) {
    let yodel = serve().await;
    let page = Page::connected(browser, &yodel.url).await;
    assert_eq!(page.snapshot().await.address, format!("ws://{}/ws", yodel.address()));
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.finish().await;
}
