//! Selected text and found rows stay where they are while rows arrive.

use crate::{row_support::open, stubs::run};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_page::model::log::EntryId;

#[wasm_bindgen_test]
async fn selected_text_stays_while_rows_arrive() {
    let page = open().await;
    for n in 0..200 {
        page.store.log.receive_text(&format!("message {n}"));
    }
    page.until("the end", |page| page.last(".text") == " > message 199").await;
    run("const rows = document.querySelectorAll('#divShow .text');
        const range = document.createRange();
        range.setStart(rows[rows.length - 3].lastElementChild.firstChild, 0);
        range.setEndAfter(rows[rows.length - 1]);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        // The browser reports it in a task of its own, perhaps after the next frame.
        document.dispatchEvent(new Event('selectionchange'));");
    let selected = || run("return getSelection().toString()").as_string().unwrap();
    let before = selected();
    assert!(before.contains("message 197") && before.contains("message 199"), "{before}");
    for n in 0..500 {
        page.store.log.receive_text(&format!("new {n}"));
    }
    page.until("the count", |page| page.text(".new-messages") == "↓ 500 new").await;
    assert_eq!(selected(), before);
    assert_eq!(page.store.list.selected.get_untracked(), None);
    page.click("↓ 500 new");
    page.until("the newest", |page| page.last(".text") == " > new 499").await;
    run("getSelection().removeAllRanges()");
    page.store.log.receive_text("last");
    page.until("it follows again", |page| page.last(".text") == " > last").await;
}

/// Asking the browser for its selection forces a layout.
#[wasm_bindgen_test]
async fn rows_do_not_ask_for_the_selection_while_nothing_is_selected() {
    let page = open().await;
    run("window.asked = 0; window.ask = window.getSelection;
        window.getSelection = () => { window.asked += 1; return window.ask(); }");
    for n in 0..5 {
        page.store.log.receive_text(&format!("message {n}"));
        page.until("the row", |page| page.last(".text") == format!(" > message {n}")).await;
    }
    run("window.getSelection = window.ask");
    assert_eq!(run("return window.asked").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
async fn a_filter_keeps_its_matches_and_the_selected_one_while_rows_arrive_and_are_trimmed() {
    let page = open().await;
    for n in 0..99_000 {
        page.store.log.receive_text(&if n % 1_000 == 0 { format!("match {n}") } else { n.to_string() });
    }
    page.fill("txtFind", "match");
    page.until("the matches", |page| page.text("#found") == "99 of 99,000").await;
    page.store.list.inspect(EntryId(50_001));
    page.until("its position", |page| page.text("#found") == "99 of 99,000 · match 51 selected").await;
    page.until("its row", |page| page.text("#divShow [aria-current=true] .text") == " > match 50000").await;
    let top = || page.find(".scroller").unwrap().scroll_top();
    for n in 0..1_500 {
        page.store.log.receive_text(&if n % 500 == 0 { format!("new match {n}") } else { n.to_string() });
    }
    // Five matches were removed with the oldest rows, and three are new.
    page.until("the new matches", |page| {
        let found = page.text("#found");
        found.starts_with("97 of ") && found.ends_with("· match 46 selected")
    })
    .await;
    assert_eq!(page.text("#divShow [aria-current=true] .text"), " > match 50000");
    assert!(page.text("#whole") == "match 50000" && top() > 0);
}
