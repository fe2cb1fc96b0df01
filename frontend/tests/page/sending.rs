//! The panel above the message field.

use crate::support::{Outbox, Page, frame, press_in};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::{Delivery, Event, Generation, State};
use yodel_page::{model::address::ProtocolChoice, state::Transport};
use yodel_protocol::Verb;

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
async fn parses_bytes_in_base64() {
    let page = Page::open();
    page.open_tools().await;
    page.click("Send binary");
    page.until("the missing bytes", |page| page.text(".send-options").contains("Enter bytes or choose a file")).await;
    page.choose("selDigits", "base64");
    page.fill("txtBytes", "Ch+c");
    page.until("the size", |page| page.text(".send-options").contains("3 bytes")).await;
    page.fill("txtBytes", "Z");
    page.until("the error", |page| page.text(".send-options .error[role=status]").starts_with("The last byte")).await;
}

#[wasm_bindgen_test]
async fn shows_the_buffered_amount() {
    let page = Page::open();
    page.open_tools().await;
    page.store.dispatcher.set_transport(BufferingSocket);
    page.until("the buffered amount", |page| page.text(".send-options").contains("13 bytes buffered")).await;
}

#[wasm_bindgen_test]
async fn bytes_go_through_the_session_in_plain_mode() {
    let page = Page::with(Outbox::Is(Delivery::Unconfirmed));
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.open_tools().await;
    page.fill("txtBytes", "00 01 02");
    page.click("Send binary");
    let row = "binary, 3 bytes: 00 01 02";
    page.until("its row", |page| page.text(".list-group-item-success .text") == row).await;
    assert!(page.text(".list-group-item-success").contains("Delivery unconfirmed"));
    let events = page.events();
    assert!(matches!(&events[..], [Event::SendBinary { bytes, .. }] if **bytes == [0, 1, 2]), "{events:?}");
}

#[wasm_bindgen_test]
async fn a_failed_binary_message_is_sent_again_as_bytes() {
    let page = Page::with(Outbox::Is(Delivery::Failed));
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.store.messages.send_binary([7, 8].into());
    page.events();
    page.until("the button", |page| page.text(".list-group-item-success").contains("Retry")).await;
    page.click("Retry");
    let events = page.events();
    assert!(matches!(&events[..], [Event::SendBinary { bytes, .. }] if **bytes == [7, 8]), "{events:?}");
}

#[wasm_bindgen_test]
async fn file_and_typed_bytes_replace_each_other() {
    let page = Page::open();
    page.open_tools().await;
    let shows = async |words: &str| page.until(words, |page| page.text(".send-options").contains(words)).await;
    page.fill("txtBytes", "0a");
    shows("1 byte").await;
    choose_file(&page, 7);
    shows("7 bytes").await;
    assert_eq!(page.find("#txtBytes").unwrap().unchecked_into::<HtmlInputElement>().value(), "");
    choose_file(&page, 16 * 1024 * 1024 + 1);
    shows("File too large (limit 16,777,216 bytes).").await;
    shows("0 bytes").await;
    assert_eq!(page.value("fileBytes"), "", "neither the name nor the bytes of a file are left");
    choose_file(&page, 5);
    shows("5 bytes").await;
    assert_ne!(page.value("fileBytes"), "");
    page.fill("txtBytes", "0a 1f");
    shows("2 bytes").await;
    assert_eq!(page.value("fileBytes"), "");
}

#[wasm_bindgen_test]
async fn of_two_files_the_last_choice_is_sent() {
    let page = Page::open();
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.open_tools().await;
    let release = hold_files();
    choose_file(&page, 7);
    choose_file(&page, 3);
    page.until("reading", |page| page.text(".send-options").contains("Reading the file")).await;
    page.click("Send binary");
    // The second file is read before the first one.
    release.call1(&JsValue::NULL, &3.into()).unwrap();
    page.until("the second file", |page| page.text(".send-options").contains("3 bytes")).await;
    release.call1(&JsValue::NULL, &7.into()).unwrap();
    frame().await;
    page.click("Send binary");
    let events = page.events();
    assert!(matches!(&events[..], [Event::SendBinary { bytes, .. }] if bytes.len() == 3), "{events:?}");
}

#[wasm_bindgen_test]
async fn typed_bytes_are_not_replaced_by_a_file_that_was_chosen_before() {
    let page = Page::open();
    page.open_tools().await;
    let release = hold_files();
    choose_file(&page, 7);
    frame().await;
    page.fill("txtBytes", "0a 1f");
    release.call1(&JsValue::NULL, &7.into()).unwrap();
    frame().await;
    page.until("the typed bytes", |page| page.text(".send-options").contains("2 bytes")).await;
}

#[wasm_bindgen_test]
async fn says_that_a_file_cannot_be_read() {
    let page = Page::open();
    page.open_tools().await;
    let release = hold_files();
    choose_file(&page, 7);
    frame().await;
    release.call2(&JsValue::NULL, &7.into(), &true.into()).unwrap();
    page.until("the error", |page| page.text(".send-options").contains("Cannot read the file.")).await;
    assert_eq!(page.value("fileBytes"), "");
}

#[wasm_bindgen_test]
async fn tabs_share_the_saved_messages() {
    let page = Page::open();
    page.open_tools().await;
    let local = window().local_storage().unwrap().unwrap();
    // Another tab saves a message and this tab, which has not heard of it, another one.
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
async fn says_that_a_message_could_not_be_saved() {
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

#[wasm_bindgen_test]
async fn reports_the_position_of_an_invalid_digit() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtBytes", "0a 1x");
    page.until("the error", |page| page.text(".send-options .error[role=status]").contains("“x” at position 5")).await;
    page.click("Send binary");
    assert_eq!(page.events(), []);
    page.fill("txtBytes", "0a 1f");
    page.until("the size", |page| page.text(".send-options").contains("2 bytes")).await;
}

#[wasm_bindgen_test]
async fn a_full_queue_rejects_bytes() {
    let page = Page::with(Outbox::Full);
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.open_tools().await;
    page.fill("txtBytes", "0a");
    page.click("Send binary");
    page.until("the reason", |page| page.text(".send-options").contains("no room for these bytes")).await;
    assert_eq!(page.count(".list-group-item"), 0);
}

#[wasm_bindgen_test]
async fn with_envelopes_bytes_go_to_the_lobby_or_are_rejected() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtBytes", "0a 1f 9c 00");
    page.click("Send binary");
    page.until("the missing connection", |page| page.text(".send-options").contains("binary messages are not queued"))
        .await;
    page.state(State::Open(Generation(1)));
    page.welcome("echo");
    page.click("Send binary");
    page.until("the error", |page| page.text(".send-options").contains("cannot echo")).await;
    assert_eq!(page.events(), []);
    page.welcome("broadcast");
    page.fill("txtBytes", "0a 1f 9c 00");
    page.until("the note about Base64", |page| page.text(".send-options").contains("to the lobby as Base64")).await;
    page.click("Send binary");
    let events = page.events();
    let Some(Event::Request { verb: Verb::Publish(publish), .. }) = events.first() else { panic!("{events:?}") };
    assert_eq!(
        (publish.room.as_str(), publish.event.as_str(), publish.data.text()),
        ("lobby", "binary", "\"Ch+cAA==\"")
    );
    assert!(publish.echo, "a broadcast includes the sender");
    page.until("its row", |page| page.text(".list-group-item-success .text") == "binary, 4 bytes: 0a 1f 9c 00").await;
}

/// Makes the storage refuse values, as if it were full. Returns the function that ends it.
fn refuse_storage() -> Function {
    let script = "
        const original = Storage.prototype.setItem;
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
        return () => { Storage.prototype.setItem = original; };";
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap().unchecked_into()
}

/// Holds the content of files back. Returns a function that releases, or rejects, the one of a size.
fn hold_files() -> Function {
    let script = "
        const original = Blob.prototype.arrayBuffer;
        const held = new Map();
        Blob.prototype.arrayBuffer = function () {
            return new Promise((done, fail) => held.set(this.size, { done, fail, file: this }));
        };
        return (size, reject) => {
            Blob.prototype.arrayBuffer = original;
            const { done, fail, file } = held.get(size);
            return reject ? fail(new Error()) : done(original.call(file));
        };";
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap().unchecked_into()
}

/// Saves the text in the message field.
async fn save(page: &Page, name: &str) {
    page.fill("txtName", name);
    page.click("Save message");
    page.until(name, |page| page.last(".send-options li .address") == name).await;
}

/// Chooses a file of this size.
fn choose_file(page: &Page, bytes: u32) {
    let field = page.find("#fileBytes").unwrap();
    let files = "const chosen = new DataTransfer();
        chosen.items.add(new File([new Uint8Array(bytes)], 'bytes'));
        field.files = chosen.files;";
    Function::new_with_args("field, bytes", files).call2(&JsValue::NULL, &field, &bytes.into()).unwrap();
    field.dispatch_event(&web_sys::Event::new("change").unwrap()).unwrap();
}

/// A socket with unwritten bytes.
struct BufferingSocket;

impl Transport for BufferingSocket {
    fn step(&self, _: Event) {}

    fn buffered(&self) -> u64 {
        13
    }
}
