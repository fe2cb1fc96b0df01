//! Windows of one browser, which tests use one after the other: nothing of a window is left in the next one.

use serde_json::{Value, json};
use support::browser::{BrowserKind, DisplaySettings};
use support::process_group::is_running;
use support::window::Window;
use support::{Browser, Page, Yodel, apply, each_browser, retry_until};

/// Leaves something in each kind of storage, and a message in the console.
const LEAVE: &str = "return (async () => {
    await (await fetch('/icon.svg')).text();
    document.cookie = 'left=1; max-age=9999';
    localStorage.setItem('left', '1');
    await (await caches.open('left')).put('/left', new Response('1'));
    await new Promise((resolve, reject) => Object.assign(indexedDB.open('left'), { onsuccess: resolve, onerror: reject }));
    await navigator.serviceWorker.ready;
    console.error('left');
    setTimeout(() => { throw new Error('left'); });
})();";

/// Returns whether the cache of HTTP responses has a file.
const CACHED: &str = "return fetch('/icon.svg', { cache: 'only-if-cached', mode: 'same-origin' })
    .then(() => true, () => false);";

/// Returns what each kind of storage has, as [`LEAVE`] names it.
const FOUND: &str = "return (async () => [
    document.cookie,
    Object.keys(localStorage).join(),
    (await caches.keys()).join(),
    (await indexedDB.databases()).map(({ name }) => name).join(),
    (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope).join(),
])();";

/// Returns the zoom, and whether the page is visible, has the focus and prefers dark colors; after some frames, which a
/// page in the background does not get.
const SHOWN: &str = "return new Promise((done) => {
    const frame = (left) => left
        ? requestAnimationFrame(() => frame(left - 1))
        : done([
            devicePixelRatio,
            document.visibilityState,
            document.hasFocus(),
            matchMedia('(prefers-color-scheme: dark)').matches,
        ]);
    frame(10);
});";

/// Opens a page of the server that does not run the page's own scripts.
async fn open_blank(browser: &Browser, url: &str) -> Window {
    let window = browser.window(DisplaySettings::default()).await;
    window.go(&format!("{url}/health")).await;
    window
}

#[apply(each_browser)]
async fn a_closed_window_leaves_nothing_behind(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let window = browser.window(DisplaySettings { dark: true, zoom: 2, ..DisplaySettings::default() }).await;
    window.run_before_pages("window.left = 1;").await;
    let page = Page::open_in(window, &yodel.url).await;
    page.window.script(LEAVE, Vec::new()).await;
    assert_eq!(page.window.script(CACHED, Vec::new()).await, true);
    page.window.set_offline(true).await;
    // Not closed in order, as in a test without an assertion about the console.
    drop(page);

    let window = open_blank(browser, &yodel.url).await;
    assert_eq!(window.script(FOUND, Vec::new()).await, json!(["", "", "", "", ""]));
    assert_eq!(window.script(CACHED, Vec::new()).await, false);
    assert_eq!(window.script("return typeof left;", Vec::new()).await, "undefined");
    let console = window.console_errors().await;
    assert!(!console.iter().any(|message| message.contains("left")), "{console:?}");
}

#[apply(each_browser)]
async fn a_window_is_in_the_foreground(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    drop(browser.window(DisplaySettings { dark: true, zoom: 2, ..DisplaySettings::default() }).await);
    let window = open_blank(browser, &yodel.url).await;
    let other = browser.window(DisplaySettings::default()).await;
    assert_eq!(window.script(SHOWN, Vec::new()).await, json!([1, "visible", true, false]));
    other.close().await;
}

#[apply(each_browser)]
async fn a_browser_of_its_own_ends_with_its_window(browser: &Browser) {
    let window = browser.own_window(DisplaySettings::default()).await;
    let process = window.process().expect("browser is running");
    assert!(is_running(&process));
    if browser.kind == BrowserKind::Chromium {
        assert_ne!(window.devtools_port(), 0);
    }
    assert_eq!(window.script("return 1;", Vec::new()).await, Value::from(1));
    drop(window);
    retry_until("the end of the browser", async || (!is_running(&process)).then_some(())).await;
}
