//! Figures of the server, for those who may see them.

use serde_json::json;
use support::{Browser, Page, TestClient, Yodel, apply, each_browser};
use tempfile::NamedTempFile;

const FIGURES: &str = ".admin .figure";
const KEY: &str = "a-key-that-is-long-enough-for-everybody";

async fn opened(browser: &Browser, yodel: &Yodel) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.click("Server").await;
    page
}

fn starts_with(figures: &[String], expected: &[&str]) -> bool {
    figures.iter().map(String::as_str).take(expected.len()).eq(expected.iter().copied())
}

#[apply(each_browser)]
async fn the_figures_are_those_of_the_live_server(browser: &Browser) {
    let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
    let page = opened(browser, &yodel).await;
    page.until_words(FIGURES, |figures| starts_with(figures, &["Connections1", "Rooms1"])).await;
    page.until_words(".admin ul, .admin p", |words| words.contains(&"None since the server started.".to_owned())).await;
    let url = format!("ws://{}/ws", yodel.address());
    let other = [TestClient::connect(&url).await, TestClient::connect(&url).await];
    page.join("chat").await;
    page.until_words(FIGURES, |figures| starts_with(figures, &["Connections3", "Rooms2"])).await;
    drop(other);
    page.until_words(FIGURES, |figures| starts_with(figures, &["Connections1"])).await;
    page.until_words(".admin li", |drops| drops == ["1006, abnormal2"]).await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_server_that_shows_them_to_some_asks_for_a_key(browser: &Browser) {
    let key = NamedTempFile::new().expect("a file");
    std::fs::write(key.path(), KEY).expect("it can be written");
    let file = key.path().to_str().expect("a name in UTF-8");
    let yodel = Yodel::serve(&["--metrics", "api", "--api-key-file", file]).await;
    let page = opened(browser, &yodel).await;
    let wanted = "The figures need an API key, or a token that claims “api”. It is not stored.";
    page.until_says(".admin p", wanted).await;
    page.fill("key", "a wrong key\n").await;
    until_asked(&page, 2).await;
    page.until_says(".admin p", wanted).await;
    page.fill("key", &format!("{KEY}\n")).await;
    page.until_words(FIGURES, |figures| starts_with(figures, &["Connections1"])).await;
    let stored = "return JSON.stringify([localStorage, sessionStorage, location.href])";
    let stored = page.window.script(stored, Vec::new()).await;
    assert!(!stored.as_str().expect("a text").contains(KEY), "{stored}");
    page.window.complaints().await; // A browser writes down every answer of 401.
    page.leave().await;
}

/// Waits until the server has answered so often.
async fn until_asked(page: &Page, times: u32) {
    let answered = "const answers = () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/metrics'));
        const left = (done) => answers().length >= arguments[0] ? done() : requestAnimationFrame(() => left(done));
        return new Promise(left);";
    page.window.script(answered, vec![json!(times)]).await;
}

#[apply(each_browser)]
async fn a_server_that_shows_them_to_nobody_says_so(browser: &Browser) {
    let yodel = Yodel::serve(&["--metrics", "api"]).await;
    let page = opened(browser, &yodel).await;
    page.until_says(".admin p", "The server shows its figures to nobody: its HTTP interface is off.").await;
    page.window.complaints().await; // A browser writes down every answer of 404.
    page.leave().await;
}
