//! A page whose time passes when the test says so: what happens "at once", and what "never"
//! happens, can be told apart without waiting.

use support::browser::{Browser, Look};
use support::page::{GLANCE, Page};
use support::soon;

/// Opens the page with its timers held.
pub async fn open(browser: &Browser, url: &str) -> Page {
    open_as(browser, url, Look::default()).await
}

/// Opens the page with its timers held, in a window that is like this.
pub async fn open_as(browser: &Browser, url: &str, look: Look) -> Page {
    let window = browser.window(look).await;
    window.run_before_pages(include_str!("stopwatch.js")).await;
    Page::open_in(window, url).await
}

/// Waits until the page has lost its server and has tried once to come back: it does not try again
/// before time passes.
pub async fn until_it_waits(page: &Page) {
    let waits = async || dials(page).await == 2 && !page.seen().await.notice.is_empty();
    soon("the first retry fails", async {
        while !waits().await {
            tokio::time::sleep(GLANCE).await;
        }
    })
    .await;
}

/// Lets a whole day pass.
pub async fn pass_a_day(page: &Page) {
    page.window.script("pass(24 * 60 * 60 * 1000)", Vec::new()).await;
}

/// How often the page has dialled.
pub async fn dials(page: &Page) -> u64 {
    page.window.script("return dials", Vec::new()).await.as_u64().expect("a number")
}
