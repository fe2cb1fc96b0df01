//! The same message again and again.

use crate::support::{Outbox, Page, frame};
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Generation, State, Why};
use yodel_protocol::CloseCode;

/// How the page asks for a frame.
const REQUEST: &str = "requestAnimationFrame";

/// Opens the tools over a connection: a message, and how often it is to be sent.
async fn prepare(page: &Page, every: &str) {
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", every);
}

#[wasm_bindgen_test]
async fn a_message_is_repeated_so_often() {
    let page = Page::open();
    prepare(&page, "9").await;
    page.click("Start");
    page.until("the least", |page| page.text(".send-options").contains("(at least 10) and count")).await;
    page.fill("numEvery", "10");
    page.fill("numTimes", "3");
    page.click("Start");
    page.until("the end", |page| {
        page.text("#repeated").trim() == "3 sent" && page.text(".send-options").contains("Start")
    })
    .await;
    assert_eq!(page.sent(), ["again", "again", "again"]);
}

#[wasm_bindgen_test]
async fn a_message_is_repeated_no_more_often_where_nobody_looks() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.fill("numTimes", "3");
    let frames = stop_frames();
    page.click("Start");
    let mut sent = Vec::new();
    // So often that many more would have come.
    for _ in 0..20 {
        after_ms(10).await;
        sent.extend(page.sent());
    }
    go_on(&frames);
    assert_eq!(sent, ["again", "again", "again"]);
}

#[wasm_bindgen_test]
async fn repeating_ends_with_the_connection_and_with_a_full_outbox() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.click("Start");
    page.until("some", |page| !page.text("#repeated").trim().starts_with('0')).await;
    let why = Why { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: u64::MAX, why });
    page.until("the end", |page| page.text("#repeated").contains("disconnected")).await;

    let page = Page::with(Outbox::Full);
    prepare(&page, "10").await;
    page.click("Start");
    page.until("the end", |page| page.text("#repeated").contains("0 sent. Stopped: send queue full")).await;
}

#[wasm_bindgen_test]
async fn repeating_is_stopped_and_begins_anew() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.fill("numEvery", "10");
    page.click("Start");
    page.until("what is missing", |page| page.text(".send-options").contains("Enter a message below first.")).await;
    page.fill("numTimes", "");
    page.type_text(" again ");
    page.until("nothing is missing", |page| !page.text(".send-options").contains("Enter a message below first.")).await;
    page.click("Start");
    page.until("some", |page| page.text("#sent") != "0").await;
    page.click("Stop");
    page.until("the end", |page| page.text(".send-options").contains("Start")).await;
    assert!(page.sent().iter().all(|text| text == " again "));
    page.fill("numTimes", "1");
    page.click("Start");
    page.until("one more", |page| {
        page.text("#repeated").trim() == "1 sent" && page.text(".send-options").contains("Start")
    })
    .await;
    assert_eq!(page.sent(), [" again "]);
}

#[wasm_bindgen_test]
async fn closing_the_tools_ends_repeating() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.click("Start");
    page.until("some", |page| page.text("#sent") != "0").await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".send-options") == 0).await;
    page.sent();
    for _ in 0..5 {
        frame().await;
    }
    assert!(page.sent().is_empty());
}

/// In a tab that nobody looks at, a browser draws no frames.
fn stop_frames() -> JsValue {
    let frames = Reflect::get(&window(), &REQUEST.into()).unwrap();
    go_on(&Function::new_no_args(""));
    frames
}

fn go_on(frames: &JsValue) {
    Reflect::set(&window(), &REQUEST.into(), frames).unwrap();
}

async fn after_ms(ms: i32) {
    let later = Promise::new(&mut |done, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms).unwrap();
    });
    JsFuture::from(later).await.unwrap();
}
