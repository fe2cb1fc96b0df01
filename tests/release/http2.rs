//! Over TLS, browsers open each WebSocket on a stream of the connection that the page came by.

use support::tls::Pair;
use support::{Browser, Page, Yodel, apply, each_browser};

/// Opens another WebSocket and says something; what comes back.
const SECOND: &str = "return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://${location.host}/ws/echo`);
    socket.onopen = () => socket.send('on another stream');
    socket.onmessage = (event) => resolve(event.data);
    socket.onerror = () => reject(new Error('it was not opened'));
})";

#[apply(each_browser)]
async fn the_page_and_its_websockets_share_a_connection(browser: &Browser) {
    let folder = tempfile::tempdir().expect("a folder");
    let yodel = Yodel::serve(&Pair::write(folder.path()).flags()).await;
    let page = Page::connected(browser, &format!("https://localhost:{}", yodel.address().port())).await;
    let protocol = "return performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(page.window.script(protocol, Vec::new()).await, "h2");
    page.say("hello").await;
    page.until_last("warning:  > hello").await;
    assert_eq!(page.window.script(SECOND, Vec::new()).await, "on another stream");
    page.leave().await;

    yodel.signal("TERM").await;
    let log = yodel.ended().await.log;
    let opened = log.lines().filter_map(|line| line.split_once("connection opened peer=")?.1.split(' ').next());
    let peers: Vec<&str> = opened.collect();
    assert!(peers.len() == 2 && peers[0] == peers[1], "two streams of one connection: {log}");
}
