//! Binary messages: typed bytes and files.

use crate::support::{Outbox, Page, frame};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::{Delivery, Event, Generation, State};
use yodel_page::{model::address::ProtocolChoice, state::Transport};
use yodel_protocol::Verb;

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
async fn reports_an_unreadable_file() {
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
