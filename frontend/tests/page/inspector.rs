//! The inspector.

use crate::{
    stubs::{copied, downloads, record_clipboard, record_downloads, remove_clipboard},
    support::{Page, frame, press_in},
};
use leptos::prelude::document;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::KeyboardEventInit;

#[wasm_bindgen_test]
async fn a_click_opens_a_row_and_keeps_its_numbers() {
    let page = Page::open();
    page.store.log.receive_text(r#"{"total":19.90,"id":12345678901234567890}"#);
    open(&page).await;
    let pretty = "{\n  \"total\": 19.90,\n  \"id\": 12345678901234567890\n}";
    page.until("the text", |page| page.text("#whole") == pretty).await;
    assert_eq!(page.count("#divShow > [aria-current=true]"), 1);
    page.click("Raw");
    page.until("the raw text", |page| page.text("#whole").starts_with("{\"total\":19.90")).await;
    page.click("Hex");
    page.until("bytes", |page| page.text("#whole").starts_with("00000000  7b 22 74 6f 74 61 6c 22  {\"total\"\n"))
        .await;
    page.until("the size", |page| page.text(".inspector dl").contains("41 bytes, text")).await;
    page.click("Close");
    page.until("closed", |page| page.count(".inspector") == 0).await;
    assert_eq!(focused(), "list");
}

#[wasm_bindgen_test]
async fn opens_a_large_message_in_pieces() {
    let page = Page::open();
    page.store.log.receive_text(&"x".repeat(100_000));
    open(&page).await;
    page.until("the first", |page| page.text("#whole").len() == 65_536).await;
    page.click("Show more (34,464 bytes left)");
    page.until("all", |page| page.text("#whole").len() == 100_000 && !page.text(".inspector").contains("left)")).await;
}

#[wasm_bindgen_test]
async fn shows_binary_in_hex() {
    let page = Page::open();
    page.store.log.receive_binary([0xff, 0x41].into());
    open(&page).await;
    page.until("its bytes", |page| page.text("#whole").contains("ff 41")).await;
    assert_eq!(page.text(".inspector [aria-pressed=true]"), "Hex");
    page.until("the size", |page| page.text(".inspector dl").contains("2 bytes, binary")).await;
}

#[wasm_bindgen_test]
async fn moves_to_the_next_and_previous_row() {
    let page = Page::open();
    page.store.log.receive_text("one");
    page.store.log.receive_text("two");
    open(&page).await;
    page.until("the first", |page| page.text("#whole") == "one").await;
    assert_eq!(page.text(".inspector [aria-pressed=true]"), "Raw", "the text is no JSON");
    page.click("Next");
    page.until("the second", |page| page.text("#whole") == "two").await;
    page.click("Previous");
    page.until("the first", |page| page.text("#whole") == "one").await;
}

#[wasm_bindgen_test]
async fn shows_the_next_row_from_its_beginning() {
    let page = Page::open();
    for line in ["one\n", "two\n"] {
        page.store.log.receive_text(&line.repeat(1_000));
    }
    open(&page).await;
    page.until("the first", |page| page.text("#whole").starts_with("one")).await;
    let whole = page.find("#whole").unwrap();
    whole.set_scroll_top(100);
    assert_eq!(whole.scroll_top(), 100);
    page.click("Next");
    page.until("the second", |page| page.text("#whole").starts_with("two")).await;
    assert_eq!(whole.scroll_top(), 0);
}

#[wasm_bindgen_test]
async fn keys_select_rows_and_close() {
    let page = Page::open();
    page.store.log.receive_text("one");
    page.store.log.receive_text("two");
    open(&page).await;
    page.until("the focus", |_| focused() == "inspector").await;
    for (key, alt, text) in
        [("j", false, "two"), ("k", false, "one"), ("ArrowDown", true, "two"), ("ArrowUp", true, "one")]
    {
        assert!(!press(&page, key, |init| init.set_alt_key(alt)), "the default action is prevented");
        page.until(text, |page| page.text("#whole") == text).await;
    }
    assert!(press(&page, "j", |init| init.set_ctrl_key(true)), "left to the browser");
    assert!(press(&page, "ArrowDown", |_| {}), "it scrolls");
    frame().await;
    assert_eq!(page.text("#whole"), "one");
    press(&page, "Escape", |_| {});
    page.until("closed", |page| page.count(".inspector") == 0).await;
    assert_eq!(focused(), "list");
    assert!(page.store.layout.tools.get_untracked(), "the key closes the inspector only");
}

#[wasm_bindgen_test]
async fn copies_a_row_and_reports_the_result() {
    let page = Page::open();
    page.store.log.receive_text("one");
    page.store.log.receive_binary([0xff, 0x41].into());
    open(&page).await;
    let status = |page: &Page| page.text(".inspector [role=status]");
    record_clipboard(true);
    page.click("Copy");
    page.until("the copy", |page| status(page) == "Copied.").await;
    assert_eq!(copied(), "one");
    page.click("Next");
    page.until("the next row without a status", |page| status(page).is_empty()).await;
    record_clipboard(false);
    page.click("Copy");
    page.until("the blocked copy", |page| status(page).starts_with("The browser blocked copying.")).await;
    assert_eq!(copied(), "ff 41 ");
    page.click("Previous");
    page.until("the first row without a status", |page| status(page).is_empty()).await;
    remove_clipboard();
    page.click("Copy");
    page.until("the blocked copy", |page| status(page).starts_with("The browser blocked copying.")).await;
}

#[wasm_bindgen_test]
async fn saves_a_row_with_a_suitable_extension() {
    record_downloads();
    let page = Page::open();
    page.store.log.receive_text("[1]");
    page.store.log.receive_text("one");
    page.store.log.receive_binary([0x41, 0xff].into());
    open(&page).await;
    for file in ["message-1.json: [1]", "message-2.txt: one", "message-3.bin: A\u{fffd}"] {
        page.click("Save");
        page.until(file, |_| downloads().last().is_some_and(|last| last == file)).await;
        page.click("Next");
    }
}

#[wasm_bindgen_test]
async fn closing_tools_clears_the_selection() {
    let page = Page::open();
    page.store.log.receive_text("one");
    open(&page).await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    assert_eq!(page.store.list.selected.get_untracked(), None);
}

fn focused() -> String {
    document().active_element().unwrap().id()
}

/// Presses a key in the inspector. Returns whether the default action is allowed.
fn press(page: &Page, key: &str, more: impl FnOnce(&KeyboardEventInit)) -> bool {
    press_in(&page.find(".inspector").unwrap(), key, more)
}

/// Clicks the first row.
async fn open(page: &Page) {
    page.until("a row", |page| page.find("#divShow > li").is_some()).await;
    page.find("#divShow > li .text").unwrap().click();
    page.until("the inspector", |page| page.find(".inspector").is_some()).await;
}
