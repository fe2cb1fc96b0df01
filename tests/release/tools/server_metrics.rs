//! Server metrics in the page, and the credentials that they require.

use serde_json::json;
use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply};
use tempfile::NamedTempFile;

const METRICS: &str = ".metrics .metric";
const KEY: &str = "a-key-that-is-long-enough-for-everybody";

async fn open_metrics(browser: &Browser, yodel: &Yodel) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.click("Server metrics").await;
    page
}

fn starts_with(metrics: &[String], expected: &[&str]) -> bool {
    metrics.iter().map(String::as_str).take(expected.len()).eq(expected.iter().copied())
}

#[apply(any_browser)]
async fn shows_metrics_of_the_running_server(browser: &Browser) {
    let yodel = Yodel::serve(&[&["--plain", "broadcast"][..], &NO_PINGS].concat()).await;
    let page = open_metrics(browser, &yodel).await;
    page.wait_for_texts(METRICS, |metrics| starts_with(metrics, &["Connections1", "Rooms1"])).await;
    page.wait_for_texts(".metrics ul, .metrics p", |words| {
        words.contains(&"None since the server started.".to_owned())
    })
    .await;
    let url = format!("ws://{}/ws", yodel.address());
    let other = [TestClient::connect(&url).await, TestClient::connect(&url).await];
    page.join("chat").await;
    page.wait_for_texts(METRICS, |metrics| starts_with(metrics, &["Connections3", "Rooms2"])).await;
    drop(other);
    page.wait_for_texts(METRICS, |metrics| starts_with(metrics, &["Connections1"])).await;
    page.wait_for_texts(".metrics li", |closes| closes == ["1006, abnormal2"]).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn requests_a_key_for_protected_metrics(browser: &Browser) {
    let key = NamedTempFile::new().expect("temporary file");
    std::fs::write(key.path(), KEY).expect("file is writable");
    let file = key.path().to_str().expect("path is UTF-8");
    let yodel = Yodel::serve(&["--metrics", "api", "--api-key-file", file]).await;
    let page = open_metrics(browser, &yodel).await;
    let expected = "Metrics require an API key or a token with the “api” claim. The page does not store it.";
    page.wait_for_text(".metrics p", expected).await;
    page.fill("key", "a wrong key\n").await;
    wait_for_requests(&page, 2).await;
    page.wait_for_text(".metrics p", expected).await;
    page.fill("key", &format!("{KEY}\n")).await;
    page.wait_for_texts(METRICS, |metrics| starts_with(metrics, &["Connections1"])).await;
    let stored = "return JSON.stringify([localStorage, sessionStorage, location.href])";
    let stored = page.window.script(stored, Vec::new()).await;
    assert!(!stored.as_str().expect("a string").contains(KEY), "{stored}");
    page.window.console_errors().await; // Browsers log every 401 response.
    page.finish().await;
}

/// Waits until the page has received `times` responses for `/metrics`.
async fn wait_for_requests(page: &Page, times: u32) {
    let answered = "const answers = () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/metrics'));
        const left = (done) => answers().length >= arguments[0] ? done() : requestAnimationFrame(() => left(done));
        return new Promise(left);";
    page.window.script(answered, vec![json!(times)]).await;
}

#[apply(any_browser)]
async fn reports_disabled_metrics(browser: &Browser) {
    let yodel = Yodel::serve(&["--metrics", "api"]).await;
    let page = open_metrics(browser, &yodel).await;
    page.wait_for_text(".metrics p", "Metrics are disabled on this server (option --metrics).").await;
    page.window.console_errors().await; // Browsers log every 404 response.
    page.finish().await;
}
