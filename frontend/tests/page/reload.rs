//! State that survives a reload.

use crate::support::{Outbox, Page, after_ms};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Delivery, Event};
use yodel_page::{model::address::ProtocolChoice, ui::shell::DRAFT};

/// Longer than the time between a change and its storage, in milliseconds.
const AFTER_SAVE_MS: i32 = 700;

#[wasm_bindgen_test]
async fn the_log_survives_a_reload() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.persistence.persist(DRAFT);
    page.store.log.receive_text("heard");
    page.store.messages.send("kept");
    page.store.persistence.save();
    let page = reload(Outbox::Is(Delivery::Sent));
    assert_eq!(page.store.persistence.restore(), []);
    page.until("the rows", |page| page.count("#divShow > li") == 3).await;
    assert_eq!(page.text("#received"), "1");
    assert!(page.text(".list-group-item-success").contains("Not sent"));
    page.click("Retry");
    page.until("sent", |page| page.text("#sent") == "1").await;
    assert_eq!(page.sent(), ["kept"]);
}

#[wasm_bindgen_test]
async fn stores_the_log_without_frames() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    let frames = stop_frames();
    page.store.log.receive_text("hidden");
    after_ms(AFTER_SAVE_MS).await;
    set_request_frame(&frames);
    assert!(stored("yodel.log").is_some_and(|log| log.contains("hidden")));
}

#[wasm_bindgen_test]
async fn stores_the_log_at_once_when_the_tab_is_hidden_frozen_or_left() {
    for (target, name) in [("window", "pagehide"), ("document", "freeze"), ("document", "visibilitychange")] {
        let page = Page::open();
        page.store.persistence.persist(DRAFT);
        page.store.log.receive_text("last words");
        dispatch(target, name);
        assert!(stored("yodel.log").is_some_and(|log| log.contains("last words")), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_draft_survives_a_reload() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    page.type_text("half a sentence");
    page.store.persistence.save();
    let page = reload(Outbox::Is(Delivery::Sent));
    page.store.persistence.persist(DRAFT);
    page.store.persistence.restore_draft();
    assert_eq!(page.field().value(), "half a sentence");
    page.press("Enter");
    assert_eq!(page.sent(), ["half a sentence"]);
    page.store.persistence.save();
    assert_eq!(stored("yodel.draft"), None);
}

#[wasm_bindgen_test]
async fn a_draft_does_not_replace_a_typed_text() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    storage().set_item("yodel.draft", "before").unwrap();
    page.type_text("after");
    page.store.persistence.restore_draft();
    assert_eq!(page.field().value(), "after");
}

#[wasm_bindgen_test]
async fn stores_control_characters_without_filling_the_storage() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    page.store.log.receive_text("stale");
    page.store.persistence.save();
    page.store.list.clear();
    page.store.log.receive_text(&"\u{1}".repeat(900_000));
    page.store.persistence.save();
    let saved = stored("yodel.log").unwrap();
    assert!(saved.len() > 900_000 && !saved.contains("stale"), "{}", saved.len());
    assert_eq!(page.count(".banner"), 0);
}

#[wasm_bindgen_test]
async fn a_full_storage_keeps_the_newest_rows_and_the_counts_and_is_reported() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    page.store.log.receive_text("stale");
    page.store.persistence.save();
    for n in 0..100 {
        page.store.log.receive_text(&format!("{n}:{}", "x".repeat(9_000)));
    }
    fill_storage(300_000);
    page.store.persistence.save();
    page.until("the notice", |page| page.text(".banner").contains("storage is full")).await;
    let saved = stored("yodel.log").unwrap();
    assert!(saved.contains("99:xxx") && !saved.contains("50:xxx"));
    page.store.language.switch();
    page.until("the notice in Chinese", |page| page.text(".banner").contains("存储空间已满")).await;
    page.click("关闭");
    page.until("no notice", |page| page.count(".banner") == 0).await;
    page.store.log.receive_text("one more");
    page.store.persistence.save();
    assert_eq!(page.store.layout.notices.with_untracked(Vec::len), 0, "said once");

    storage().remove_item("filler").unwrap();
    let page = reload_with_storage();
    page.store.persistence.restore();
    page.until("the counts", |page| page.text("#received") == "102").await;
}

#[wasm_bindgen_test]
async fn no_stale_log_stays_in_a_storage_without_any_room() {
    let page = Page::open();
    page.store.persistence.persist(DRAFT);
    page.store.list.clear();
    page.store.persistence.save();
    assert!(stored("yodel.log").is_some());
    fill_storage(0);
    page.store.log.receive_text(&"x".repeat(1_000));
    page.store.persistence.save();
    assert_eq!(stored("yodel.log"), None);
}

#[wasm_bindgen_test]
async fn waiting_messages_of_an_offered_reload_are_sent() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.messages.send("waits");
    page.store.messages.send_binary([1, 2].into());
    let saved = page.store.log.peek(|log| log.save(1 << 20, true));
    let page = reload(Outbox::Is(Delivery::Waiting));
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    storage().set_item("yodel.log", &saved).unwrap();
    let waiting = page.store.persistence.restore();
    let copy = stored("yodel.log").unwrap();
    page.store.messages.resume(&waiting);
    let [Event::Send { text, .. }, Event::SendBinary { bytes, .. }] = &page.events()[..] else {
        panic!("two messages")
    };
    assert_eq!((text.as_str(), &**bytes), ("waits", &[1, 2][..]));
    page.until("the rows", |page| page.count(".list-group-item-success") == 2).await;
    // A copy of the tab does not send them again.
    let page = reload(Outbox::Is(Delivery::Waiting));
    storage().set_item("yodel.log", &copy).unwrap();
    assert_eq!(page.store.persistence.restore(), []);
}

/// Opens a page with the storage of the last one.
fn reload(outbox: Outbox) -> Page {
    let kept = ["yodel.log", "yodel.draft"].map(|name| (name, stored(name)));
    let page = Page::with(outbox);
    for (name, value) in kept {
        if let Some(value) = value {
            storage().set_item(name, &value).unwrap();
        }
    }
    page
}

fn reload_with_storage() -> Page {
    reload(Outbox::Is(Delivery::Sent))
}

/// Fills the storage up to this number of characters.
fn fill_storage(free: usize) {
    let mut size = 8 << 20;
    let mut filler = String::new();
    while size > 0 {
        let longer = filler.clone() + &"f".repeat(size);
        if storage().set_item("filler", &longer).is_ok() {
            filler = longer;
        } else {
            size /= 2;
        }
    }
    filler.truncate(filler.len().saturating_sub(free));
    storage().set_item("filler", &filler).unwrap();
}

fn stored(name: &str) -> Option<String> {
    storage().get_item(name).unwrap()
}

fn storage() -> web_sys::Storage {
    web_sys::window().unwrap().session_storage().unwrap().unwrap()
}

/// Dispatches an event while the document is hidden.
fn dispatch(target: &str, name: &str) {
    let script = "
        Object.defineProperty(document, 'hidden', { configurable: true, value: true });
        window[target === 'window' ? 'self' : target].dispatchEvent(new Event(name, { bubbles: name !== 'freeze' }));
        delete document.hidden;";
    Function::new_with_args("target, name", script).call2(&JsValue::NULL, &target.into(), &name.into()).unwrap();
}

/// Replaces the function by which the page requests a frame, as in a hidden tab. Returns the original.
fn stop_frames() -> JsValue {
    let frames = js_sys::Reflect::get(&window(), &"requestAnimationFrame".into()).unwrap();
    set_request_frame(&Function::new_no_args(""));
    frames
}

fn set_request_frame(frames: &JsValue) {
    js_sys::Reflect::set(&window(), &"requestAnimationFrame".into(), frames).unwrap();
}
