//! Figures of the server, for whoever may see them.

use crate::support::{Page, frame};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn nobody_is_asked_for_figures_before_somebody_wants_them_and_a_refusal_is_said() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.layout.toggle_tools();
    page.until("the section", |page| page.count(".metrics") == 1).await;
    frame().await;
    assert_eq!(page.count(".metrics [role=status]"), 0);
    page.click("Server metrics");
    // The server of these tests has no figures.
    page.until("why", |page| page.text(".metrics [role=status]").starts_with("Metrics are disabled on this server"))
        .await;
    assert_eq!(page.count("#key"), 1, "a key may change that");
    page.click("Server metrics");
    page.until("it closed", |page| page.count("#key") == 0).await;
}

#[wasm_bindgen_test]
async fn another_server_is_not_asked() {
    let page = Page::open();
    page.store.dialer.connect("ws://other:9000/ws");
    page.store.layout.toggle_tools();
    page.until("the tools", |page| page.count(".sidebar") == 1).await;
    frame().await;
    assert_eq!(page.count(".metrics"), 0);
}
