//! The panel above the message field: several lines, saved messages.

use crate::support::{Page, frame, press_in};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::{Generation, State};

#[wasm_bindgen_test]
async fn in_a_multiline_field_ctrl_enter_sends() {
    let page = Page::open();
    page.open_tools().await;
    page.store.layout.multiline.set(true);
    page.until("the hint", |page| page.text(".send-options").contains("Ctrl+Enter sends")).await;
    page.type_text("one");
    assert!(page.press("Enter"), "left to the browser");
    assert!(page.sent().is_empty());
    page.press_with("Enter", |init| init.set_ctrl_key(true));
    assert_eq!(page.sent(), ["one"]);
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".send-options") == 0).await;
    assert!(!page.store.layout.multiline.get_untracked(), "closing Tools resets the field");
}

#[wasm_bindgen_test]
async fn saves_inserts_renames_and_deletes_a_message() {
    let page = Page::open();
    page.open_tools().await;
    page.click("Save message");
    page.until("the missing input", |page| page.text(".send-options").contains("a message and a name first")).await;
    page.type_text("hello again");
    page.fill("txtName", "greeting");
    page.click("Save message");
    page.until("its name", |page| page.text(".send-options li .address") == "greeting").await;
    page.type_text("");
    page.press("Enter");
    page.until("a hint", |page| !page.text("#hint").is_empty()).await;
    page.find("#txtFind").unwrap().focus().unwrap();
    page.click("greeting");
    assert_eq!(page.field().value(), "hello again");
    page.until("no hint after inserting", |page| page.text("#hint").is_empty()).await;
    assert_eq!(document().active_element().unwrap().id(), "txtContent");
    page.fill("txtName", "welcome");
    page.click("Rename");
    page.until("its new name", |page| page.text(".send-options li .address") == "welcome").await;
    page.click("Delete");
    page.until("nothing", |page| page.count(".send-options li") == 0).await;
}

#[wasm_bindgen_test]
async fn saved_messages_survive_closing_tools_and_have_unique_names() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("hello");
    for name in ["a", "b"] {
        page.fill("txtName", name);
        page.click("Save message");
        page.until(name, |page| page.last(".send-options li .address") == name).await;
    }
    let name = page.find("#txtName").unwrap().unchecked_into::<HtmlInputElement>();
    assert_eq!(name.value(), "", "the field is cleared");
    page.fill("txtName", "b");
    page.click("Rename");
    page.until("the error", |page| page.text(".send-options .error") == "This name is already in use.").await;
    page.fill("txtName", "c");
    page.until("no error", |page| page.text(".send-options .error").is_empty()).await;
    page.type_text(&"x".repeat(10_001));
    page.click("Save message");
    page.until("the error", |page| {
        page.text(".send-options .error").starts_with("Limit: 50 messages, 10,000 bytes each")
    })
    .await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".send-options") == 0).await;
    page.open_tools().await;
    assert_eq!(page.count(".send-options li"), 2);
}

#[wasm_bindgen_test]
async fn asks_before_a_saved_message_is_replaced() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("old");
    save(&page, "a").await;
    page.type_text("new");
    page.fill("txtName", "a");
    page.click("Save message");
    let question = "A saved message is named “a”. Save again to replace it.";
    page.until("the question", |page| page.text(".send-options .error") == question).await;
    page.fill("txtName", "b");
    page.fill("txtName", "a");
    page.click("Save message");
    page.until("the question again", |page| page.text(".send-options .error") == question).await;
    page.type_text("");
    page.click("a");
    assert_eq!(page.field().value(), "old");
    page.type_text("new");
    page.click("Save message");
    page.until("no question", |page| page.text(".send-options .error").is_empty()).await;
    page.type_text("");
    page.click("a");
    assert_eq!(page.field().value(), "new");
}

#[wasm_bindgen_test]
async fn a_saved_message_is_inserted_at_the_caret() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("dear ");
    save(&page, "a").await;
    page.type_text("hello world");
    page.field().set_selection_range(6, 6).unwrap();
    page.click("a");
    assert_eq!(page.field().value(), "hello dear world");
    assert_eq!(page.field().selection_start().unwrap(), Some(11));
}

#[wasm_bindgen_test]
async fn enter_clicks_the_button_of_a_field() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("hello");
    page.fill("txtName", "greeting");
    let press = |id: &str, composing| {
        press_in(&page.find(&format!("#{id}")).unwrap(), "Enter", |init| init.set_is_composing(composing));
    };
    press("txtName", true);
    frame().await;
    assert_eq!(page.count(".send-options li"), 0, "the key belongs to the input method");
    press("txtName", false);
    page.until("the saved message", |page| page.text(".send-options li .address") == "greeting").await;
    press("txtBytes", false);
    page.until("the missing bytes", |page| page.text(".send-options").contains("Enter bytes or choose a file")).await;
    page.fill("numEvery", "x");
    press("numEvery", false);
    page.until("the invalid interval", |page| page.text(".send-options").contains("must be whole numbers")).await;
}

#[wasm_bindgen_test]
async fn number_fields_keep_what_is_typed() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.type_text("again");
    // A browser would return an empty text while 100. or 1e is typed into a field for numbers.
    for typed in ["100.", "100.5", "1e", "1e5"] {
        page.fill("numEvery", typed);
        frame().await;
        assert_eq!(page.value("numEvery"), typed);
    }
    page.click("Start");
    page.until("the error", |page| page.text(".send-options").contains("must be whole numbers")).await;
    assert!(page.sent().is_empty() && page.text(".send-options").contains("Start"));
}

#[wasm_bindgen_test]
async fn tabs_share_the_saved_messages() {
    let page = Page::open();
    page.open_tools().await;
    let local = window().local_storage().unwrap().unwrap();
    // Another tab saves a message. This tab is not notified of it, and saves another one.
    local.set_item("yodel.saved", r#"[{"name":"theirs","text":"1"}]"#).unwrap();
    page.type_text("2");
    page.fill("txtName", "ours");
    page.click("Save message");
    page.until("both", |page| page.count(".send-options li") == 2).await;
    let stored = local.get_item("yodel.saved").unwrap().unwrap();
    assert!(stored.contains("theirs") && stored.contains("ours"), "{stored}");
    // A change of another tab is shown.
    local.set_item("yodel.saved", r#"[{"name":"only","text":"3"}]"#).unwrap();
    window().dispatch_event(&web_sys::Event::new("storage").unwrap()).unwrap();
    page.until("the other tab's list", |page| {
        page.count(".send-options li") == 1 && page.text(".send-options li .address") == "only"
    })
    .await;
}

#[wasm_bindgen_test]
async fn reports_a_message_that_could_not_be_saved() {
    let page = Page::open();
    page.open_tools().await;
    page.type_text("text");
    page.fill("txtName", "name");
    let restore = refuse_storage();
    page.click("Save message");
    restore.call0(&JsValue::NULL).unwrap();
    page.until("the error", |page| page.text(".send-options .error").contains("storage is full")).await;
    assert_eq!(page.count(".send-options li"), 0);
}

/// Makes the storage refuse values, as if it were full. Returns the function that ends it.
fn refuse_storage() -> Function {
    let script = "
        const original = Storage.prototype.setItem;
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
        return () => { Storage.prototype.setItem = original; };";
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap().unchecked_into()
}

/// Saves the text in the message field.
async fn save(page: &Page, name: &str) {
    page.fill("txtName", name);
    page.click("Save message");
    page.until(name, |page| page.last(".send-options li .address") == name).await;
}
