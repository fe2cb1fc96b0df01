//! Keys in the message field.

use crate::support::{Outbox, Page, frame};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::KeyboardEventInit;
use yodel_client::{Delivery, Event};

#[wasm_bindgen_test]
async fn enter_sends_the_text_and_empties_the_field() {
    let page = Page::open();
    page.type_text("  hello yodel\n");
    assert!(!page.press("Enter"), "the default action is prevented");
    assert_eq!(page.sent(), ["  hello yodel\n"]);
    assert_eq!(page.field().value(), "");
    page.until("the row of the sent message", |page| page.text(".list-group-item-success .text") == "  hello yodel\n")
        .await;
    assert_eq!(page.text("#sent"), "1");
}

#[wasm_bindgen_test]
async fn the_button_sends() {
    let page = Page::open();
    page.type_text("hello");
    page.click("Send");
    assert_eq!(page.sent(), ["hello"]);
}

#[wasm_bindgen_test]
async fn shift_enter_inserts_a_new_line() {
    let page = Page::open();
    page.type_text("one");
    assert!(page.press_with("Enter", |init| init.set_shift_key(true)), "left to the browser");
    assert_eq!(page.events(), []);
    assert_eq!(page.field().value(), "one");
}

#[wasm_bindgen_test]
async fn ignores_enter_of_an_input_method() {
    let page = Page::open();
    page.type_text("ni hao");
    let composing: [fn(&KeyboardEventInit); 2] = [|init| init.set_is_composing(true), |init| init.set_key_code(229)];
    for how in composing {
        assert!(page.press_with("Enter", how), "left to the input method");
        assert_eq!(page.events(), []);
    }
    assert_eq!(page.field().value(), "ni hao");
}

#[wasm_bindgen_test]
async fn rejects_an_empty_message() {
    let page = Page::open();
    page.type_text(" \n ");
    page.press("Enter");
    page.until("the hint", |page| page.text("#hint") == "Please input any content to send!").await;
    assert_eq!(page.events(), []);
    page.type_text("x");
    page.until("no hint", |page| page.text("#hint").is_empty()).await;
}

#[wasm_bindgen_test]
async fn keeps_the_text_when_the_outbox_is_full() {
    let page = Page::with(Outbox::Full);
    page.type_text("one too many");
    page.press("Enter");
    page.until("the hint", |page| page.text("#hint").starts_with("The send queue is full.")).await;
    frame().await;
    assert_eq!(page.field().value(), "one too many");
    assert_eq!(page.count(".list-group-item"), 0);
}

#[wasm_bindgen_test]
async fn arrow_keys_recall_sent_messages() {
    let page = Page::open();
    for text in ["one", "two"] {
        page.type_text(text);
        page.press("Enter");
    }
    page.type_text("draft");
    let value = |key: &str| {
        page.press(key);
        page.field().value()
    };
    assert_eq!(value("ArrowUp"), "two");
    assert_eq!(value("ArrowUp"), "one");
    assert_eq!(value("ArrowUp"), "one");
    assert_eq!(value("ArrowDown"), "two");
    assert_eq!(value("ArrowDown"), "draft");
}

#[wasm_bindgen_test]
async fn arrow_keys_move_the_caret_between_lines() {
    let page = Page::open();
    page.type_text("sent");
    page.press("Enter");
    page.type_text("first\nsecond");
    assert!(page.press("ArrowUp"), "the caret is on the second line");
    assert_eq!(page.field().value(), "first\nsecond");
    page.field().set_selection_range(2, 2).unwrap();
    assert!(page.press("ArrowDown"), "the caret is on the first line");
    assert!(!page.press("ArrowUp"));
    assert_eq!(page.field().value(), "sent");
}

#[wasm_bindgen_test]
async fn deletes_a_queued_message() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.type_text("later");
    page.press("Enter");
    page.until("the delivery state", |page| page.text(".list-group-item-success .delivery").starts_with("Queued"))
        .await;
    assert_eq!(page.text("#sent"), "0");
    page.events();
    page.click("Delete");
    page.until("no row", |page| page.count(".list-group-item") == 0).await;
    assert!(matches!(page.events()[..], [Event::Delete(_)]));
}

#[wasm_bindgen_test]
async fn retries_a_failed_message() {
    let page = Page::with(Outbox::Is(Delivery::Failed));
    page.type_text("once more");
    page.press("Enter");
    page.until("the delivery state", |page| page.text(".delivery").starts_with("Not sent")).await;
    page.click("Retry");
    assert_eq!(page.sent(), ["once more", "once more"]);
    frame().await;
    assert_eq!(page.count(".list-group-item"), 1, "the new row replaces the old one");
}
