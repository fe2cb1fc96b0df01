//! State that the page keeps: its build after a deployment, the log of a page that failed, and the draft.

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::browser::{BrowserKind, DisplaySettings};
use support::yodel::root;
use support::{Browser, Page, Yodel, apply, each_browser};
use tokio::net::TcpListener;

/// Removes the service worker from pages, as on an insecure origin.
const NO_SERVICE_WORKER: &str = "delete Navigator.prototype.serviceWorker;";
/// Makes the browser throw in the middle of the page's code from the event `break` on.
const BREAKABLE: &str = "addEventListener('break', () => {
        Document.prototype.createTextNode = () => { throw new RangeError('broken'); };
    });";
/// Waits until the service worker controls the page and has cached the page and its tools.
const CACHED: &str = "const poll = async () => {
        const names = await (await caches.open('page')).keys();
        const isCached = (name) => names.some(({ url }) => url.includes(name));
        return (navigator.serviceWorker.controller && isCached('/tools-') && (await caches.match(new URL('./', location))))
            || new Promise((done) => setTimeout(done, 20)).then(poll);
    };
    return poll().then(() => {});";

/// Copies the bundle to a temporary folder.
fn bundle() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for entry in fs::read_dir(root().join("dist")).expect("dist/ does not exist; run `make build`") {
        let path = entry.expect("output is readable").path();
        if path.extension().is_none_or(|ending| ending != "br" && ending != "gz") {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("file can be copied");
        }
    }
    folder
}

/// Removes the tools from the bundle in a folder, as if the server had another build.
fn remove_tools(folder: &Path) {
    let is_tools = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tools-"));
    for entry in fs::read_dir(folder).expect("folder is readable") {
        let path = entry.expect("output is readable").path();
        if is_tools(&path) {
            fs::remove_file(path).expect("file can be removed");
        }
    }
}

async fn serve(folder: &Path) -> Yodel {
    Yodel::serve(&["--dist", folder.to_str().expect("path is UTF-8")]).await
}

async fn wait_for_tools(page: &Page) {
    page.wait_until("the tools", |snapshot| snapshot.has_button("Export")).await;
}

#[apply(each_browser)]
async fn an_open_page_loads_its_tools_after_a_deployment(browser: &Browser) {
    let folder = bundle();
    let yodel = serve(folder.path()).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.window.script(CACHED, Vec::new()).await;
    remove_tools(folder.path());
    page.click("Tools").await;
    wait_for_tools(&page).await;
    page.finish().await;
}

#[tokio::test]
async fn without_a_service_worker_a_reload_is_offered_that_keeps_everything() {
    let folder = bundle();
    let yodel = serve(folder.path()).await;
    let address = yodel.address().to_string();
    let browser = Browser::start(BrowserKind::Chromium).await;
    let window = browser.window(DisplaySettings::default()).await;
    window.run_before_pages(NO_SERVICE_WORKER).await;
    let page = Page::open_in(window, &yodel.url).await;
    page.wait_for_state("Connected").await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;
    remove_tools(folder.path());
    page.click("Tools").await;
    page.wait_until("the offer", |snapshot| snapshot.banner.starts_with("Failed to load Tools.")).await;

    // A message waits while the server restarts with the next build.
    yodel.kill().await;
    page.wait_until("a lost connection", |snapshot| snapshot.state != "Connected").await;
    page.submit("waits").await;
    page.type_text("half a sentence").await;
    page.wait_until("the queued message", |snapshot| snapshot.marks().contains(&"Queued")).await;
    let next = bundle();
    let _restarted = Yodel::serve_at(&address, &["--dist", next.path().to_str().expect("path is UTF-8")]).await;
    page.click("Reload").await;
    // It may have been sent just before the reload.
    let snapshot = page.wait_until("the message", |snapshot| snapshot.texts("success").contains(&"waits")).await;
    assert!(snapshot.texts("success").contains(&"before"), "{snapshot:?}");
    page.wait_until("the draft", |snapshot| snapshot.content == "half a sentence").await;
    page.click("Tools").await;
    wait_for_tools(&page).await;
}

#[apply(each_browser)]
async fn a_server_that_accepts_and_is_silent_gets_the_cached_page(browser: &Browser) {
    let folder = bundle();
    let yodel = serve(folder.path()).await;
    let (url, address) = (yodel.url.clone(), yodel.address());
    let page = Page::connected(browser, &url).await;
    page.window.script(CACHED, Vec::new()).await;
    yodel.kill().await;
    let listener = TcpListener::bind(address).await.expect("the address is free");
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let page = Page::open_in(page.window, &format!("{url}/?lang=en")).await;
    page.wait_for_state("Connecting").await;
    silent.abort();
}

#[apply(each_browser)]
async fn a_crashed_page_reports_it_and_keeps_the_log(browser: &Browser) {
    let folder = bundle();
    let yodel = serve(folder.path()).await;
    let window = browser.window(DisplaySettings::default()).await;
    window.run_before_pages(BREAKABLE).await;
    let page = Page::open_in(window, &yodel.url).await;
    page.wait_for_state("Connected").await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;
    let stored = "const poll = () => sessionStorage.getItem('yodel.log')?.includes('before')
            || new Promise((done) => setTimeout(done, 20)).then(poll);
        return Promise.resolve(poll()).then(() => {});";
    page.window.script(stored, Vec::new()).await;
    page.window.script("dispatchEvent(new Event('break'));", Vec::new()).await;
    page.submit("after").await;
    let snapshot = page.wait_until("the report", |snapshot| snapshot.banner.contains("internal error")).await;
    assert_eq!(snapshot.state, "Stopped");
    page.click("Reload").await;
    let snapshot = page.wait_for_state("Connected").await;
    assert!(snapshot.texts("warning").contains(&" > before"), "{snapshot:?}");
    assert_eq!(snapshot.banner, "");
}

#[apply(each_browser)]
async fn a_draft_survives_a_reload_and_back(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.type_text("half a sentence").await;
    page.window.reload().await;
    page.wait_until("the draft", |snapshot| snapshot.content == "half a sentence").await;
    page.window.go(&format!("{}/health", yodel.url)).await;
    page.window.back().await;
    let found = page.wait_until("the draft", |snapshot| snapshot.content == "half a sentence").await;
    assert_eq!(found.banner, "");
    assert_eq!(page.window.script("return location.pathname;", Vec::new()).await, Value::from("/"));
}
