//! Finding, pausing, and what outlasts a reload.

use crate::support::{Outbox, Page};
use client::Delivery;
use frontend::visit;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

#[wasm_bindgen_test]
async fn only_rows_that_match_are_shown_with_a_mark_and_new_ones_join() {
    let page = open().await;
    for text in ["one Apple", "two", "three apples"] {
        page.store.receive_text(text);
    }
    find(&page, "apple");
    page.until("two rows", |page| page.count("#divShow > li") == 2 && page.text("#found") == "2 of 3").await;
    assert_eq!(page.text("#divShow mark"), "Apple");
    page.store.receive_text("four");
    page.store.receive_text("<b>apple</b>");
    page.until("the third", |page| page.last(".t") == " > <b>apple</b>" && page.text("#found") == "3 of 5").await;
    assert_eq!(page.text("#received"), "5");
    find(&page, "");
    page.until("all", |page| page.count("#divShow > li") == 5 && page.count("mark") == 0).await;
}

#[wasm_bindgen_test]
async fn an_expression_finds_and_a_wrong_one_is_said() {
    let page = open().await;
    for text in ["a1", "b2", "A3"] {
        page.store.receive_text(text);
    }
    find(&page, r"/^a\d$/i");
    page.until("two rows", |page| page.text("#found") == "2 of 3").await;
    find(&page, "/(/");
    page.until("the browser's words", |page| page.text("#found").contains("Invalid regular expression")).await;
    assert_eq!(field(&page).get_attribute("aria-invalid").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn kinds_are_told_apart() {
    let page = open().await;
    page.store.receive_text("theirs");
    page.store.send("mine");
    page.click("Sent");
    page.until("mine", |page| page.count("#divShow > li") == 1 && page.last(".t") == "mine").await;
    page.click("Received");
    page.until("theirs", |page| page.count("#divShow > li") == 1 && page.last(".t") == " > theirs").await;
    page.click("All");
    page.until("both", |page| page.count("#divShow > li") == 2).await;
}

#[wasm_bindgen_test]
async fn a_pause_holds_the_list_and_goes_on_counting() {
    let page = open().await;
    page.store.receive_text("before");
    page.until("the row", |page| page.count("#divShow > li") == 1).await;
    page.click("Pause");
    page.store.receive_text("while");
    page.until("the count", |page| page.text("#received") == "2").await;
    assert_eq!(page.last(".t"), " > before");
    page.click("Resume (1 waiting)");
    page.until("the row", |page| page.last(".t") == " > while").await;
}

#[wasm_bindgen_test]
async fn a_large_log_is_found_in_slices() {
    let page = open().await;
    for n in 0..100_000 {
        page.store.receive_text(&format!("message {n}"));
    }
    page.until("the rows", |page| page.text("#received") == "100000").await;
    let before = js_sys::Date::now();
    find(&page, "message 99");
    let blocked = js_sys::Date::now() - before;
    assert!(blocked < 50.0, "{blocked} ms");
    page.until("the first", |page| page.last(".t") == " > message 99999").await;
    page.until("all", |page| page.text("#found") == "1,111 of 100,000").await;
}

#[wasm_bindgen_test]
async fn closed_tools_hide_no_rows() {
    let page = open().await;
    page.store.receive_text("one");
    find(&page, "two");
    page.until("none", |page| page.count("#divShow > li") == 0 && page.text("#found") == "0 of 1").await;
    page.store.toggle_tools();
    page.until("all", |page| page.count("#divShow > li") == 1).await;
}

#[wasm_bindgen_test]
async fn the_log_outlasts_a_reload() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.receive_text("heard");
    page.store.send("kept");
    visit::save(page.store);
    let saved = storage().get_item("yodel.log").unwrap().unwrap();
    drop(page);
    let page = Page::open();
    storage().set_item("yodel.log", &saved).unwrap();
    visit::restore(page.store);
    page.until("the rows", |page| page.count("#divShow > li") == 3).await;
    assert_eq!(page.text("#received"), "1");
    assert!(page.text(".list-group-item-success").contains("Not sent."));
    page.click("Retry");
    page.until("sent", |page| page.text("#sent") == "1").await;
    assert_eq!(page.sent(), ["kept"]);
}

async fn open() -> Page {
    let page = Page::open();
    page.store.toggle_tools();
    page.until("the bar", |page| page.find("#txtFind").is_some()).await;
    page
}

fn field(page: &Page) -> HtmlInputElement {
    page.find("#txtFind").unwrap().unchecked_into()
}

fn find(page: &Page, text: &str) {
    field(page).set_value(text);
    field(page).dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
}

fn storage() -> web_sys::Storage {
    web_sys::window().unwrap().session_storage().unwrap().unwrap()
}
