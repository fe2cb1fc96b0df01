//! Keys in the message field.

use crate::{
    stubs::run,
    support::{Outbox, Page, frame},
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::KeyboardEventInit;
use yodel_client::{Delivery, Event, Generation, State};

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
async fn arrow_keys_keep_edits_of_recalled_messages() {
    let page = Page::open();
    for text in ["one", "two"] {
        page.type_text(text);
        page.press("Enter");
    }
    page.type_text("draft");
    page.press("ArrowUp");
    page.type_text("two, edited");
    page.press("ArrowUp");
    page.press("ArrowDown");
    assert_eq!(page.field().value(), "two, edited");
    page.press("ArrowDown");
    assert_eq!(page.field().value(), "draft");
    page.press("ArrowUp");
    assert_eq!(page.field().value(), "two, edited");
}

#[wasm_bindgen_test]
async fn arrow_keys_recall_a_message_only_where_the_caret_cannot_move() {
    for draft in ["first\nsecond", &"a soft-wrapped draft ".repeat(100)] {
        let page = Page::open();
        page.type_text("sent");
        page.press("Enter");
        page.type_text(draft);
        assert!(page.press("ArrowUp"), "left to the browser");
        // As the browser does after the event.
        page.field().set_selection_range(2, 2).unwrap();
        frame().await;
        frame().await;
        assert_eq!(page.field().value(), draft);
        assert!(page.press("ArrowUp"), "left to the browser, which cannot move the caret in the first line");
        page.until("the message", |page| page.field().value() == "sent").await;
        assert!(!page.press("ArrowDown"), "one line");
        assert_eq!(page.field().value(), draft);
    }
}

#[wasm_bindgen_test]
async fn a_held_enter_key_sends_once_and_shows_no_hint() {
    let page = Page::open();
    page.type_text("once");
    page.press("Enter");
    for _ in 0..3 {
        assert!(!page.press_with("Enter", |init| init.set_repeat(true)));
    }
    page.type_text("twice");
    assert!(!page.press_with("Enter", |init| init.set_repeat(true)));
    frame().await;
    assert_eq!((page.sent(), page.text("#hint")), (vec!["once".to_owned()], String::new()));
}

#[wasm_bindgen_test]
async fn ctrl_shift_enter_sends_an_empty_message() {
    let page = Page::open();
    page.press_with("Enter", |init| init.set_ctrl_key(true));
    page.until("the hint", |page| !page.text("#hint").is_empty()).await;
    page.press_with("Enter", |init| {
        init.set_ctrl_key(true);
        init.set_shift_key(true);
    });
    assert_eq!(page.sent(), [""]);
    page.until("no hint", |page| page.text("#hint").is_empty()).await;
    assert_eq!(page.count(".list-group-item-success"), 1);
}

#[wasm_bindgen_test]
async fn shows_size_and_limit_of_a_message_that_is_too_large() {
    let page = Page::open();
    page.state(State::Open(Generation(1)));
    page.welcome("echo");
    // The layout of such a text takes seconds.
    run("document.querySelector('#txtContent').hidden = true");
    let text = "\"".repeat(600_000);
    page.type_text(&text);
    page.press("Enter");
    let hint = "Message too large: 1,200,032 bytes (limit 1,048,576).";
    page.until("the hint", |page| page.text("#hint") == hint).await;
    assert!(page.events().is_empty() && page.field().value() == text);
    page.type_text(&"x".repeat(1_000_000));
    page.press("Enter");
    assert_eq!(page.sent().len(), 1);

    let page = Page::with(Outbox::Full);
    run("document.querySelector('#txtContent').hidden = true");
    page.type_text(&"x".repeat(1_100_000));
    page.press("Enter");
    let hint = "Message too large: 1,100,000 bytes (limit 1,048,576).";
    page.until("the hint without a connection", |page| page.text("#hint") == hint).await;
}

#[wasm_bindgen_test]
async fn rejects_a_pasted_text_that_is_too_large() {
    let page = Page::open();
    let paste = |bytes: usize| {
        run(&format!(
            "const clipboardData = new DataTransfer();
            clipboardData.setData('text', 'x'.repeat({bytes}));
            const event = new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }});
            return document.querySelector('#txtContent').dispatchEvent(event)"
        ))
    };
    assert_eq!(paste(1_000), true, "left to the browser");
    assert_eq!(paste(5_000_000), false);
    let hint = "Message too large: 5,000,000 bytes (limit 1,048,576).";
    page.until("the hint", |page| page.text("#hint") == hint).await;
}

#[wasm_bindgen_test]
async fn fits_the_height_in_browsers_without_field_sizing() {
    run("window.supports = CSS.supports; CSS.supports = () => false;
        document.head.append(Object.assign(document.createElement('style'), { id: 'fixed',
            textContent: '#txtContent { field-sizing: fixed !important; max-height: 1000px !important }' }))");
    let page = Page::open();
    let height = |text: &str| {
        page.type_text(text);
        page.field().offset_height()
    };
    let [one, two, ten] = ["x", "x\nx", &"x\n".repeat(9)].map(height);
    page.press("Enter");
    let sent = page.field().offset_height();
    run("CSS.supports = window.supports; document.querySelector('#fixed').remove()");
    assert!(one < two && two < ten && sent == one, "{one} {two} {ten} {sent}");
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
