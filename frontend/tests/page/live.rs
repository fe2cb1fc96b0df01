//! Graphs, the timeline, and the keys.

use crate::support::Page;
use client::{Effect, Generation, State};
use frontend::address::Speak;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn graphs_say_in_words_what_they_show() {
    let page = Page::open();
    page.store.apply(&Effect::Latency(23));
    page.open_tools().await;
    page.until("the latency", |page| page.text(".caption").contains("23 ms")).await;
    let label = page.find("svg.graph").unwrap().get_attribute("aria-label").unwrap();
    assert_eq!(label, "Latency over the last minute: now 23 ms, between 23 and 23 ms.");
    assert_eq!(page.count("svg.graph"), 3);
    page.store.speak.set(Speak::Plain(Vec::new()));
    page.state(State::Open(Generation(1)));
    page.until("why there is none", |page| page.text(".side").contains("no answer to time")).await;
    assert_eq!(page.count("svg.graph"), 2);
}

#[wasm_bindgen_test]
async fn the_timeline_says_when_there_was_a_connection_and_why_not() {
    let page = Page::open();
    page.store.apply(&Effect::Up { url: "ws://a/ws".into(), away_ms: None });
    page.store.apply(&Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: String::new() });
    page.open_tools().await;
    page.until("two lines", |page| page.count(".changes li") == 2).await;
    assert!(page.text(".changes li").ends_with("no connection (1006, abnormal)"));
    assert!(page.last(".changes li").ends_with("connected to ws://a/ws"));
    assert_eq!(page.count("svg.strip rect"), 2);
}

#[wasm_bindgen_test]
async fn a_question_mark_shows_the_keys_and_the_focus_comes_back() {
    let page = Page::open();
    page.field().focus().unwrap();
    page.press("?");
    assert_eq!(page.store.extra.get_untracked(), None, "in a field it is a question mark");
    page.press_outside("?");
    page.until("the dialog", |page| page.count("dialog[open]") == 1).await;
    page.find("dialog button").unwrap().click();
    page.until("no dialog", |page| page.count("dialog") == 0).await;
    assert_eq!(document().active_element().unwrap().id(), "txtContent");
}

#[wasm_bindgen_test]
async fn keys_open_and_close_the_tools() {
    let page = Page::open();
    page.press_with("k", |init| init.set_ctrl_key(true));
    assert!(page.store.tools.get_untracked());
    page.until("the tools", |page| page.count(".side section") > 0).await;
    page.press("Escape");
    assert!(!page.store.tools.get_untracked());
    page.press_with("t", |init| init.set_alt_key(true));
    assert!(page.store.tools.get_untracked());
    page.press_with("k", |init| {
        init.set_ctrl_key(true);
        init.set_is_composing(true);
    });
    assert!(page.store.tools.get_untracked(), "an input method keeps its keys");
}
