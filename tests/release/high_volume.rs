//! Many messages: counted exactly, and only those on the screen in the document.

use serde_json::json;
use support::browser::Kind;
use support::page::Page;
use support::publisher::{self, Flood};
use support::{Browser, TestClient, Yodel, apply, each_browser};
use thirtyfour::Key;
use tokio_tungstenite::tungstenite::Message;

const MESSAGES: usize = 10_000;

/// Rows in the document at most, whatever was received.
const DRAWN: usize = 120;

/// A flood, in messages a second and in all.
const RATE: u32 = 5_000;
const MANY: usize = 15_000;

/// Nodes in the browser's memory at most, those that are about to be thrown away included: for the rows
/// that are drawn at most, and a page around them.
const NODES: u64 = 2_000;

/// Publishes these messages as fast as the server takes them.
async fn publish(yodel: &Yodel, numbers: std::ops::Range<usize>) {
    let (mut writer, mut reader) = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await.split();
    let count = numbers.len();
    let reading = tokio::spawn(async move {
        for _ in 0..count {
            reader.receive().await;
        }
    });
    for number in numbers {
        writer.send(Message::text(format!("message {number}"))).await;
    }
    reading.await.expect("all of them came back");
}

#[apply(each_browser)]
async fn ten_thousand_messages_are_counted_and_the_newest_is_shown(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..MESSAGES).await;
    let seen = page.until("all are counted", |seen| seen.received == MESSAGES.to_string()).await;
    assert!(seen.rows.len() < DRAWN, "{} rows are in the document", seen.rows.len());
    page.until_last("warning:  > message 9999").await;
    assert!(is_at_the_end(&page).await);
    let numbers = shown(&page).await;
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "none is missing: {numbers:?}");
    page.say("still quick").await;
    let seen = page.until_last("warning:  > still quick").await;
    assert_eq!((seen.sent.as_str(), seen.received.as_str()), ("1", "10001"));
    page.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_three_seconds_is_counted_exactly_and_leaves_nothing_behind() {
    let yodel = Yodel::serve(&[]).await;
    // Only Chromium tells how many nodes there are.
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    Flood::prepare(yodel.address(), RATE, MANY).await.run().await;
    let seen = page.until("all are counted", |seen| seen.received == MANY.to_string()).await;
    assert!(seen.rows.len() < DRAWN, "{} rows are in the document", seen.rows.len());
    let last = publisher::text(MANY);
    page.until("the last one is shown", |seen| seen.rows.last().is_some_and(|row| row.text.contains(&last))).await;
    let nodes = nodes(&page).await;
    assert!(nodes < NODES, "{nodes} nodes are in the browser's memory");
    page.leave().await;
}

#[apply(each_browser)]
async fn who_scrolls_up_stays_there_and_is_told_what_is_new(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..1000).await;
    page.until_last("warning:  > message 999").await;

    scroll_to(&page, 3200).await;
    page.until("an older screen", |seen| seen.texts("warning").contains(&" > message 100")).await;
    publish(&yodel, 1000..2234).await;
    let seen = page.until("how many are new", |seen| seen.unseen.contains("1,234 new")).await;
    assert!(seen.texts("warning").contains(&" > message 100") && seen.rows.len() < DRAWN);

    page.window.click("//button[@class='new']").await;
    let seen = page.until_last("warning:  > message 2233").await;
    assert_eq!(seen.unseen, "");
    assert!(is_at_the_end(&page).await);
    publish(&yodel, 2234..2236).await;
    page.until_last("warning:  > message 2235").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn the_end_key_returns_too(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..500).await;
    page.until_last("warning:  > message 499").await;
    page.press(Key::Shift + Key::Tab).await;
    page.press(Key::Home).await;
    page.until("the beginning", |seen| seen.texts("warning").contains(&" > message 0")).await;
    publish(&yodel, 500..501).await;
    page.until("1 new", |seen| seen.unseen.contains("1 new")).await;
    page.press(Key::End).await;
    page.until_last("warning:  > message 500").await;
    page.leave().await;
}

/// The numbers of the messages in the document.
async fn shown(page: &Page) -> Vec<usize> {
    let seen = page.seen().await;
    let number = |text: &&str| text.trim_start_matches(" > message ").parse().expect("a number");
    seen.texts("warning").iter().map(number).collect()
}

/// The nodes in the browser's memory, in the document or still held by somebody.
async fn nodes(page: &Page) -> u64 {
    page.window.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let counters = page.window.devtools("Memory.getDOMCounters", json!({})).await;
    counters["nodes"].as_u64().expect("a number")
}

async fn scroll_to(page: &Page, top: u32) {
    page.window.script("document.querySelector('.scroller').scrollTop = arguments[0]", vec![top.into()]).await;
}

async fn is_at_the_end(page: &Page) -> bool {
    let below = "const list = document.querySelector('.scroller');
        return list.scrollHeight - list.scrollTop - list.clientHeight";
    page.window.script(below, Vec::new()).await.as_f64().expect("pixels") <= 1.0
}
