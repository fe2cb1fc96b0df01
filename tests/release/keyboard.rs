//! Keyboard operation of the page.

use support::{Browser, Page, Yodel, any_browser, apply, each_browser};
use thirtyfour::Key;

/// Presses Tab until the id or text of the focused element ends with `target`. Panics after 20 steps.
async fn tab_to(page: &Page, target: &str) {
    let mut passed = Vec::new();
    for _ in 0..20 {
        page.press(Key::Tab).await;
        let focus = page.snapshot().await.focus;
        if focus.ends_with(target) {
            return;
        }
        passed.push(focus);
    }
    panic!("Tab reaches {passed:?}, but not {target}");
}

#[apply(each_browser)]
async fn page_works_with_the_keyboard_alone(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    assert_eq!(page.snapshot().await.focus, "txtContent", "the message field has the focus at first");
    page.press("hello").await;
    tab_to(&page, "btnSend").await;
    page.press(" ").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.press("back in the field\n").await;
    page.wait_for_last_row("warning:  > back in the field").await;

    tab_to(&page, "Disconnect").await;
    page.press(Key::Enter).await;
    page.wait_for_state("Disconnected").await;
    tab_to(&page, "Connect").await;
    page.press(" ").await;
    page.wait_for_state("Connected").await;

    tab_to(&page, "address").await;
    page.press(Key::Enter).await;
    page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
    page.press("/ws/echo\n").await;
    page.wait_until("another path", |snapshot| snapshot.address.ends_with("/ws/echo") && snapshot.state == "Connected")
        .await;
    page.finish().await;
}

#[apply(any_browser)]
async fn button_keeps_the_focus_when_its_label_changes(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    tab_to(&page, "Disconnect").await;
    page.press(Key::Enter).await;
    let snapshot = page.wait_for_state("Disconnected").await;
    assert_eq!(snapshot.focus, "Connect");
    page.press(Key::Enter).await;
    let snapshot = page.wait_for_state("Connected").await;
    assert_eq!(snapshot.focus, "Disconnect");
    page.finish().await;
}

#[apply(each_browser)]
async fn tab_follows_the_visual_order(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let mut stops = Vec::new();
    while !stops.iter().any(|stop| stop == "txtContent") {
        page.press(Key::Tab).await;
        stops.push(page.snapshot().await.focus);
        assert!(stops.len() < 20, "{stops:?}");
    }
    let mut stops = stops.iter();
    for target in ["address", "Disconnect", "Clear", "中文", "Tools", "list", "txtContent"] {
        assert!(stops.any(|stop| stop.contains(target)), "{target} is not reached in order");
    }
    page.press(Key::Tab).await;
    assert_eq!(page.snapshot().await.focus, "btnSend");
    page.finish().await;
}
