//! Repetition of a message.

use crate::{
    stubs::{hold_intervals, run_intervals},
    support::{Outbox, Page, frame},
};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Generation, LastFailure, State};
use yodel_protocol::CloseCode;

/// The function by which the page requests a frame.
const REQUEST: &str = "requestAnimationFrame";

/// Opens the tools on a connected page, and fills in a message and the interval.
async fn prepare(page: &Page, every: &str) {
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    page.fill("numEvery", every);
}

#[wasm_bindgen_test]
async fn repeats_a_message_the_given_number_of_times() {
    let page = Page::open();
    prepare(&page, "9").await;
    page.click("Start");
    page.until("the minimum interval", |page| page.text(".send-options").contains("(at least 10) and count")).await;
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
async fn keeps_the_count_in_a_hidden_tab() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.fill("numTimes", "3");
    hold_intervals();
    let frames = stop_frames();
    page.click("Start");
    for _ in 0..5 {
        run_intervals(10);
    }
    set_request_frame(&frames);
    assert_eq!(page.sent(), ["again", "again", "again"]);
}

#[wasm_bindgen_test]
async fn stops_on_disconnect_and_on_a_full_outbox() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.click("Start");
    page.until("some messages", |page| !page.text("#repeated").trim().starts_with('0')).await;
    let last_failure = LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: u64::MAX, last_failure });
    page.until("the end", |page| page.text("#repeated").contains("disconnected")).await;

    let page = Page::with(Outbox::Full);
    prepare(&page, "10").await;
    page.click("Start");
    page.until("the end", |page| page.text("#repeated").contains("0 sent. Stopped: send queue full")).await;
}

#[wasm_bindgen_test]
async fn stops_and_restarts() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.fill("numEvery", "10");
    page.click("Start");
    page.until("the missing input", |page| page.text(".send-options").contains("Enter a message below first.")).await;
    page.fill("numTimes", "");
    page.type_text(" again ");
    page.until("no error", |page| !page.text(".send-options").contains("Enter a message below first.")).await;
    page.click("Start");
    // More than one, so that the next repetition's count of one is a new text.
    page.until("some messages", |page| page.text("#sent").parse().is_ok_and(|sent: u32| sent > 1)).await;
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
async fn closing_tools_stops_the_repetition() {
    let page = Page::open();
    prepare(&page, "10").await;
    page.click("Start");
    page.until("some messages", |page| page.text("#sent") != "0").await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".send-options") == 0).await;
    page.sent();
    for _ in 0..5 {
        frame().await;
    }
    assert!(page.sent().is_empty());
    page.until("a word about it", |page| page.text(".banner").starts_with("Repeat stopped because Tools was closed: "))
        .await;
    page.open_tools().await;
    page.store.layout.toggle_tools();
    page.click("Close");
    page.until("no notice", |page| page.count(".banner") == 0).await;
}

/// Replaces the function by one that never calls back, as in a hidden tab. Returns the original.
fn stop_frames() -> JsValue {
    let frames = Reflect::get(&window(), &REQUEST.into()).unwrap();
    set_request_frame(&Function::new_no_args(""));
    frames
}

fn set_request_frame(frames: &JsValue) {
    Reflect::set(&window(), &REQUEST.into(), frames).unwrap();
}
