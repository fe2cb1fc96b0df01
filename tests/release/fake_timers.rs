//! A page with fake timers: time passes only when the test advances it, so a test distinguishes
//! "immediately" from "never" without waiting.

use support::browser::{Browser, DisplaySettings};
use support::page::{POLL_INTERVAL, Page};
use support::with_timeout;

/// Opens the page with fake timers.
pub async fn open(browser: &Browser, url: &str) -> Page {
    open_with(browser, url, DisplaySettings::default()).await
}

/// Opens the page with fake timers and these display settings.
pub async fn open_with(browser: &Browser, url: &str, settings: DisplaySettings) -> Page {
    let window = browser.window(settings).await;
    window.run_before_pages(include_str!("fake_timers.js")).await;
    Page::open_in(window, url).await
}

/// Waits until the page has lost its server and its first retry has failed. It does not retry again before
/// the test advances time.
pub async fn wait_for_backoff(page: &Page) {
    let is_in_backoff = async || dial_count(page).await == 2 && !page.snapshot().await.banner.is_empty();
    with_timeout("the first failed retry", async {
        while !is_in_backoff().await {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
}

/// Advances time by one day.
pub async fn advance_one_day(page: &Page) {
    page.window.script("advanceTimers(24 * 60 * 60 * 1000)", Vec::new()).await;
}

/// Returns the number of `WebSocket` objects that the page has created.
pub async fn dial_count(page: &Page) -> u64 {
    page.window.script("return dials", Vec::new()).await.as_u64().expect("a number")
}
