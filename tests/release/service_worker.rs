//! The page without a server: it was kept, it says that it waits, and it is never an old one when
//! there is a server.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::browser::Kind;
use support::yodel::root;
use support::{Browser, Page, Yodel};

/// A folder with the bundle in it, whose page has this title.
fn bundle(title: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(root().join("dist")).expect("there is no dist/: run `make build` first") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|ending| ending != "br" && ending != "gz") {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    retitle(folder.path(), title);
    folder
}

fn retitle(folder: &Path, title: &str) {
    let page = fs::read_to_string(root().join("dist/index.html")).expect("a page");
    let page = page.replace("<title>Yodel</title>", &format!("<title>{title}</title>"));
    fs::write(folder.join("index.html"), page).expect("it can be written");
}

async fn title(page: &Page) -> Value {
    page.window.script("return document.title;", Vec::new()).await
}

/// Waits until the browser keeps the page.
async fn until_kept(page: &Page) {
    page.window.script("return navigator.serviceWorker.ready.then(() => {});", Vec::new()).await;
}

#[tokio::test]
async fn a_kept_page_shows_itself_without_a_server_and_makes_way_for_a_new_one() {
    let (old, new) = (bundle("old"), bundle("new"));
    let serve = |folder: &tempfile::TempDir| ["--dist".to_owned(), folder.path().display().to_string()];
    let arguments = serve(&old);
    let yodel = Yodel::serve(&arguments.each_ref().map(String::as_str)).await;
    let (url, address) = (yodel.url.clone(), yodel.address().to_string());
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &url).await;
    until_kept(&page).await;

    yodel.kill().await;
    let page = Page::open_in(page.window, &format!("{url}/?mode=plain")).await;
    page.until("it waits", |seen| seen.has_button("Retry now")).await;
    assert_eq!(title(&page).await, "old");

    let arguments = serve(&new);
    let yodel = Yodel::serve_at(&address, &arguments.each_ref().map(String::as_str)).await;
    let page = Page::open_in(page.window, &url).await;
    page.until_state("Connected").await;
    assert_eq!(title(&page).await, "new");

    // What is kept is the new one by now.
    until_cached(&page, "new").await;
    yodel.kill().await;
    let page = Page::open_in(page.window, &url).await;
    assert_eq!(title(&page).await, "new");
}

/// Waits until the page that is kept has this title.
async fn until_cached(page: &Page, title: &str) {
    let script = "const [title] = arguments;
        const kept = async () => (await (await caches.match(new URL('./', location)))?.text())?.includes(`<title>${title}<`);
        const look = async () => { while (!(await kept())) await new Promise(requestAnimationFrame); };
        return look();";
    page.window.script(script, vec![json!(title)]).await;
}

#[tokio::test]
async fn nothing_but_the_page_and_its_files_is_kept() {
    let yodel = Yodel::serve(&[]).await;
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &yodel.url).await;
    until_kept(&page).await;
    let page = Page::open_in(page.window, &yodel.url).await;
    let script = "await Promise.all(['/health', '/metrics', '/sw.js'].map((path) => fetch(path)));
        const keys = await (await caches.open('page')).keys();
        return keys.map(({ url }) => new URL(url).pathname);";
    let kept = page.window.script(&format!("return (async () => {{ {script} }})();"), Vec::new()).await;
    let mut kept: Vec<String> = serde_json::from_value(kept).expect("names");
    kept.sort();
    let endings: Vec<_> = kept.iter().map(|name| name.rsplit('.').next().expect("one")).collect();
    assert_eq!(endings, ["/", "js", "wasm", "css"], "{kept:?}");
    page.leave().await;
}

#[tokio::test]
async fn the_page_can_be_installed() {
    let yodel = Yodel::serve(&[]).await;
    let browser = Browser::start(Kind::Chromium).await;
    let page = Page::connected(&browser, &yodel.url).await;
    until_kept(&page).await;
    let manifest = page.window.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let obstacles = page.window.devtools("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(obstacles["installabilityErrors"], json!([]), "{obstacles}");
    page.leave().await;
}
