//! The decoded view of a message.

use crate::support::Page;
use leptos::prelude::window;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_page::model::log::EntryId;

/// `{"a": 1, "b": [2, 3]}` in CBOR.
const CBOR: [u8; 9] = [0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x82, 0x02, 0x03];

#[wasm_bindgen_test]
async fn recognizes_the_format_of_each_message() {
    let page = Page::open();
    page.store.log.receive_binary([0x82, 0xa1, 0x61, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xa1, 0x62, 0xc0].into());
    page.store.log.receive_binary(CBOR.into());
    page.store.log.receive_binary([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69].into());
    page.store.log.receive_text(r#"{"data":"SGVsbG8gWW9kZWw="}"#);
    page.store.log.receive_text("[1]");
    page.store.log.receive_text("plain");
    open(&page, 1).await;
    for (text, format) in [
        ("{\n  \"a\": 1.5,\n  \"b\": null\n}", "Automatic (MessagePack)"),
        ("{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}", "Automatic (CBOR)"),
        ("1 varint: 150 (zigzag 75)\n2 len: \"hi\"", "Automatic (Protobuf)"),
        ("$.data (11 bytes)\nHello Yodel", "Automatic (Base64)"),
        ("[\n  1\n]", "Automatic (JSON)"),
    ] {
        page.until(format, |page| page.text("#whole") == text && page.text("#selDecode option") == format).await;
        assert_eq!(page.text(".content-note"), "");
        page.click("Next");
    }
    page.until("no format", |page| page.text(".content-note") == "No known format. Choose one.").await;
    assert_eq!(page.text(".inspector [aria-pressed=true]"), "Decoded");
}

#[wasm_bindgen_test]
async fn a_chosen_format_is_remembered_for_its_address() {
    let page = Page::open();
    page.store.log.receive_binary(CBOR.into());
    open(&page, 1).await;
    page.until("the select", |page| page.count("#selDecode") == 1).await;
    page.choose("selDecode", "messagepack");
    page.until("the values of the other format", |page| page.text("#whole").starts_with("\"aa\"\n1\n")).await;
    let stored = window().local_storage().unwrap().unwrap().get_item("yodel.decode").unwrap().unwrap();
    assert_eq!(stored, r#"[{"url":"ws://yodel.test/ws","format":"messagepack"}]"#);
    page.store.connection.url.set("ws://other.test/ws".to_owned());
    page.until("the recognized format", |page| page.text("#whole").starts_with("{\n")).await;
    assert_eq!(page.value("selDecode"), "");
    page.store.connection.url.set("ws://yodel.test/ws".to_owned());
    page.until("the chosen format again", |page| page.value("selDecode") == "messagepack").await;
    page.choose("selDecode", "");
    page.until("the recognized format", |page| page.text("#whole").starts_with("{\n")).await;
}

#[wasm_bindgen_test]
async fn an_error_has_its_position_and_what_is_before_it_stays() {
    let page = Page::open();
    page.store.log.receive_binary(CBOR[..8].into());
    open(&page, 1).await;
    page.until("the select", |page| page.count("#selDecode") == 1).await;
    page.choose("selDecode", "cbor");
    page.until("the error", |page| page.text(".content-note") == "Byte 8: the message ends within a value.").await;
    assert_eq!(page.text("#whole"), "{\n  \"a\": 1,\n  \"b\": [\n    2");
    page.choose("selDecode", "base64");
    page.until("no Base64", |page| page.text(".content-note") == "No Base64 found in this message.").await;
    page.choose("selDecode", "json");
    page.until("no JSON", |page| page.text(".content-note") == "Byte 0: invalid value.").await;
}

#[wasm_bindgen_test]
async fn decodes_a_long_message_in_pieces() {
    let page = Page::open();
    let mut bytes = vec![0xdd, 0, 1, 0, 0];
    bytes.extend(vec![7; 1 << 16]);
    page.store.log.receive_binary(bytes.into());
    open(&page, 1).await;
    page.until("the first piece", |page| (65_536..65_600).contains(&page.text("#whole").len())).await;
    page.until("the rest", |page| page.text(".inspector").contains("Show more (")).await;
    while page.text(".inspector").contains("Show more (") {
        let label = page.text(".inspector > .btn");
        page.click(&label);
        page.until("another piece", |page| page.text(".inspector > .btn") != label).await;
    }
    assert!(page.text("#whole").ends_with("7\n]"));
}

/// Opens the decoded view of the entry with this id.
async fn open(page: &Page, id: u64) {
    page.store.list.inspect(EntryId(id));
    page.until("the inspector", |page| page.count(".inspector #txtNote") == 1).await;
    page.click("Decoded");
}
