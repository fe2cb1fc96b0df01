//! The service worker with a server that fails or redirects, and its replacement by a new version.

use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};
use support::page::POLL_INTERVAL;
use support::{Browser, Page, apply, chromium_only, each_browser, with_timeout};

use crate::service_worker::{bundle, title, wait_for_cached_title, wait_for_service_worker};
use crate::static_server::{Mode, StaticServer};

fn folder(bundle: &tempfile::TempDir) -> Mode {
    Mode::Folder(bundle.path().to_owned())
}

/// Opens the page and waits until the service worker has cached it.
async fn open_cached(browser: &Browser, server: &StaticServer, title: &str) -> Page {
    let page = Page::open(browser, &server.url).await;
    wait_for_service_worker(&page).await;
    wait_for_cached_title(&page, title).await;
    page
}

#[apply(each_browser)]
async fn shows_the_cached_page_while_the_proxy_answers_502(browser: &Browser) {
    let (old, new) = (bundle("old"), bundle("new"));
    let server = StaticServer::start(folder(&old)).await;
    let page = open_cached(browser, &server, "old").await;
    server.set_mode(Mode::Status(StatusCode::BAD_GATEWAY));
    let page = Page::open_in(page.window, &server.url).await;
    assert_eq!(title(&page).await, "old");
    server.set_mode(folder(&new));
    let page = Page::open_in(page.window, &server.url).await;
    assert_eq!(title(&page).await, "new", "the server is up again");
}

#[apply(each_browser)]
async fn follows_a_redirect_and_does_not_cache_it(browser: &Browser) {
    let old = bundle("old");
    let server = StaticServer::start(folder(&old)).await;
    let page = open_cached(browser, &server, "old").await;
    server.set_mode(Mode::Redirect);
    page.window.go(&server.url).await;
    assert_eq!(title(&page).await, "login", "an expired login is shown, not hidden by the cached page");
    server.set_mode(Mode::Status(StatusCode::BAD_GATEWAY));
    let page = Page::open_in(page.window, &server.url).await;
    assert_eq!(title(&page).await, "old");
}

/// Appends code to a bundle's service worker that answers every message with this name.
fn name_service_worker(folder: &Path, name: &str) {
    let file = folder.join("sw.js");
    let script = fs::read_to_string(&file).expect("bundle has a service worker");
    let addition = format!("\naddEventListener('message', ({{ source }}) => source.postMessage('{name}'));\n");
    fs::write(file, [script, addition].concat()).expect("file is writable");
}

/// Runs an asynchronous function body in the page and returns its result.
async fn run(page: &Page, body: &str) -> Value {
    page.window.script(&format!("return (async () => {{ {body} }})();"), Vec::new()).await
}

/// Returns the name of the service worker that controls the page.
const NAME: &str = "const { serviceWorker } = navigator;
    if (!serviceWorker.controller) return null;
    const answer = new Promise((resolve) => { serviceWorker.onmessage = ({ data }) => resolve(data); });
    serviceWorker.startMessages();
    serviceWorker.controller.postMessage('name');
    return await answer;";

async fn wait_for_name(page: &Page, name: &str) {
    with_timeout(name, async {
        while run(page, NAME).await != json!(name) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
}

/// Checks for a new version and waits until it is installed.
const UPDATE: &str = "const registration = await navigator.serviceWorker.ready;
    await registration.update();
    while (!registration.waiting) await new Promise((resolve) => setTimeout(resolve, 25));";

/// In Firefox, the page that was left may stay in the back/forward cache, where it uses the old version.
#[apply(chromium_only)]
async fn new_version_takes_over_when_no_page_uses_the_old_one(browser: &Browser) {
    let (old, new) = (bundle("old"), bundle("new"));
    name_service_worker(old.path(), "first");
    name_service_worker(new.path(), "second");
    let server = StaticServer::start(folder(&old)).await;
    let page = open_cached(browser, &server, "old").await;
    // The page that installed it is not controlled by it.
    let page = Page::open_in(page.window, &server.url).await;
    wait_for_name(&page, "first").await;

    server.set_mode(folder(&new));
    run(&page, UPDATE).await;
    assert_eq!(run(&page, NAME).await, "first", "the open page keeps its version");

    let page = with_timeout("a visit with the new version", async {
        let mut page = page;
        // Chromium starts the new version some time after the last page was left: a visit before that keeps the old
        // one.
        while run(&page, NAME).await != json!("second") {
            page.window.go("about:blank").await;
            tokio::time::sleep(POLL_INTERVAL).await;
            page = Page::open_in(page.window, &server.url).await;
        }
        page
    })
    .await;
    assert_eq!(title(&page).await, "new");
}
