//! Variables: their list, and references in messages.

use crate::{
    stubs::run,
    support::{Page, frame},
};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Generation, State};

/// Storage that refuses values until `window.restoreStorage()`.
const FULL: &str = "
    const original = Storage.prototype.setItem;
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
    window.restoreStorage = () => { Storage.prototype.setItem = original; };";

#[wasm_bindgen_test]
async fn replaces_references_when_a_message_is_sent() {
    let page = with_variable("id", "A-1042").await;
    for text in [r#"{"order":"{{id}}","n":{{$counter}}}"#, "{{$counter}} {{{{id}}", "plain"] {
        page.type_text(text);
        page.press("Enter");
    }
    assert_eq!(page.sent(), [r#"{"order":"A-1042","n":1}"#, "2 {{id}}", "plain"]);
    page.until("what was sent", |page| page.text("#divShow").contains(r#""A-1042","n":1}"#)).await;
    for _ in 0..3 {
        page.press("ArrowUp");
    }
    assert_eq!(page.field().value(), r#"{"order":"{{id}}","n":{{$counter}}}"#, "the history keeps what was typed");
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.type_text("{{id}}");
    page.press("Enter");
    assert_eq!(page.sent(), ["A-1042"], "also while Tools is closed");
}

#[wasm_bindgen_test]
async fn generates_values() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("{{$uuid}} {{$uuid}} {{$timestamp}} {{$isoTimestamp}}");
    page.press("Enter");
    let sent = page.sent().remove(0);
    let values: Vec<_> = sent.split(' ').collect();
    assert!(values[0].len() == 36 && values[0] != values[1], "{sent}");
    assert!(values[2].parse::<u64>().is_ok_and(|ms| ms > 1_700_000_000_000), "{sent}");
    assert!(values[3].starts_with("20") && values[3].ends_with('Z'), "{sent}");
}

#[wasm_bindgen_test]
async fn names_undefined_references_and_sends_them_as_typed() {
    let page = with_variable("id", "1").await;
    page.fill("txtContent", "{{id}} {{x}} {{$guid}} {{x}}");
    let hint = "Not defined, sent as typed: x, $guid";
    page.until("the hint", |page| page.text(".send-options").contains(hint)).await;
    page.press("Enter");
    assert_eq!((page.sent(), page.count(".banner")), (vec!["1 {{x}} {{$guid}} {{x}}".to_owned()], 0));
    page.fill("txtContent", "{{id}}");
    page.until("no hint", |page| !page.text(".send-options").contains("Not defined")).await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.fill("txtContent", "{{x}}");
    page.press("Enter");
    page.until("the notice", |page| page.text(".banner").starts_with("Sent as typed, because it is not defined: x."))
        .await;
    assert_eq!(page.sent(), ["{{x}}"]);
}

#[wasm_bindgen_test]
async fn inserts_a_reference_at_the_caret() {
    let page = with_variable("id", "1").await;
    page.type_text("[]");
    page.field().set_selection_range(1, 1).unwrap();
    page.until("the reference", |page| page.text(".references").starts_with("{{id}}{{$uuid}}")).await;
    page.click("{{id}}");
    assert_eq!(page.field().value(), "[{{id}}]");
}

#[wasm_bindgen_test]
async fn edits_renames_and_deletes_a_variable() {
    let page = with_variable("a", "1").await;
    page.click("a");
    page.until("its value", |page| page.value("txtVariableValue") == "1").await;
    page.fill("txtVariable", "b");
    page.fill("txtVariableValue", "2");
    page.click("Save variable");
    page.until("another name", |page| page.text(".variables li").starts_with("b2")).await;
    assert_eq!((page.count(".variables li"), page.value("txtVariable")), (1, String::new()));
    save(&page, "c", "3").await;
    page.click("b");
    page.until("its value", |page| page.value("txtVariableValue") == "2").await;
    page.fill("txtVariable", "c");
    page.click("Save variable");
    page.until("the error", |page| page.text(".variables .error") == "This name is already in use.").await;
    page.find(".variables [aria-label='Delete b']").unwrap().click();
    page.until("one left", |page| page.count(".variables li") == 1).await;
    assert_eq!(document().active_element().unwrap().id(), "txtVariable");
    page.until("the number", |page| page.text("#variables") == "Variables (1)").await;
}

#[wasm_bindgen_test]
async fn rejects_what_cannot_be_stored_and_keeps_what_was_typed() {
    let page = Page::open();
    page.open_tools().await;
    let long = "x".repeat((16 << 10) + 1);
    for (name, value, error) in [
        ("1st", "v", "A name has letters, digits, _ and -, begins with a letter or _, and has at most 64 characters."),
        ("a", long.as_str(), "Limit: 200 variables, 16384 bytes each."),
    ] {
        page.fill("txtVariable", name);
        page.fill("txtVariableValue", value);
        page.click("Save variable");
        page.until(error, |page| page.text(".variables .error") == error).await;
        assert_eq!((page.value("txtVariable").as_str(), page.value("txtVariableValue").as_str()), (name, value));
    }
    page.fill("txtVariableValue", "v");
    run(FULL);
    page.click("Save variable");
    run("window.restoreStorage()");
    page.until("full", |page| page.text(".variables .error") == "Not saved: the browser’s storage is full.").await;
    assert_eq!(page.count(".variables li"), 0);
    page.click("Save variable");
    page.until("the variable", |page| page.count(".variables li") == 1).await;
}

#[wasm_bindgen_test]
async fn a_repeated_message_has_new_values_each_time() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("n={{$counter}}");
    page.fill("numEvery", "10");
    page.fill("numTimes", "3");
    page.click("Start");
    page.until("the end", |page| page.text("#repeated").trim() == "3 sent").await;
    assert_eq!(page.sent(), ["n=1", "n=2", "n=3"]);
}

#[wasm_bindgen_test]
async fn a_reference_waits_until_the_variables_are_loaded() {
    let page = Page::open();
    let local = window().local_storage().unwrap().unwrap();
    local.set_item("yodel.automation", "1").unwrap();
    local.set_item("yodel.variables", r#"[{"name":"id","value":"7"}]"#).unwrap();
    page.type_text("{{id}}");
    page.press("Enter");
    page.until("the hint", |page| page.text("#hint").starts_with("Variables are still loading.")).await;
    assert_eq!((page.sent().len(), page.field().value().as_str()), (0, "{{id}}"));
    page.open_tools().await;
    page.press("Enter");
    assert_eq!(page.sent(), ["7"]);
}

#[wasm_bindgen_test]
async fn remembers_that_new_pages_need_the_variables() {
    // A rule of another test counts as well.
    let _ = window().local_storage().unwrap().unwrap().remove_item("yodel.rules");
    let page = with_variable("a", "1").await;
    let is_remembered = || window().local_storage().unwrap().unwrap().get_item("yodel.automation").unwrap().is_some();
    page.until("the mark", |_| is_remembered()).await;
    page.find(".variables [aria-label='Delete a']").unwrap().click();
    page.until("no mark", |_| !is_remembered()).await;
}

/// Opens a page with a variable.
async fn with_variable(name: &str, value: &str) -> Page {
    let page = Page::open();
    page.open_tools().await;
    save(&page, name, value).await;
    page
}

async fn save(page: &Page, name: &str, value: &str) {
    page.fill("txtVariable", name);
    page.fill("txtVariableValue", value);
    page.click("Save variable");
    page.until(name, |page| page.text(".variables ul").contains(name)).await;
    frame().await;
}
