//! Pins and notes.

use crate::{
    row_support::{focused, inspect, open, press, texts},
    stubs::{downloads, record_downloads},
    support::press_in,
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_page::model::log::{EntryId, annotations::MAX_NOTE_BYTES};

#[wasm_bindgen_test]
async fn pins_are_listed_and_lead_to_their_rows() {
    let page = open().await;
    for n in 0..200 {
        page.store.log.receive_text(&format!("message {n}"));
    }
    page.until("the end", |page| page.last(".text") == " > message 199").await;
    inspect(&page, 3).await;
    press(&page, "p");
    page.until("the pin", |page| texts(page, ".pinned li > :first-child") == ["message 2"]).await;
    page.until("its mark", |page| page.text("#divShow .row-mark").contains("★")).await;
    page.click("Close");
    page.store.list.follow.set(true);
    page.until("the end", |page| page.last(".text") == " > message 199").await;
    page.find(".pinned li button").unwrap().click();
    page.until("the row", |page| page.text("#divShow [aria-current=true] .text") == " > message 2").await;
    page.until("the focus of the inspector", |_| focused() == "inspector").await;
    let unpin = page.find(".pinned li button + button").unwrap();
    assert_eq!(unpin.get_attribute("aria-label").as_deref(), Some("Unpin message 2"));
    unpin.click();
    page.until("no pin", |page| page.count(".pinned") == 0).await;
    assert_eq!(focused(), "list");
}

#[wasm_bindgen_test]
async fn pinned_rows_survive_trimming_and_a_reload() {
    let page = open().await;
    page.store.log.receive_text("important");
    inspect(&page, 1).await;
    press(&page, "p");
    for n in 0..100_000 {
        page.store.log.receive_text(&n.to_string());
    }
    page.until("the rows", |page| page.text("#received") == "100001").await;
    assert!(page.store.log.entry(EntryId(1)).is_some() && page.store.log.entry(EntryId(2)).is_none());
    page.until("the pin", |page| page.text(".pinned").contains("important")).await;
    let saved = page.store.log.peek(|log| log.save(1 << 20, false));
    let page = open().await;
    page.store.log.change(|log| drop(log.restore(1, &saved)));
    page.until("the pin after a reload", |page| page.text(".pinned").contains("important")).await;
}

#[wasm_bindgen_test]
async fn notes_are_kept_and_exported() {
    record_downloads();
    let page = open().await;
    page.store.log.receive_text("one");
    page.store.log.receive_text("two");
    inspect(&page, 1).await;
    page.fill("txtNote", "first try");
    page.until("the note in the row", |page| page.text("#divShow .row-mark").contains("first try")).await;
    page.click("Next");
    page.until("no note", |page| page.value("txtNote").is_empty()).await;
    let long = "x".repeat(MAX_NOTE_BYTES + 1);
    page.fill("txtNote", &long);
    page.until("the limit", |page| page.text("#rowError") == "The note is too long (limit 1,024 bytes).").await;
    assert_eq!(page.value("txtNote"), long, "nothing that was typed is lost");
    page.fill("txtNote", "second");
    page.until("no error", |page| page.text("#rowError").is_empty()).await;
    page.click("Previous");
    page.until("the note", |page| page.value("txtNote") == "first try").await;
    page.click("Export");
    page.until("the formats", |page| page.count(".formats button") == 2).await;
    page.click("JSON Lines");
    page.until("the file", |_| downloads().len() == 1).await;
    let file = downloads().remove(0);
    assert!(
        file.contains(r#""note":"first try","text":"one""#) && file.contains(r#""note":"second","text":"two""#),
        "{file}"
    );
}

#[wasm_bindgen_test]
async fn keys_in_the_note_type() {
    let page = open().await;
    page.store.log.receive_text("one");
    page.store.log.receive_text("two");
    inspect(&page, 2).await;
    let note = page.find("#txtNote").unwrap();
    for key in ["k", "p", "c"] {
        assert!(press_in(&note, key, |_| {}), "{key} is left to the field");
    }
    assert_eq!(page.store.list.selected.get_untracked(), Some(EntryId(2)));
    press_in(&note, "Escape", |_| {});
    page.until("closed", |page| page.count(".inspector") == 0).await;
}
