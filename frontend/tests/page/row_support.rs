//! The work on rows: a page with Tools, and the inspector.

use crate::support::{Page, press_in};
use leptos::prelude::document;
use yodel_page::model::log::EntryId;

/// Opens a page with Tools.
pub async fn open() -> Page {
    let page = Page::open();
    page.open_tools().await;
    page
}

/// Receives a message at a time, in milliseconds since 1970.
pub fn receive_at(page: &Page, at_ms: u64, text: &str) {
    page.store.log.change(|log| log.receive_text(at_ms, text));
}

/// Opens the entry with this id in the inspector.
pub async fn inspect(page: &Page, id: u64) {
    page.store.list.inspect(EntryId(id));
    page.until("the inspector", |page| page.count(".inspector #txtNote") == 1).await;
    page.until("its focus", |_| focused() == "inspector").await;
}

/// Presses a key in the inspector.
pub fn press(page: &Page, key: &str) {
    press_in(&page.find(".inspector").unwrap(), key, |_| {});
}

/// Returns the texts of all elements that a selector finds, without white space at their ends.
pub fn texts(page: &Page, selector: &str) -> Vec<String> {
    let all = document().query_selector_all(selector).unwrap();
    let text = |at| all.item(at).unwrap().text_content().unwrap().trim_end().to_owned();
    assert!(page.count(selector) == all.length());
    (0..all.length()).map(text).collect()
}

/// Returns the id of the focused element.
pub fn focused() -> String {
    document().active_element().unwrap().id()
}
