//! One row, whole.

use crate::support::Page;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_click_on_a_row_opens_it_with_its_own_numbers() {
    let page = Page::open();
    page.store.receive_text(r#"{"total":19.90,"id":12345678901234567890}"#);
    open(&page).await;
    let pretty = "{\n  \"total\": 19.90,\n  \"id\": 12345678901234567890\n}";
    page.until("the text", |page| page.text("#whole") == pretty).await;
    assert_eq!(page.count("#divShow > [aria-current=true]"), 1);
    page.click("Raw");
    page.until("as it is", |page| page.text("#whole").starts_with("{\"total\":19.90")).await;
    page.click("Hex");
    page.until("bytes", |page| page.text("#whole").starts_with("00000000  7b 22 74 6f 74 61 6c 22  {\"total\"\n"))
        .await;
    page.until("the size", |page| page.text(".inspector dl").contains("41 bytes, text")).await;
    page.click("Close");
    page.until("closed", |page| page.count(".inspector") == 0).await;
    let focused = leptos::prelude::document().active_element().unwrap();
    assert_eq!(focused.id(), "list");
}

#[wasm_bindgen_test]
async fn a_large_message_opens_in_pieces() {
    let page = Page::open();
    page.store.receive_text(&"x".repeat(100_000));
    open(&page).await;
    page.until("the first", |page| page.text("#whole").len() == 65_536).await;
    page.click("Show more (34,464 bytes left)");
    page.until("all", |page| page.text("#whole").len() == 100_000 && !page.text(".inspector").contains("left)")).await;
}

#[wasm_bindgen_test]
async fn binary_is_shown_in_hex() {
    let page = Page::open();
    page.store.receive_binary([0xff, 0x41].into());
    open(&page).await;
    page.until("its bytes", |page| page.text("#whole").contains("ff 41")).await;
    assert_eq!(page.text(".inspector [aria-pressed=true]"), "Hex");
    page.until("the size", |page| page.text(".inspector dl").contains("2 bytes, binary")).await;
}

#[wasm_bindgen_test]
async fn the_next_and_the_row_before() {
    let page = Page::open();
    page.store.receive_text("one");
    page.store.receive_text("two");
    open(&page).await;
    page.until("the first", |page| page.text("#whole") == "one").await;
    page.click("Next");
    page.until("the second", |page| page.text("#whole") == "two").await;
    page.click("Previous");
    page.until("the first", |page| page.text("#whole") == "one").await;
}

/// Clicks the first row.
async fn open(page: &Page) {
    page.until("a row", |page| page.find("#divShow > li").is_some()).await;
    page.find("#divShow > li .t").unwrap().click();
    page.until("the inspector", |page| page.find(".inspector").is_some()).await;
}
