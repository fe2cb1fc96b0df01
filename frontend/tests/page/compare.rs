//! The inspector: comparison, heading and width.

use crate::{
    row_support::{inspect, open, press, receive_at, texts},
    support::{Page, press_in},
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_page::model::log::EntryId;

#[wasm_bindgen_test]
async fn compares_two_messages_line_by_line() {
    let page = open().await;
    page.store.log.receive_text(r#"{"order":1,"paid":false}"#);
    page.store.log.receive_text(r#"{"order":1,"paid":true,"by":"card"}"#);
    inspect(&page, 1).await;
    page.click("Diff");
    page.until("the hint", |page| page.text(".content-note") == "Choose Compare on another message first.").await;
    press(&page, "d");
    page.until("the choice", |page| page.text(".inspector [role=status]").contains("on another message")).await;
    press(&page, "j");
    page.until("the second message", |page| page.text(".inspector .actions").contains("Compare with chosen")).await;
    press(&page, "d");
    page.until("the lines", |page| {
        texts(page, "#whole > *")
            == ["  {", "    \"order\": 1,", "−   \"paid\": false", "+   \"paid\": true,", "+   \"by\": \"card\"", "  }"]
    })
    .await;
    assert_eq!((page.count("#whole del"), page.count("#whole ins")), (1, 2));
    assert!(page.text(".content-note").ends_with("1 removed (−), 2 added (+)"), "{}", page.text(".content-note"));
    page.click("Raw");
    page.until("the text", |page| page.text("#whole").starts_with("{\"order\"")).await;
}

#[wasm_bindgen_test]
async fn messages_that_are_too_long_are_not_compared() {
    let page = open().await;
    page.store.log.receive_text(&"line\n".repeat(2_001));
    page.store.log.receive_text("short");
    inspect(&page, 1).await;
    press(&page, "d");
    press(&page, "j");
    page.until("the second message", |page| page.text("#whole") == "short").await;
    press(&page, "d");
    let words = "Too long to compare (limit 2,000 lines or 262,144 bytes).";
    page.until("the limit", |page| page.text(".content-note") == words).await;
}

#[wasm_bindgen_test]
async fn the_heading_names_kind_time_and_size() {
    let page = open().await;
    receive_at(&page, 1_700_000_000_007, "hello");
    page.store.messages.send("mine");
    inspect(&page, 1).await;
    page.until("the heading", |page| {
        let heading = page.text("#message");
        heading.starts_with("Received ") && heading.ends_with(".007 · 5 B")
    })
    .await;
    page.click("Next");
    page.until("the other one", |page| page.text("#message").starts_with("Sent ")).await;
    page.until("the time between them", |page| page.text(".inspector dl").contains("Since the row before")).await;
}

#[wasm_bindgen_test]
async fn a_removed_row_stays_readable() {
    let page = open().await;
    page.store.log.receive_text("one");
    inspect(&page, 1).await;
    page.until("the text", |page| page.text("#whole") == "one").await;
    page.store.log.change(|log| drop(log.entries.remove(EntryId(1))));
    page.until("the hint", |page| page.text(".inspector").contains("removed from the list")).await;
    page.click("Hex");
    page.until("the bytes", |page| page.text("#whole").contains("6f 6e 65")).await;
}

#[wasm_bindgen_test]
async fn the_separator_changes_the_width_and_keeps_it() {
    let page = open().await;
    page.store.log.receive_text("one");
    inspect(&page, 1).await;
    let width = |page: &Page| page.find(".separator").unwrap().get_attribute("aria-valuenow").unwrap();
    let before: i32 = width(&page).parse().unwrap();
    let separator = page.find(".separator").unwrap();
    assert!(!press_in(&separator, "Home", |_| {}));
    page.until("the smallest width", |page| width(page) == "300").await;
    press_in(&separator, "ArrowLeft", |_| {});
    page.until("a step", |page| width(page) == "320").await;
    assert!(before >= 300);
    let style = page.find(".inspector").unwrap().get_attribute("style").unwrap();
    assert!(style.contains("320px"), "{style}");
    page.click("Close");
    page.until("closed", |page| page.count(".inspector") == 0).await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.open_tools().await;
    inspect(&page, 1).await;
    page.until("the same width", |page| width(page) == "320").await;
}
