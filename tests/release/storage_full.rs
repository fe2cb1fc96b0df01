//! The page with a full `localStorage`: it continues to work and writes nothing to the console.

use support::{Browser, Page, Yodel, apply, each_browser};

/// Fills the storage to the last character. Returns whether another character fails.
const FILL: &str = "let number = 0;
    for (let size = 1 << 22; size >= 1;) {
        try { localStorage.setItem(`full${number++}`, 'x'.repeat(size)); } catch { size >>= 1; }
    }
    try { localStorage.setItem('another', 'x'); return false; } catch { return true; }";

#[apply(each_browser)]
async fn page_works_with_full_storage(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;
    assert_eq!(page.window.script(FILL, Vec::new()).await, true, "storage has a limit");

    page.submit("with full storage").await;
    page.wait_for_last_row("warning:  > with full storage").await;
    page.open_tools().await;
    page.join("chat").await;

    page.window.reload().await;
    page.wait_for_state("Connected").await;
    page.submit("after a reload").await;
    page.wait_for_last_row("warning:  > after a reload").await;
    page.finish().await;
}
