//! The page during a server restart: typed messages are neither lost nor duplicated.

use support::page::{Page, PageSnapshot};
use support::{Browser, TestClient, Yodel, any_browser, apply, each_browser};

use crate::fake_timers;
use crate::restart;

/// Stops a server and returns the number of connections in its log.
async fn logged_connections(yodel: Yodel) -> usize {
    yodel.signal("TERM").await;
    yodel.wait_for_exit().await.log.matches("connection opened").count()
}

fn is_counting_down(snapshot: &PageSnapshot) -> bool {
    let seconds = snapshot.banner.strip_prefix("Reconnecting in ").and_then(|rest| rest.strip_suffix(" s."));
    seconds.is_some_and(|seconds| seconds.parse::<u64>().is_ok())
}

/// Opens a page whose server was killed. With its fake timers, it waits for the next retry.
async fn open_in_backoff(browser: &Browser, yodel: Yodel) -> Page {
    let page = fake_timers::open(browser, &yodel.url).await;
    page.wait_for_state("Connected").await;
    yodel.kill().await;
    fake_timers::wait_for_backoff(&page).await;
    page
}

#[apply(each_browser)]
async fn delivers_messages_typed_during_an_outage_once_in_order(browser: &Browser) {
    let yodel = restart::serve(&["--plain", "broadcast"]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;

    page.type_text("half a sen").await;
    yodel.kill().await;
    let closed = format!("WebSocket Server [ws://{address}/ws] Connection Closed! (1006, abnormal)");
    page.wait_until("the close", |snapshot| snapshot.texts("danger") == [&closed]).await;
    page.wait_until("the countdown", is_counting_down).await;
    page.press("tence\n").await;
    for text in ["second", "third"] {
        page.submit(text).await;
    }
    let waiting = page.wait_until("three queued messages", |snapshot| snapshot.texts("success").len() == 4).await;
    assert_eq!(waiting.marks(), ["Acknowledged", "Queued", "Queued", "Queued"]);
    assert_eq!((waiting.sent.as_str(), waiting.received.as_str()), ("1", "1"));

    let restarted = Yodel::serve_at(&address, &["--plain", "broadcast"]).await;
    let snapshot = page.wait_for_last_row("warning:  > third").await;
    let all = ["before", "half a sentence", "second", "third"];
    assert_eq!(snapshot.texts("success"), all);
    assert_eq!(snapshot.texts("warning"), all.map(|text| format!(" > {text}")));
    assert_eq!(snapshot.marks(), ["Acknowledged"; 4]);
    let reset = "#lobby was reset on the server; earlier messages may be lost.";
    assert_eq!(snapshot.texts("danger"), [&closed, reset], "one outage is one row, regardless of the retries");
    assert!(snapshot.texts("info")[1].ends_with("all queued messages sent."), "{:?}", snapshot.texts("info"));
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str(), snapshot.banner.as_str()), ("4", "4", ""));

    let mut other = TestClient::connect(&format!("ws://{address}/ws")).await;
    other.send("to each socket").await;
    let snapshot = page.wait_for_last_row("warning:  > to each socket").await;
    assert_eq!(snapshot.received, "5", "received once on one socket");
    page.finish().await;
    drop(other);
    assert_eq!(logged_connections(restarted).await, 2, "connections of the page and the other client");
}

#[apply(any_browser)]
async fn reconnects_after_a_graceful_restart(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    yodel.signal("TERM").await;
    let closed = format!("WebSocket Server [ws://{address}/ws] Connection Closed! (4001, shutdown)");
    page.wait_until("the close", |snapshot| snapshot.texts("danger") == [&closed]).await;
    assert!(yodel.wait_for_exit().await.status.success());
    page.submit("see you soon").await;

    let restarted = Yodel::serve_at(&address, &[]).await;
    let snapshot = page.wait_for_last_row("warning:  > see you soon").await;
    assert_eq!(snapshot.texts("danger"), [&closed]);
    page.finish().await;
    assert_eq!(logged_connections(restarted).await, 1);
}

#[apply(any_browser)]
async fn retry_now_reconnects_immediately(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    let restarted = Yodel::serve_at(&address, &[]).await;
    assert_eq!(page.snapshot().await.state, "Reconnecting", "no retry before the delay has elapsed");
    page.click("Reconnect now").await;
    page.wait_for_state("Connected").await;
    assert_eq!(fake_timers::dial_count(&page).await, 3);
    page.finish().await;
    assert_eq!(logged_connections(restarted).await, 1);
}

#[apply(any_browser)]
async fn reconnects_when_the_delay_has_elapsed(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    fake_timers::advance_one_day(&page).await;
    page.wait_for_state("Connected").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn does_not_send_queued_messages_to_another_address(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    page.submit("for the echo only").await;
    page.wait_until("the queued message", |snapshot| snapshot.marks() == ["Queued"]).await;

    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.connect_to("/ws/broadcast").await;
    let snapshot = page
        .wait_until("another path", |snapshot| {
            snapshot.address.ends_with("/broadcast") && snapshot.state == "Connected"
        })
        .await;
    assert_eq!(snapshot.marks(), ["Not sent"]);
    page.click("Retry").await;
    page.wait_for_last_row("warning:  > for the echo only").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn stop_ends_reconnecting(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    let restarted = Yodel::serve_at(&address, &[]).await;
    page.click("Stop").await;
    let snapshot = page.wait_for_state("Disconnected").await;
    assert_eq!(snapshot.banner, "");
    fake_timers::advance_one_day(&page).await;
    assert_eq!(fake_timers::dial_count(&page).await, 2);

    page.click("Connect").await;
    page.wait_for_state("Connected").await;
    page.finish().await;
    assert_eq!(logged_connections(restarted).await, 1);
}

#[apply(any_browser)]
async fn deletes_a_queued_message(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    page.submit("better not").await;
    page.submit("yes").await;
    page.wait_until("two queued messages", |snapshot| snapshot.marks() == ["Queued"; 2]).await;
    page.click("Delete").await;
    page.wait_until("one queued message", |snapshot| snapshot.texts("success") == ["yes"]).await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.click("Reconnect now").await;
    let snapshot = page.wait_for_last_row("warning:  > yes").await;
    assert_eq!((snapshot.sent.as_str(), snapshot.texts("warning").len()), ("1", 1));
    page.finish().await;
}

#[apply(any_browser)]
async fn shows_what_was_sent_since_a_restart_before_it_reports_the_loss(browser: &Browser) {
    let yodel = restart::serve(&["--plain", "broadcast"]).await;
    let address = yodel.address().to_string();
    let page = open_in_backoff(browser, yodel).await;
    let _restarted = Yodel::serve_at(&address, &["--plain", "broadcast"]).await;
    let mut other = TestClient::connect(&format!("ws://{address}/ws")).await;
    other.send("meanwhile").await;
    assert_eq!(other.receive().await, "meanwhile");
    page.click("Reconnect now").await;
    let reset = "#lobby was reset on the server; earlier messages may be lost.";
    let snapshot = page.wait_for_last_row(&format!("danger: {reset}")).await;
    assert_eq!(snapshot.texts("warning"), [" > meanwhile"]);
    page.finish().await;
}
