//! Clicks on rows, and selected text.

use crate::{
    stubs::{hold_timers, run, run_timers},
    support::{Page, frame},
};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_click_opens_the_row_when_no_second_one_follows() {
    let page = with_rows().await;
    hold_timers();
    click(1);
    assert_eq!(page.store.list.selected.get_untracked(), None, "a second click may follow");
    run_timers();
    assert!(page.store.list.selected.get_untracked().is_some() && page.store.layout.tools.get_untracked());
}

#[wasm_bindgen_test]
async fn a_double_click_opens_nothing() {
    let page = with_rows().await;
    hold_timers();
    click(1);
    click(2);
    run_timers();
    assert_eq!(page.store.list.selected.get_untracked(), None);
    assert!(!page.store.layout.tools.get_untracked());
}

#[wasm_bindgen_test]
async fn selecting_text_opens_nothing() {
    let page = with_rows().await;
    hold_timers();
    select();
    click(1);
    run_timers();
    assert_eq!(page.store.list.selected.get_untracked(), None);
    assert!(!page.store.layout.tools.get_untracked());
    run("getSelection().removeAllRanges()");
}

#[wasm_bindgen_test]
async fn with_an_open_row_a_click_opens_another_one_at_once() {
    let page = with_rows().await;
    page.find("#divShow > li").unwrap().click();
    page.until("the inspector", |page| page.count(".inspector") == 1).await;
    let first = page.store.list.selected.get_untracked();
    select();
    click(1);
    assert_eq!(page.store.list.selected.get_untracked(), first, "text is selected");
    run("getSelection().removeAllRanges()");
    click(1);
    assert!(page.store.list.selected.get_untracked() > first);
}

#[wasm_bindgen_test]
async fn isolates_each_part_of_a_row() {
    let page = Page::open();
    page.store.log.receive_text("\u{202e}turned around");
    page.until("the row", |page| page.count(".text") == 1).await;
    frame().await;
    let styles = run("return [...document.querySelectorAll('.text > span')].map(part =>
        `${part.textContent}|${getComputedStyle(part).unicodeBidi}`).join()");
    assert_eq!(styles.as_string().unwrap(), "|isolate, > |isolate,\u{202e}turned around|isolate");
}

async fn with_rows() -> Page {
    let page = Page::open();
    page.store.log.receive_text("one");
    page.store.log.receive_text("two words");
    page.until("the rows", |page| page.count("#divShow > li") == 2).await;
    page
}

/// Clicks the last row, as the click with this number in a row.
fn click(count: u32) {
    run(&format!(
        "document.querySelector('#divShow > li:last-child .text')
            .dispatchEvent(new MouseEvent('click', {{ bubbles: true, detail: {count} }}))"
    ));
}

/// Selects the text of the last row.
fn select() {
    run("getSelection().selectAllChildren(document.querySelector('#divShow > li:last-child .text'))");
}
