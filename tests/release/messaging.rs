//! Connecting, sending and receiving in the page.

use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::closing_server::ClosingServer;

/// Returns `ws://127.0.0.1:PORT/PATH`.
fn socket_url(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

#[apply(each_browser)]
async fn sends_messages_and_shows_echoes(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.type_text("你好，世界").await;
    page.click("Send").await;
    let snapshot = page.wait_for_last_row("warning:  > 你好，世界").await;
    let opened = format!("info: WebSocket Server [{}] Connection Succeeded!", socket_url(&yodel, "/ws"));
    assert_eq!(
        snapshot.transcript(),
        [&opened, "success: hello", "warning:  > hello", "success: 你好，世界", "warning:  > 你好，世界"]
    );
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str()), ("2", "2"));
    assert_eq!(snapshot.marks(), ["Acknowledged"; 2]);
    assert_eq!(snapshot.address, socket_url(&yodel, "/ws"));
    page.finish().await;
}

#[apply(any_browser)]
async fn two_pages_exchange_messages(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let url = format!("{}/?url=/ws/broadcast", yodel.url);
    let ana = Page::connected(browser, &url).await;
    let bo = Page::connected(browser, &url).await;
    ana.submit("is anybody there?").await;
    bo.wait_for_last_row("warning:  > is anybody there?").await;
    bo.submit("me").await;
    let opened = format!("info: WebSocket Server [{}] Connection Succeeded!", socket_url(&yodel, "/ws/broadcast"));
    let transcript = ana.wait_for_last_row("warning:  > me").await.transcript();
    let messages = ["success: is anybody there?", "warning:  > is anybody there?", "warning:  > me"];
    assert_eq!(transcript, [&[opened.as_str()][..], &messages].concat());
    let transcript = bo.wait_for_last_row("warning:  > me").await.transcript();
    assert_eq!(transcript, [&opened, "warning:  > is anybody there?", "success: me", "warning:  > me"]);
    ana.finish().await;
    bo.finish().await;
}

#[apply(any_browser)]
async fn connects_to_another_path_and_keeps_it_in_the_link(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.connect_to("/ws/broadcast").await;
    let broadcast = socket_url(&yodel, "/ws/broadcast");
    let snapshot = page.wait_for_last_row(&format!("info: WebSocket Server [{broadcast}] Connection Succeeded!")).await;
    let closed = format!("info: WebSocket Server [{}] Connection Closed! (1000, normal)", socket_url(&yodel, "/ws"));
    assert!(snapshot.transcript().contains(&closed), "{:?}", snapshot.transcript());
    assert_eq!(snapshot.address, broadcast);

    page.window.reload().await;
    page.wait_for_last_row(&format!("info: WebSocket Server [{broadcast}] Connection Succeeded!")).await;
    let mut other = TestClient::connect(&broadcast).await;
    other.send("in the same room").await;
    page.wait_for_last_row("warning:  > in the same room").await;

    page.connect_to("/ws").await;
    page.wait_until("the default address", |snapshot| snapshot.address == socket_url(&yodel, "/ws")).await;
    assert_eq!(page.window.address().await, format!("{}/", yodel.url), "the default address is not in the link");
    page.finish().await;
}

#[apply(any_browser)]
async fn disconnects_and_reconnects_on_request(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.click("Disconnect").await;
    let url = socket_url(&yodel, "/ws");
    let closed = format!("info: WebSocket Server [{url}] Connection Closed! (1000, normal)");
    let snapshot = page.wait_for_last_row(&closed).await;
    assert_eq!((snapshot.state.as_str(), snapshot.banner.as_str()), ("Disconnected", ""));
    page.click("Connect").await;
    page.wait_for_state("Connected").await;
    page.submit("back again").await;
    let snapshot = page.wait_for_last_row("warning:  > back again").await;
    let opened = format!("info: WebSocket Server [{url}] Connection Succeeded!");
    assert_eq!(snapshot.transcript(), [&opened, &closed, &opened, "success: back again", "warning:  > back again"]);
    page.finish().await;
}

#[apply(any_browser)]
async fn confirms_before_connecting_to_a_linked_server(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let foreign = ClosingServer::with_close(1000, "bye").await;
    let page = Page::open(browser, &format!("{}/?url={}", yodel.url, foreign.url)).await;
    let snapshot = page.wait_until("the confirmation", |snapshot| snapshot.banner.contains(&foreign.url)).await;
    assert_eq!((snapshot.address.as_str(), snapshot.state.as_str()), (foreign.url.as_str(), "Disconnected"));
    assert_eq!(snapshot.transcript(), [""; 0]);
    assert_eq!(foreign.connection_count(), 0, "no connection before the confirmation");

    page.click("Connect").await;
    page.wait_for_last_row(&format!(
        "danger: WebSocket Server [{}] Connection Closed! (1000, normal: bye)",
        foreign.url
    ))
    .await;
    assert_eq!(foreign.connection_count(), 1);
    page.finish().await;
}

#[apply(any_browser)]
async fn shows_size_and_first_bytes_of_a_binary_message(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    let mut sender = TestClient::connect(&socket_url(&yodel, "/ws/broadcast")).await;
    sender.send_message(Message::binary(vec![0x0a, 0x1f, 0x9c])).await;
    page.wait_for_last_row("warning:  > binary, 3 bytes: 0a 1f 9c").await;
    sender.send_message(Message::binary(vec![0xff; 1000])).await;
    let snapshot = page.wait_until("the second message", |snapshot| snapshot.received == "2").await;
    let last = snapshot.rows.last().expect("a row");
    assert!(last.text.starts_with(" > binary, 1,000 bytes: ff ff ") && last.text.ends_with('…'), "{}", last.text);
    page.finish().await;
}

#[apply(each_browser)]
async fn shows_close_code_name_and_reason(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    for (code, reason, shown) in [
        (4001, "back at noon", "4001, shutdown: back at noon"),
        (1013, "", "1013, try again later"),
        (4321, "", "4321"),
    ] {
        let server = ClosingServer::with_close(code, reason).await;
        page.connect_to(&server.url).await;
        let row = format!("WebSocket Server [{}] Connection Closed! ({shown})", server.url);
        page.wait_until(&row, |snapshot| snapshot.texts("danger").contains(&row.as_str())).await;
        page.click("Stop").await;
    }
    page.finish().await;
}
