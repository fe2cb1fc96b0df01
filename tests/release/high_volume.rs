//! Many messages: exact counters and a bounded number of rows in the document.

use serde_json::json;
use support::page::Page;
use support::publisher::{self, Flood};
use support::{Browser, TestClient, Yodel, any_browser, apply, chromium_only, each_browser};
use thirtyfour::Key;
use tokio_tungstenite::tungstenite::Message;

const MESSAGES: usize = 10_000;

/// Upper bound of the rows in the document.
const MAX_ROWS: usize = 120;

/// Messages per second and in total of a flood.
const FLOOD_RATE: u32 = 5_000;
const FLOOD_MESSAGES: usize = 15_000;

/// Upper bound of the DOM nodes in the browser's memory, for the page with `MAX_ROWS` rows. Detached nodes count.
const MAX_NODES: u64 = 2_000;

/// Starts a server that keeps all messages of a test for a page that reads slowly: on a busy machine, it would
/// otherwise close the page's connection.
async fn serve() -> Yodel {
    Yodel::serve(&["--max-queue", "64MiB"]).await
}

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
    reading.await.expect("reader does not panic");
}

#[apply(each_browser)]
async fn counts_ten_thousand_messages_and_shows_the_newest(browser: &Browser) {
    let yodel = serve().await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..MESSAGES).await;
    let snapshot =
        page.wait_until("the counter of received messages", |snapshot| snapshot.received == MESSAGES.to_string()).await;
    assert!(snapshot.rows.len() < MAX_ROWS, "{} rows are in the document", snapshot.rows.len());
    page.wait_for_last_row("warning:  > message 9999").await;
    wait_for_the_end(&page).await;
    let numbers = shown_numbers(&page).await;
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "none is missing: {numbers:?}");
    page.submit("still quick").await;
    let snapshot = page.wait_for_last_row("warning:  > still quick").await;
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str()), ("1", "10001"));
    page.finish().await;
}

/// Only Chromium reports the number of DOM nodes.
#[apply(chromium_only)]
async fn counts_a_flood_exactly_without_leaking_nodes(browser: &Browser) {
    let yodel = serve().await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    Flood::prepare(yodel.address(), FLOOD_RATE, FLOOD_MESSAGES).await.run().await;
    let snapshot = page
        .wait_until("the counter of received messages", |snapshot| snapshot.received == FLOOD_MESSAGES.to_string())
        .await;
    assert!(snapshot.rows.len() < MAX_ROWS, "{} rows are in the document", snapshot.rows.len());
    let last = publisher::text(FLOOD_MESSAGES);
    page.wait_until("the last message", |snapshot| snapshot.rows.last().is_some_and(|row| row.text.contains(&last)))
        .await;
    let nodes = node_count(&page).await;
    assert!(nodes < MAX_NODES, "{nodes} nodes are in the browser's memory");
    page.finish().await;
}

#[apply(each_browser)]
async fn keeps_the_scroll_position_and_counts_new_rows(browser: &Browser) {
    let yodel = serve().await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..1000).await;
    page.wait_for_last_row("warning:  > message 999").await;

    scroll_to(&page, 3200).await;
    page.wait_until("an older screen", |snapshot| snapshot.texts("warning").contains(&" > message 100")).await;
    publish(&yodel, 1000..2234).await;
    let snapshot = page.wait_until("the counter of new rows", |snapshot| snapshot.new_rows.contains("1,234 new")).await;
    assert!(snapshot.texts("warning").contains(&" > message 100") && snapshot.rows.len() < MAX_ROWS);

    page.window.click("//button[@class='new-messages']").await;
    page.wait_for_last_row("warning:  > message 2233").await;
    page.wait_until("no new rows", |snapshot| snapshot.new_rows.is_empty()).await;
    wait_for_the_end(&page).await;
    publish(&yodel, 2234..2236).await;
    page.wait_for_last_row("warning:  > message 2235").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn end_key_scrolls_to_the_newest_row(browser: &Browser) {
    let yodel = serve().await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    publish(&yodel, 0..500).await;
    page.wait_for_last_row("warning:  > message 499").await;
    page.press(Key::Shift + Key::Tab).await;
    page.press(Key::Home).await;
    page.wait_until("the beginning", |snapshot| snapshot.texts("warning").contains(&" > message 0")).await;
    publish(&yodel, 500..501).await;
    page.wait_until("1 new", |snapshot| snapshot.new_rows.contains("1 new")).await;
    page.press(Key::End).await;
    page.wait_for_last_row("warning:  > message 500").await;
    page.finish().await;
}

/// Returns the numbers of the messages in the document.
async fn shown_numbers(page: &Page) -> Vec<usize> {
    let snapshot = page.snapshot().await;
    let number = |text: &&str| text.trim_start_matches(" > message ").parse().expect("a number");
    snapshot.texts("warning").iter().map(number).collect()
}

/// Returns the number of DOM nodes in the browser's memory after a garbage collection.
async fn node_count(page: &Page) -> u64 {
    page.window.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let counters = page.window.devtools("Memory.getDOMCounters", json!({})).await;
    counters["nodes"].as_u64().expect("a number")
}

async fn scroll_to(page: &Page, top: u32) {
    page.window.script("document.querySelector('.scroller').scrollTop = arguments[0]", vec![top.into()]).await;
}

/// Waits until the list is scrolled to its end.
async fn wait_for_the_end(page: &Page) {
    let wait = "const list = document.querySelector('.scroller');
        const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight <= 1;
        const poll = (done) => isAtEnd() ? done() : requestAnimationFrame(() => poll(done));
        return new Promise(poll)";
    page.window.script(wait, Vec::new()).await;
}
