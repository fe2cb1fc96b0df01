//! Everything without a mouse.

use support::{Browser, Page, Yodel, apply, each_browser};
use thirtyfour::Key;

/// Presses Tab until what has the focus has this name, or a name that ends with it.
async fn tab_to(page: &Page, target: &str) {
    let mut passed = Vec::new();
    for _ in 0..20 {
        page.press(Key::Tab).await;
        let focus = page.seen().await.focus;
        if focus.ends_with(target) {
            return;
        }
        passed.push(focus);
    }
    panic!("Tab reaches {passed:?}, but not {target}");
}

#[apply(each_browser)]
async fn the_keyboard_alone_is_enough(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    assert_eq!(page.seen().await.focus, "txtContent", "one can type at once");
    page.press("hello").await;
    tab_to(&page, "btnSend").await;
    page.press(" ").await;
    page.until_last("warning:  > hello").await;
    page.press("back in the field\n").await;
    page.until_last("warning:  > back in the field").await;

    tab_to(&page, "Disconnect").await;
    page.press(Key::Enter).await;
    page.until_state("Disconnected").await;
    tab_to(&page, "Connect").await;
    page.press(" ").await;
    page.until_state("Connected").await;

    tab_to(&page, "address").await;
    page.press(Key::Enter).await;
    page.until("the address field", |seen| seen.focus == "txtUrl").await;
    page.press("/ws/echo\n").await;
    page.until("another path", |seen| seen.address.ends_with("/ws/echo") && seen.state == "Connected").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_button_that_changes_its_word_keeps_the_focus(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    tab_to(&page, "Disconnect").await;
    page.press(Key::Enter).await;
    let seen = page.until_state("Disconnected").await;
    assert_eq!(seen.focus, "Connect");
    page.press(Key::Enter).await;
    let seen = page.until_state("Connected").await;
    assert_eq!(seen.focus, "Disconnect");
    page.leave().await;
}

#[apply(each_browser)]
async fn tab_reaches_everything_in_the_order_it_is_seen(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let mut stops = Vec::new();
    while !stops.iter().any(|stop| stop == "txtContent") {
        page.press(Key::Tab).await;
        stops.push(page.seen().await.focus);
        assert!(stops.len() < 20, "{stops:?}");
    }
    let mut stops = stops.iter();
    for target in ["address", "Disconnect", "Clear", "中文", "Tools", "list", "txtContent"] {
        assert!(stops.any(|stop| stop.contains(target)), "{target} is not reached after the one before it");
    }
    page.press(Key::Tab).await;
    assert_eq!(page.seen().await.focus, "btnSend");
    page.leave().await;
}
