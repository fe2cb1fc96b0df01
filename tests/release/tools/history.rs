//! What was said in a room before one came.

use support::{Browser, Page, TestClient, Yodel, apply, each_browser};

/// More than two pages of them.
const MESSAGES: u64 = 120;

/// Says them in a room, one after the other, with nobody there.
async fn say_all(yodel: &Yodel, room: &str) {
    let url = format!("ws://{}/ws", yodel.address());
    let client = TestClient::try_connect(&url, &[("sec-websocket-protocol", "yodel.v1")]).await;
    let mut client = client.unwrap_or_else(|status| panic!("it answers {status}"));
    for id in 1..=MESSAGES {
        let frame = format!(r#"{{"id":{id},"type":"publish","room":"{room}","event":"text","data":"number {id}"}}"#);
        client.send(&frame).await;
    }
    let last = format!(r#""id":{MESSAGES}"#);
    while !client.receive().await.contains(&last) {}
}

fn says(message: &str, number: u64) -> bool {
    message.ends_with(&format!(" number {number}"))
}

#[apply(each_browser)]
async fn earlier_messages_come_page_by_page_down_to_the_first(browser: &Browser) {
    let yodel = Yodel::serve(&["--history-messages", "200"]).await;
    say_all(&yodel, "chat").await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join("chat").await;
    for first in [71, 21, 1] {
        page.click("Earlier messages").await;
        let count = usize::try_from(MESSAGES - first + 1).expect("a few");
        let messages = page.until_words(".earlier li", |messages| messages.len() == count).await;
        for (message, number) in messages.iter().zip(first..) {
            assert!(says(message, number), "{message} is not number {number}");
        }
    }
    page.until("no way further back", |seen| !seen.has_button("Earlier messages")).await;
    page.leave().await;
}

#[apply(each_browser)]
async fn what_is_in_the_list_is_not_among_the_earlier_messages(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join("chat").await;
    page.say("said now").await;
    page.until("it is in the room", |seen| seen.received == "1").await;
    page.click("Earlier messages").await;
    page.until_says(".earlier p", "Nothing is kept from before.").await;
    assert_eq!(page.words(".earlier li").await, [""; 0]);
    page.leave().await;
}
