//! Connecting and talking, to oneself and to others.

use support::{Browser, Page, TestClient, Yodel, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::peer::Peer;

/// `ws://127.0.0.1:PORT/PATH`
fn socket(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

#[apply(each_browser)]
async fn the_page_connects_and_what_is_sent_comes_back(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.say("hello").await;
    page.until_last("warning:  > hello").await;
    page.write("你好，世界").await;
    page.click("Send").await;
    let seen = page.until_last("warning:  > 你好，世界").await;
    let opened = format!("info: WebSocket Server [{}] Connection Succeeded!", socket(&yodel, "/ws"));
    assert_eq!(
        seen.transcript(),
        [&opened, "success: hello", "warning:  > hello", "success: 你好，世界", "warning:  > 你好，世界"]
    );
    assert_eq!((seen.sent.as_str(), seen.received.as_str()), ("2", "2"));
    assert_eq!(seen.marks(), ["The server has it"; 2]);
    assert_eq!(seen.address, socket(&yodel, "/ws"));
    page.leave().await;
}

#[apply(each_browser)]
async fn two_browsers_talk(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let url = format!("{}/?url=/ws/broadcast", yodel.url);
    let ana = Page::connected(browser, &url).await;
    let bo = Page::connected(browser, &url).await;
    ana.say("is anybody there?").await;
    bo.until_last("warning:  > is anybody there?").await;
    bo.say("me").await;
    let opened = format!("info: WebSocket Server [{}] Connection Succeeded!", socket(&yodel, "/ws/broadcast"));
    let heard = ana.until_last("warning:  > me").await.transcript();
    let said = ["success: is anybody there?", "warning:  > is anybody there?", "warning:  > me"];
    assert_eq!(heard, [&[opened.as_str()][..], &said].concat());
    let heard = bo.until_last("warning:  > me").await.transcript();
    assert_eq!(heard, [&opened, "warning:  > is anybody there?", "success: me", "warning:  > me"]);
    ana.leave().await;
    bo.leave().await;
}

#[apply(each_browser)]
async fn another_path_is_dialled_from_the_address_and_kept_in_the_link(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.dial("/ws/broadcast").await;
    let broadcast = socket(&yodel, "/ws/broadcast");
    let seen = page.until_last(&format!("info: WebSocket Server [{broadcast}] Connection Succeeded!")).await;
    let closed = format!("danger: WebSocket Server [{}] Connection Closed! (1000, normal)", socket(&yodel, "/ws"));
    assert!(seen.transcript().contains(&closed), "{:?}", seen.transcript());
    assert_eq!(seen.address, broadcast);

    page.window.reload().await;
    page.until_last(&format!("info: WebSocket Server [{broadcast}] Connection Succeeded!")).await;
    let mut other = TestClient::connect(&broadcast).await;
    other.send("in the same room").await;
    page.until_last("warning:  > in the same room").await;

    page.dial("/ws").await;
    page.until("the own server", |seen| seen.address == socket(&yodel, "/ws")).await;
    assert_eq!(page.window.address().await, format!("{}/", yodel.url), "the default needs no word in the link");
    page.leave().await;
}

#[apply(each_browser)]
async fn a_person_disconnects_and_connects(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.click("Disconnect").await;
    let url = socket(&yodel, "/ws");
    let closed = format!("danger: WebSocket Server [{url}] Connection Closed! (1000, normal)");
    let seen = page.until_last(&closed).await;
    assert_eq!((seen.state.as_str(), seen.notice.as_str()), ("Disconnected", ""));
    page.click("Connect").await;
    page.until_state("Connected").await;
    page.say("back again").await;
    let seen = page.until_last("warning:  > back again").await;
    let opened = format!("info: WebSocket Server [{url}] Connection Succeeded!");
    assert_eq!(seen.transcript(), [&opened, &closed, &opened, "success: back again", "warning:  > back again"]);
    page.leave().await;
}

#[apply(each_browser)]
async fn a_link_to_another_server_is_filled_in_and_dialled_only_when_a_person_says_so(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let foreign = Peer::closing_with(1000, "bye").await;
    let page = Page::open(browser, &format!("{}/?url={}", yodel.url, foreign.url)).await;
    let seen = page.until("the question", |seen| seen.notice.contains(&foreign.url)).await;
    assert_eq!((seen.address.as_str(), seen.state.as_str()), (foreign.url.as_str(), "Disconnected"));
    assert_eq!(seen.transcript(), [""; 0]);
    assert_eq!(foreign.dialled(), 0, "nobody asked for it");

    page.click("Connect").await;
    page.until_last(&format!("danger: WebSocket Server [{}] Connection Closed! (1000, normal: bye)", foreign.url))
        .await;
    assert_eq!(foreign.dialled(), 1);
    page.leave().await;
}

#[apply(each_browser)]
async fn a_binary_message_is_its_size_and_its_first_bytes(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    let mut sender = TestClient::connect(&socket(&yodel, "/ws/broadcast")).await;
    sender.send_message(Message::binary(vec![0x0a, 0x1f, 0x9c])).await;
    page.until_last("warning:  > binary, 3 bytes: 0a 1f 9c").await;
    sender.send_message(Message::binary(vec![0xff; 1000])).await;
    let seen = page.until("the second", |seen| seen.received == "2").await;
    let last = seen.rows.last().expect("a row");
    assert!(last.text.starts_with(" > binary, 1000 bytes: ff ff ") && last.text.ends_with('…'), "{}", last.text);
    page.leave().await;
}

#[apply(each_browser)]
async fn the_servers_code_its_name_and_its_words_are_shown(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    for (code, reason, shown) in [
        (4001, "back at noon", "4001, shutdown: back at noon"),
        (1013, "", "1013, try again later"),
        (4321, "", "4321"),
    ] {
        let peer = Peer::closing_with(code, reason).await;
        page.dial(&peer.url).await;
        let row = format!("WebSocket Server [{}] Connection Closed! ({shown})", peer.url);
        page.until(&row, |seen| seen.texts("danger").contains(&row.as_str())).await;
        page.click("Stop").await;
    }
    page.leave().await;
}
