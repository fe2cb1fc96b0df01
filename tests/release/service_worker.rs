//! The service worker: it shows the cached page without a server, and never an outdated page with one.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::browser::DisplaySettings;
use support::yodel::root;
use support::{Browser, Page, Yodel, apply, chromium_only};

use crate::restart;

/// Copies the bundle to a temporary folder and changes the page's title.
pub fn bundle(title: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for entry in fs::read_dir(root().join("dist")).expect("dist/ does not exist; run `make build`") {
        let path = entry.expect("output is readable").path();
        if path.extension().is_none_or(|ending| ending != "br" && ending != "gz") {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("file can be copied");
        }
    }
    set_title(folder.path(), title);
    folder
}

fn set_title(folder: &Path, title: &str) {
    let page = fs::read_to_string(root().join("dist/index.html")).expect("a page");
    let page = page.replace("<title>Yodel</title>", &format!("<title>{title}</title>"));
    fs::write(folder.join("index.html"), page).expect("file is writable");
}

pub async fn title(page: &Page) -> Value {
    page.window.script("return document.title;", Vec::new()).await
}

/// Waits until the service worker is active.
pub async fn wait_for_service_worker(page: &Page) {
    page.window.script("return navigator.serviceWorker.ready.then(() => {});", Vec::new()).await;
}

#[apply(chromium_only)]
async fn shows_the_cached_page_offline_and_updates_it(browser: &Browser) {
    let (old, new) = (bundle("old"), bundle("new"));
    let serve = |folder: &tempfile::TempDir| ["--dist".to_owned(), folder.path().display().to_string()];
    let arguments = serve(&old);
    let yodel = restart::serve(&arguments.each_ref().map(String::as_str)).await;
    let (url, address) = (yodel.url.clone(), yodel.address().to_string());
    let page = Page::connected(browser, &url).await;
    wait_for_service_worker(&page).await;

    yodel.kill().await;
    let page = Page::open_in(page.window, &format!("{url}/?mode=plain")).await;
    page.wait_until("the retry button", |snapshot| snapshot.has_button("Reconnect now")).await;
    assert_eq!(title(&page).await, "old");

    let arguments = serve(&new);
    let yodel = Yodel::serve_at(&address, &arguments.each_ref().map(String::as_str)).await;
    let page = Page::open_in(page.window, &url).await;
    page.wait_for_state("Connected").await;
    assert_eq!(title(&page).await, "new");

    // Wait until the new page is cached.
    wait_for_cached_title(&page, "new").await;
    yodel.kill().await;
    let page = Page::open_in(page.window, &url).await;
    assert_eq!(title(&page).await, "new");
}

/// Waits until the cached page has this title.
pub async fn wait_for_cached_title(page: &Page, title: &str) {
    let script = "const [title] = arguments;
        const isCached = async () => (await (await caches.match(new URL('./', location)))?.text())?.includes(`<title>${title}<`);
        const poll = async () => { while (!(await isCached())) await new Promise(requestAnimationFrame); };
        return poll();";
    page.window.script(script, vec![json!(title)]).await;
}

#[apply(chromium_only)]
async fn caches_only_the_page_and_its_files(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    wait_for_service_worker(&page).await;
    let page = Page::open_in(page.window, &yodel.url).await;
    let script = "await Promise.all(['/health', '/metrics', '/sw.js'].map((path) => fetch(path)));
        const keys = await (await caches.open('page')).keys();
        return keys.map(({ url }) => new URL(url).pathname);";
    let cached = page.window.script(&format!("return (async () => {{ {script} }})();"), Vec::new()).await;
    let cached: Vec<String> = serde_json::from_value(cached).expect("names");
    let mut endings: Vec<_> = cached.iter().map(|name| name.rsplit('.').next().expect("one")).collect();
    endings.sort_unstable();
    // The page, and its parts with what they share.
    let parts = std::fs::read_dir(root().join("dist")).expect("dist/ exists").filter_map(Result::ok);
    let parts = parts.filter(|file| file.path().extension().is_some_and(|ending| ending == "wasm")).count();
    assert_eq!(endings, [&["/", "css", "js"][..], &vec!["wasm"; parts]].concat(), "{cached:?}");
    page.finish().await;
}

#[apply(chromium_only)]
async fn page_is_installable(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::open_in(browser.own_window(DisplaySettings::default()).await, &yodel.url).await;
    wait_for_service_worker(&page).await;
    let manifest = page.window.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let errors = page.window.devtools("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    page.finish().await;
}
