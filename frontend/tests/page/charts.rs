//! Charts, connection history and keyboard shortcuts.

use crate::{
    stubs::{hold_intervals, run_intervals},
    support::Page,
};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Effect, Generation, State};
use yodel_page::model::address::ProtocolChoice;

#[wasm_bindgen_test]
async fn charts_have_descriptions() {
    let page = Page::open();
    page.store.apply(&Effect::Latency(23));
    page.open_tools().await;
    page.until("the latency", |page| page.text(".caption").contains("23 ms")).await;
    assert_eq!(label(&page, "svg.graph"), "Latency, last minute: now 23 ms, min 23 ms, max 23 ms.");
    assert_eq!(page.count("svg.graph"), 3);
    page.store.apply(&Effect::Latency(7));
    page.until("the next one", |page| page.text("#latency").contains("7 ms")).await;
    assert!(page.text(".caption").ends_with("7 ms"), "the same as in the status line: {}", page.text(".caption"));
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.state(State::Open(Generation(1)));
    page.until("the hint about plain messages", |page| {
        page.text(".sidebar").contains("Not available for plain messages")
    })
    .await;
    assert_eq!(page.count("svg.graph"), 2);
}

#[wasm_bindgen_test]
async fn measures_latency_every_second_while_shown() {
    let page = Page::open();
    hold_intervals();
    page.open_tools().await;
    assert_eq!(page.latency_measurements(), 1, "at once");
    run_intervals(1_000);
    assert_eq!(page.latency_measurements(), 2, "every second");
}

#[wasm_bindgen_test]
async fn measures_messages_and_bytes_per_second() {
    let page = Page::open();
    hold_intervals();
    page.open_tools().await;
    page.store.apply(&Effect::Latency(42));
    page.store.apply(&Effect::Latency(40));
    for text in ["hello", "world"] {
        page.store.log.receive_text(text);
    }
    page.store.messages.send("you");
    run_intervals(1_000);
    let labels = [
        "Latency, last minute: now 40 ms, min 40 ms, max 40 ms.",
        "Messages/s, last minute: in 2, out 1, peak 2.",
        "Bytes/s, last minute: in 10, out 3, peak 10.",
    ];
    for (at, expected) in labels.into_iter().enumerate() {
        page.until(expected, |page| nth_label(page, at) == expected).await;
    }
    assert_eq!(page.last(".caption b"), "in 10 · out 3");
    for line in ["svg.graph:nth-of-type(2) path", "svg.graph:nth-of-type(2) path:not(.secondary)"] {
        assert!(page.find(line).unwrap().get_attribute("d").unwrap().starts_with('M'));
    }
    assert_eq!(page.count(".changes"), 0, "there was no connection");
}

#[wasm_bindgen_test]
async fn the_timeline_lists_connects_and_closes() {
    let page = Page::open();
    page.store.apply(&Effect::Up { url: "ws://a/ws".into(), away_ms: None });
    page.store.apply(&Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: String::new(), requested: false });
    page.open_tools().await;
    page.until("two lines", |page| page.count(".changes li") == 2).await;
    assert!(page.text(".changes li").ends_with("disconnected (1006, abnormal)"));
    assert!(page.last(".changes li").ends_with("connected to ws://a/ws"));
    assert_eq!((page.count("svg.timeline rect.up"), page.count("svg.timeline rect.down")), (1, 1));
    assert!(label(&page, "svg.timeline").ends_with(" Changes: 2."));
}

#[wasm_bindgen_test]
async fn a_question_mark_opens_the_shortcuts() {
    let page = Page::open();
    page.field().focus().unwrap();
    page.press("?");
    assert_eq!(page.store.layout.overlay.get_untracked(), None, "in a text field it is a character");
    page.press_outside_fields("?");
    page.until("the dialog", |page| page.count("dialog[open]") == 1).await;
    assert!(
        page.text("dialog dl")
            .contains("j k, Alt+↓ Alt+↑Next or previous message (in the list)EnterOpen message details")
    );
    page.find("dialog button").unwrap().click();
    page.until("no dialog", |page| page.count("dialog") == 0).await;
    assert_eq!(document().active_element().unwrap().id(), "txtContent");
}

#[wasm_bindgen_test]
async fn shortcuts_open_and_close_tools() {
    let page = Page::open();
    page.press_with("k", |init| init.set_ctrl_key(true));
    assert!(page.store.layout.tools.get_untracked());
    page.until("the tools", |page| page.count(".sidebar section") > 0).await;
    page.press("Escape");
    assert!(!page.store.layout.tools.get_untracked());
    page.press_with("t", |init| init.set_alt_key(true));
    assert!(page.store.layout.tools.get_untracked());
    page.press_with("k", |init| {
        init.set_ctrl_key(true);
        init.set_is_composing(true);
    });
    assert!(page.store.layout.tools.get_untracked(), "keys of an input method are left alone");
}

fn label(page: &Page, selector: &str) -> String {
    page.find(selector).unwrap().get_attribute("aria-label").unwrap()
}

/// Returns the description of the chart at this index.
fn nth_label(page: &Page, at: usize) -> String {
    label(page, &format!("svg.graph:nth-of-type({})", at + 1))
}
