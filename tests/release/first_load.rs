//! Downloads of a visit: the first screen immediately, the tools panel when it is opened.

use std::io::Write;

use serde_json::{Value, json};
use support::browser::DisplaySettings;
use support::yodel::root;
use support::{Browser, Page, Yodel, any_browser, apply, chromium_only};

/// Limit of the size of the first screen in bytes, compressed with brotli. The goal is 98,000.
const MAX_FIRST_SCREEN: u64 = 113_776;

/// Limit of the first screen and of the subprotocol, which is downloaded while the socket connects, in bytes.
const MAX_CONNECTED: u64 = 131_547;

/// Files that the browser fetches itself; they are not among the page's resource entries.
const UNLISTED: [&str; 2] = ["index.html", "sw.js"];

/// Returns the names of the files that the page requested, in order.
async fn downloads(page: &Page) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname.slice(1));";
    let names = page.window.script(script, Vec::new()).await;
    serde_json::from_value(names).expect("names")
}

fn is_part(name: &str) -> bool {
    name.starts_with("tools-")
}

/// Returns whether a file belongs to the subprotocol. Code that it shares with the tools is a file of its own.
fn is_subprotocol(name: &str) -> bool {
    name.starts_with("envelope-") || name.starts_with("chunk_")
}

/// Returns the size of a file of the bundle, compressed with brotli.
fn size(name: &str) -> u64 {
    std::fs::metadata(root().join(format!("dist/{name}.br"))).expect("file exists in dist/").len()
}

/// Waits until the tools panel is shown.
async fn wait_for_tools(page: &Page) {
    let there = "const left = (done) => document.querySelector('aside.sidebar') ? done() : requestAnimationFrame(() => left(done));
        return new Promise(left);";
    page.window.script(there, Vec::new()).await;
}

async fn set_offline(page: &Page, offline: bool) {
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    page.window.devtools("Network.enable", json!({})).await;
    page.window.devtools("Network.emulateNetworkConditions", conditions).await;
}

#[apply(chromium_only)]
async fn first_screen_is_small_and_excludes_the_tools(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let mut names = downloads(&page).await;
    names.extend(UNLISTED.map(str::to_owned));
    names.sort();
    names.dedup();
    let connected: u64 = names.iter().map(|name| size(name)).sum();
    let first_screen: u64 = names.iter().filter(|name| !is_subprotocol(name)).map(|name| size(name)).sum();
    let report: Vec<_> = names.iter().map(|name| format!("{:>9}  {name}\n", size(name))).collect();
    let report = format!(
        "\nbytes of the first screen, compressed with brotli:\n{}{first_screen:>9}  first screen, limit \
         {MAX_FIRST_SCREEN}\n{connected:>9}  with the subprotocol, limit {MAX_CONNECTED}\n",
        report.concat()
    );
    // Not `println!`, whose output is captured in passing tests.
    std::io::stdout().write_all(report.as_bytes()).expect("standard output is writable");
    assert!(names.len() > UNLISTED.len() && first_screen <= MAX_FIRST_SCREEN, "{report}");
    assert!(connected <= MAX_CONNECTED, "{report}");
    assert!(!names.iter().any(|name| is_part(name)), "{report}");
    page.finish().await;
}

/// Returns a connected page without a service worker, which would have the tools in its cache.
async fn connected_without_cache(browser: &Browser, url: &str) -> Page {
    let window = browser.window(DisplaySettings::default()).await;
    window.run_before_pages("delete Navigator.prototype.serviceWorker;").await;
    let page = Page::open_in(window, url).await;
    page.wait_for_state("Connected").await;
    page
}

#[apply(any_browser)]
async fn downloads_the_tools_once_when_opened(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.click("Tools").await;
    wait_for_tools(&page).await;
    page.click("Tools").await;
    page.click("Tools").await;
    wait_for_tools(&page).await;
    let parts: Vec<_> = downloads(&page).await.into_iter().filter(|name| is_part(name)).collect();
    assert_eq!(parts.len(), 1, "{parts:?}");
    page.finish().await;
}

#[apply(chromium_only)]
async fn reports_and_retries_a_failed_tools_download(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = connected_without_cache(browser, &yodel.url).await;
    set_offline(&page, true).await;
    page.click("Tools").await;
    page.wait_until("the error message", |snapshot| snapshot.has_button("Try again")).await;
    let has_error = "return document.body.textContent.includes('Failed to load Tools.');";
    assert_eq!(page.window.script(has_error, Vec::new()).await, Value::Bool(true));

    set_offline(&page, false).await;
    page.click("Try again").await;
    wait_for_tools(&page).await;
    assert_eq!(page.window.script(has_error, Vec::new()).await, Value::Bool(false));
}

#[apply(chromium_only)]
async fn does_not_blame_the_server_for_a_missing_file_while_connected(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = connected_without_cache(browser, &yodel.url).await;
    set_offline(&page, true).await;
    let press = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))";
    page.window.script(press, Vec::new()).await;
    let snapshot = page.wait_until("the error", |snapshot| !snapshot.banner.is_empty()).await;
    assert_eq!(snapshot.state, "Connected");
    assert!(snapshot.banner.starts_with("Failed to load Tools."), "{}", snapshot.banner);
}
