//! Earlier messages of a room.

use support::{Browser, Page, TestClient, Yodel, any_browser, apply};

/// Messages in the history: more than two pages.
const MESSAGES: u64 = 120;

/// Publishes numbered messages in an empty room.
async fn publish_all(yodel: &Yodel, room: &str) {
    let url = format!("ws://{}/ws", yodel.address());
    let client = TestClient::try_connect(&url, &[("sec-websocket-protocol", "yodel.v1")]).await;
    let mut client = client.unwrap_or_else(|status| panic!("handshake rejected with {status}"));
    for id in 1..=MESSAGES {
        let frame = format!(r#"{{"id":{id},"type":"publish","room":"{room}","event":"text","data":"number {id}"}}"#);
        client.send(&frame).await;
    }
    let last = format!(r#""id":{MESSAGES}"#);
    while !client.receive().await.contains(&last) {}
}

fn has_number(message: &str, number: u64) -> bool {
    message.ends_with(&format!(" number {number}"))
}

#[apply(any_browser)]
async fn loads_history_page_by_page(browser: &Browser) {
    let yodel = Yodel::serve(&["--history-messages", "200"]).await;
    publish_all(&yodel, "chat").await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join("chat").await;
    for first in [71, 21, 1] {
        page.click("Earlier messages").await;
        let count = usize::try_from(MESSAGES - first + 1).expect("count fits into usize");
        let messages = page.wait_for_texts(".history li", |messages| messages.len() == count).await;
        for (message, number) in messages.iter().zip(first..) {
            assert!(has_number(message, number), "{message} is not number {number}");
        }
    }
    page.wait_until("the removed button", |snapshot| !snapshot.has_button("Earlier messages")).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn history_excludes_messages_in_the_list(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join("chat").await;
    page.submit("said now").await;
    page.wait_until("the published message", |snapshot| snapshot.received == "1").await;
    page.click("Earlier messages").await;
    page.wait_for_text(".history p", "No earlier messages.").await;
    assert_eq!(page.element_texts(".history li").await, [""; 0]);
    page.finish().await;
}
