//! A page whose time passes when the test says so: what happens "at once", and what "never"
//! happens, can be told apart without waiting.

use support::browser::{Browser, Look};
use support::page::Page;

/// Opens the page with its timers held.
pub async fn open(browser: &Browser, url: &str) -> Page {
    let window = browser.window(Look::default()).await;
    window.run_before_pages(include_str!("stopwatch.js")).await;
    Page::open_in(window, url).await
}

/// Lets a whole day pass.
pub async fn pass_a_day(page: &Page) {
    page.window.script("pass(24 * 60 * 60 * 1000)", Vec::new()).await;
}

/// How often the page has dialled.
pub async fn dials(page: &Page) -> u64 {
    page.window.script("return dials", Vec::new()).await.as_u64().expect("a number")
}
