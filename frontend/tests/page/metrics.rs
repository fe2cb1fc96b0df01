//! The server's metrics.

use crate::support::{Page, frame};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn requests_metrics_on_demand_and_reports_an_error() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.layout.toggle_tools();
    page.until("the section", |page| page.count(".metrics") == 1).await;
    frame().await;
    assert_eq!(page.count(".metrics [role=status]"), 0);
    page.click("Server metrics");
    // The server of these tests has no metrics.
    page.until("the reason", |page| {
        page.text(".metrics [role=status]").starts_with("Metrics are disabled on this server")
    })
    .await;
    assert_eq!(page.count("#key"), 1, "another key may be accepted");
    page.click("Server metrics");
    page.until("the closed section", |page| page.count("#key") == 0).await;
}

#[wasm_bindgen_test]
async fn a_server_that_never_responds_is_reported() {
    // The time limit is over at once, and a request without a limit never ends.
    let silent = "
        const { fetch, AbortSignal: { timeout } } = window;
        AbortSignal.timeout = () => AbortSignal.abort();
        window.fetch = (path, init) => init?.signal?.aborted ? Promise.reject() : new Promise(() => {});
        return () => { window.fetch = fetch; AbortSignal.timeout = timeout; };";
    let restore: Function = Function::new_no_args(silent).call0(&JsValue::NULL).unwrap().unchecked_into();
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.layout.toggle_tools();
    page.until("the section", |page| page.count(".metrics") == 1).await;
    page.click("Server metrics");
    frame().await;
    restore.call0(&JsValue::NULL).unwrap();
    page.until("the reason", |page| page.text(".metrics [role=status]").starts_with("The server is not responding"))
        .await;
}

#[wasm_bindgen_test]
async fn requests_no_metrics_of_another_server() {
    let page = Page::open();
    page.store.dialer.connect("ws://other:9000/ws").unwrap();
    page.store.layout.toggle_tools();
    page.until("the tools", |page| page.count(".sidebar") == 1).await;
    frame().await;
    assert_eq!(page.count(".metrics"), 0);
}
