//! State that survives a reload.

use crate::support::{Outbox, Page};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::Delivery;
use yodel_page::state::persistence;

#[wasm_bindgen_test]
async fn the_log_survives_a_reload() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.log.receive_text("heard");
    page.store.messages.send("kept");
    persistence::save(page.store.log);
    let saved = storage().get_item("yodel.log").unwrap().unwrap();
    let page = Page::open();
    storage().set_item("yodel.log", &saved).unwrap();
    persistence::restore(page.store.log);
    page.until("the rows", |page| page.count("#divShow > li") == 3).await;
    assert_eq!(page.text("#received"), "1");
    assert!(page.text(".list-group-item-success").contains("Not sent"));
    page.click("Retry");
    page.until("sent", |page| page.text("#sent") == "1").await;
    assert_eq!(page.sent(), ["kept"]);
}

fn storage() -> web_sys::Storage {
    web_sys::window().unwrap().session_storage().unwrap().unwrap()
}
