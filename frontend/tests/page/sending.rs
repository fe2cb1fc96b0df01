//! What stands over the input.

use crate::support::{Outbox, Page};
use client::{Delivery, Event, Generation, State, Why};
use frontend::address::Speak;
use leptos::prelude::*;
use protocol::{CloseCode, Verb};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn in_a_tall_field_enter_is_a_new_line_and_ctrl_enter_sends() {
    let page = Page::open();
    page.open_tools().await;
    page.store.tall.set(true);
    page.type_text("one");
    assert!(page.press("Enter"), "left to the browser");
    assert!(page.sent().is_empty());
    page.press_with("Enter", |init| init.set_ctrl_key(true));
    assert_eq!(page.sent(), ["one"]);
    page.store.toggle_tools();
    page.until("no tools", |page| page.count(".sending") == 0).await;
    assert!(!page.store.tall.get_untracked(), "without the tools it is the field of the first screen");
}

#[wasm_bindgen_test]
async fn a_message_is_kept_under_a_name_and_comes_back() {
    let page = Page::open();
    page.open_tools().await;
    page.click("Save what is typed");
    page.until("what is missing", |page| page.text(".sending").contains("a name for it first")).await;
    page.type_text("hello again");
    page.fill("txtName", "greeting");
    page.click("Save what is typed");
    page.until("its name", |page| page.text(".sending li .address") == "greeting").await;
    page.type_text("");
    page.click("greeting");
    assert_eq!(page.field().value(), "hello again");
    page.fill("txtName", "welcome");
    page.click("Rename");
    page.until("its new name", |page| page.text(".sending li .address") == "welcome").await;
    page.click("Delete");
    page.until("nothing", |page| page.count(".sending li") == 0).await;
}

#[wasm_bindgen_test]
async fn wrong_digits_are_said_with_their_place() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtBytes", "0a 1x");
    page.until("what is wrong", |page| page.text(".sending .wrong[role=status]").contains("“x” at place 5")).await;
    page.click("Send bytes");
    assert_eq!(page.events(), []);
    page.fill("txtBytes", "0a 1f");
    page.until("the size", |page| page.text(".sending").contains("2 bytes")).await;
}

#[wasm_bindgen_test]
async fn without_a_connection_bytes_are_not_sent_and_that_is_said() {
    let page = Page::open();
    page.store.speak.set(Speak::Plain(Vec::new()));
    page.open_tools().await;
    page.fill("txtBytes", "0a");
    page.click("Send bytes");
    page.until("why", |page| page.text(".sending").contains("Bytes are not kept")).await;
    assert_eq!(page.count(".list-group-item"), 0);
}

#[wasm_bindgen_test]
async fn in_an_envelope_bytes_go_to_the_lobby_or_not_at_all() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.fill("txtBytes", "0a 1f 9c 00");
    page.welcome("echo");
    page.click("Send bytes");
    page.until("why not", |page| {
        page.text(".sending").contains("only") || page.text(".sending").contains("sends back")
    })
    .await;
    assert_eq!(page.events(), []);
    page.welcome("broadcast");
    page.click("Send bytes");
    let events = page.events();
    let Some(Event::Request { verb: Verb::Publish(publish), .. }) = events.first() else { panic!("{events:?}") };
    assert_eq!(
        (publish.room.as_str(), publish.event.as_str(), publish.data.text()),
        ("lobby", "binary", "\"Ch+cAA==\"")
    );
    page.until("its row", |page| page.text(".list-group-item-success .t") == "binary, 4 bytes: 0a 1f 9c 00").await;
}

#[wasm_bindgen_test]
async fn a_message_is_repeated_so_often() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", "9");
    page.click("Start");
    page.until("the least", |page| page.text(".sending").contains("at least 10, how often")).await;
    page.fill("numEvery", "10");
    page.fill("numTimes", "3");
    page.click("Start");
    page.until("the end", |page| page.text("#repeated").trim() == "3 sent" && page.text(".sending").contains("Start"))
        .await;
    assert_eq!(page.sent(), ["again", "again", "again"]);
}

#[wasm_bindgen_test]
async fn repeating_ends_with_the_connection_and_with_a_full_outbox() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", "10");
    page.click("Start");
    page.until("some", |page| !page.text("#repeated").trim().starts_with('0')).await;
    let why = Why { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: u64::MAX, why });
    page.until("the end", |page| page.text("#repeated").contains("no connection")).await;

    drop(page);
    let page = Page::with(Outbox::Full);
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", "10");
    page.click("Start");
    page.until("the end", |page| page.text("#repeated").contains("0 sent. Stopped: too many")).await;
}

#[wasm_bindgen_test]
async fn closing_the_tools_ends_repeating() {
    let page = Page::with(Outbox::Is(Delivery::Sent));
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", "10");
    page.click("Start");
    page.until("some", |page| page.text("#sent") != "0").await;
    page.store.toggle_tools();
    page.until("no tools", |page| page.count(".sending") == 0).await;
    page.sent();
    for _ in 0..5 {
        crate::support::frame().await;
    }
    assert!(page.sent().is_empty());
}
