//! Close codes after which the page does not reconnect.

use support::{Browser, Page, Yodel, any_browser, apply};
use thirtyfour::Key;

use crate::closing_server::ClosingServer;
use crate::fake_timers;

#[apply(any_browser)]
async fn shows_a_final_close_and_retries_only_on_request(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = ClosingServer::with_close(4502, "unauthorized").await;
    let page = fake_timers::open(browser, &format!("{}/?url={}", yodel.url, server.url)).await;
    page.click("Connect").await;

    let expected_banner = "The server closed the connection (4502: unauthorized). Not reconnecting.";
    let closed = format!("WebSocket Server [{}] Connection Closed! (4502, unauthorized", server.url);
    page.wait_until(&closed, |snapshot| snapshot.texts("danger").iter().any(|row| row.starts_with(&closed))).await;
    let snapshot = page.snapshot().await;
    assert_eq!((snapshot.state.as_str(), snapshot.banner.as_str()), ("Disconnected", expected_banner));
    fake_timers::advance_one_day(&page).await;
    assert_eq!(page.snapshot().await.banner, expected_banner);
    assert_eq!(server.connection_count(), 1);

    page.click("Try again").await;
    page.wait_until("a second rejection", |snapshot| snapshot.texts("danger").len() == 2).await;
    fake_timers::advance_one_day(&page).await;
    assert_eq!(server.connection_count(), 2);
    page.finish().await;
}

#[apply(any_browser)]
async fn does_not_resend_an_oversized_message(browser: &Browser) {
    let yodel = Yodel::serve(&["--max-message", "100"]).await;
    let page = fake_timers::open(browser, &format!("{}/?mode=plain", yodel.url)).await;
    page.wait_for_state("Connected").await;
    page.submit(&"x".repeat(100)).await;
    page.wait_until("the echo of a message at the limit", |snapshot| snapshot.received == "1").await;
    page.submit(&"x".repeat(101)).await;

    let expected_banner = "The server closed the connection (1009: message too big). Not reconnecting.";
    page.wait_until(expected_banner, |snapshot| snapshot.banner == expected_banner).await;
    fake_timers::advance_one_day(&page).await;
    assert_eq!(fake_timers::dial_count(&page).await, 1);

    page.click("Try again").await;
    page.wait_for_state("Connected").await;
    page.submit("short").await;
    let snapshot = page.wait_for_last_row("warning:  > short").await;
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str()), ("3", "2"), "the oversized message was sent once");
    page.finish().await;
}

#[apply(any_browser)]
async fn envelope_mode_does_not_send_an_oversized_message(browser: &Browser) {
    let yodel = Yodel::serve(&["--max-message", "200"]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit(&"x".repeat(201)).await;
    let snapshot = page.wait_until("the hint", |snapshot| snapshot.hint.starts_with("Message too large: ")).await;
    assert!(snapshot.hint.ends_with(" bytes (limit 200).") && snapshot.content.len() == 201, "{snapshot:?}");
    page.press(Key::Control + "a").await;
    page.press(Key::Backspace).await;
    page.submit("short").await;
    let snapshot = page.wait_for_last_row("warning:  > short").await;
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str(), snapshot.state.as_str()), ("1", "1", "Connected"));
    page.finish().await;
}

#[apply(any_browser)]
async fn edit_button_focuses_the_address_field(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = ClosingServer::with_close(1008, "not here").await;
    let page = Page::open(browser, &format!("{}/?url={}", yodel.url, server.url)).await;
    page.click("Connect").await;
    page.wait_until("the rejection", |snapshot| snapshot.banner.contains("(1008: not here)")).await;
    page.click("Edit URL").await;
    let snapshot = page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
    assert_eq!(snapshot.address, server.url);
    page.press("/ws\n").await;
    page.wait_for_state("Connected").await;
    assert_eq!(server.connection_count(), 1);
    page.finish().await;
}
