//! Over TLS, browsers open each WebSocket as a stream of the HTTP/2 connection that loaded the page.

use support::tls::CertificateFiles;
use support::{Browser, Page, Yodel, any_browser, apply};

/// Opens another WebSocket, sends a message and returns its echo.
const ECHO_ON_SECOND_SOCKET: &str = "return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://${location.host}/ws/echo`);
    socket.onopen = () => socket.send('on another stream');
    socket.onmessage = (event) => resolve(event.data);
    socket.onerror = () => reject(new Error('connection failed'));
})";

#[apply(any_browser)]
async fn page_and_websockets_share_a_connection(browser: &Browser) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&CertificateFiles::write(folder.path()).flags()).await;
    let page = Page::connected(browser, &format!("https://localhost:{}", yodel.address().port())).await;
    let protocol = "return performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(page.window.script(protocol, Vec::new()).await, "h2");
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    assert_eq!(page.window.script(ECHO_ON_SECOND_SOCKET, Vec::new()).await, "on another stream");
    page.finish().await;

    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    let opened = log.lines().filter_map(|line| line.split_once("connection opened peer=")?.1.split(' ').next());
    let peers: Vec<&str> = opened.collect();
    assert!(peers.len() == 2 && peers[0] == peers[1], "two streams of one connection: {log}");
}
