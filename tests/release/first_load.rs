//! What a visitor downloads: the first screen at once, the tools when they are opened.

use std::io::Write;

use serde_json::{Value, json};
use support::browser::Kind;
use support::yodel::root;
use support::{Browser, Page, Yodel, apply, each_browser};

/// The first screen in brotli form. It is to be 100,000.
const LARGEST: u64 = 128_000;

/// Fetched by the browser itself, not by the page: never among its resources.
const UNLISTED: [&str; 2] = ["index.html", "sw.js"];

/// The names of the files that the page has asked for, in their order.
async fn downloads(page: &Page) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname.slice(1));";
    let names = page.window.script(script, Vec::new()).await;
    serde_json::from_value(names).expect("names")
}

fn is_part(name: &str) -> bool {
    name.starts_with("tools-")
}

/// Waits until the tools are there.
async fn until_tools(page: &Page) {
    let there = "const left = (done) => document.querySelector('aside.sidebar') ? done() : requestAnimationFrame(() => left(done));
        return new Promise(left);";
    page.window.script(there, Vec::new()).await;
}

async fn set_offline(page: &Page, offline: bool) {
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    page.window.devtools("Network.enable", json!({})).await;
    page.window.devtools("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn the_first_screen_is_small_and_brings_no_tools() {
    let yodel = Yodel::serve(&[]).await;
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &yodel.url).await;
    let mut names = downloads(&page).await;
    names.extend(UNLISTED.map(str::to_owned));
    names.sort();
    names.dedup();
    let size = |name: &String| std::fs::metadata(root().join(format!("dist/{name}.br"))).expect("it is in dist/").len();
    let total: u64 = names.iter().map(size).sum();
    let report: Vec<_> = names.iter().map(|name| format!("{:>9}  {name}\n", size(name))).collect();
    let report = format!("\nbytes of the first screen, in brotli form:\n{}{total:>9}  of {LARGEST}\n", report.concat());
    // Not `println!`, which is heard only of tests that fail.
    std::io::stdout().write_all(report.as_bytes()).expect("standard output is there");
    assert!(names.len() > UNLISTED.len() && total <= LARGEST, "{report}");
    assert!(!names.iter().any(|name| is_part(name)), "{report}");
    page.leave().await;
}

#[apply(each_browser)]
async fn the_tools_are_downloaded_when_they_are_opened_and_once(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.click("Tools").await;
    until_tools(&page).await;
    page.click("Tools").await;
    page.click("Tools").await;
    until_tools(&page).await;
    let parts: Vec<_> = downloads(&page).await.into_iter().filter(|name| is_part(name)).collect();
    assert_eq!(parts.len(), 1, "{parts:?}");
    page.leave().await;
}

#[tokio::test]
async fn tools_that_cannot_be_downloaded_are_said_and_tried_again() {
    let yodel = Yodel::serve(&[]).await;
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &yodel.url).await;
    set_offline(&page, true).await;
    page.click("Tools").await;
    page.until("it is said", |seen| seen.has_button("Try again")).await;
    let said = "return document.body.textContent.includes('Failed to load Tools.');";
    assert_eq!(page.window.script(said, Vec::new()).await, Value::Bool(true));

    set_offline(&page, false).await;
    page.click("Try again").await;
    until_tools(&page).await;
    assert_eq!(page.window.script(said, Vec::new()).await, Value::Bool(false));
}
