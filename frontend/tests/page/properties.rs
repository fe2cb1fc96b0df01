//! Properties in the inspector.

use crate::support::{Outbox, Page};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Delivery, Effect, Event, Mode};
use yodel_page::model::{Destination, log::EntryId};
use yodel_protocol::{RoomName, ServerFrame};

#[wasm_bindgen_test]
async fn shows_recipient_and_status_of_a_sent_message() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.connection.mode.set(Mode::Envelope { lobby: true });
    page.store.messages.recipient.set(Some(Destination::Room(RoomName::new("chat").unwrap())));
    page.store.messages.send("hello");
    page.store.list.inspect(EntryId(1));
    page.until("the recipient", |page| has_property(page, "To", "#chat") && has_property(page, "Status", "Queued"))
        .await;
    let Some(Event::Request { id, .. }) = page.events().pop() else { panic!("no message") };
    page.store.apply(&Effect::Delivery(id, Delivery::Acknowledged));
    page.until("the acknowledgment", |page| has_property(page, "Status", "Acknowledged")).await;
}

#[wasm_bindgen_test]
async fn shows_envelope_fields() {
    let page = Page::open();
    let text = r#"{"type":"message","room":"chat","offset":12,"event":"msg","from":{"client":"c_2","user":"ada"},
        "data":"hello","time":9}"#;
    let Ok(ServerFrame::Message(message)) = ServerFrame::decode(text) else { panic!("{text}") };
    page.store.apply(&Effect::Message(message.into()));
    page.store.list.inspect(EntryId(1));
    for (name, value) in [("Room", "chat"), ("Offset", "12"), ("Event", "msg"), ("From", "ada (c_2)")] {
        page.until(name, |page| has_property(page, name, value)).await;
    }
}

#[wasm_bindgen_test]
async fn shows_the_number_of_a_time_that_is_none() {
    let page = Page::open();
    let text = r#"{"type":"message","room":"chat","offset":1,"event":"msg","data":"hello","time":1700000000000000000}"#;
    let Ok(ServerFrame::Message(message)) = ServerFrame::decode(text) else { panic!("{text}") };
    page.store.apply(&Effect::Message(message.into()));
    page.store.list.inspect(EntryId(1));
    page.until("the number", |page| page.text(".inspector dl").contains("1700000000000000000")).await;
    page.store.log.receive_text("next");
    page.store.list.inspect(EntryId(2));
    page.until("the next row", |page| page.text("#whole") == "next").await;
}

#[wasm_bindgen_test]
async fn shows_the_text_of_other_rows() {
    let page = Page::open();
    page.store.apply(&Effect::Up { url: "ws://a/ws".into(), away_ms: None });
    page.store.list.inspect(EntryId(1));
    let words = "WebSocket Server [ws://a/ws] Connection Succeeded!";
    page.until("the text of the row", |page| page.text("#whole") == words).await;
}

/// Returns whether this property is listed.
fn has_property(page: &Page, name: &str, value: &str) -> bool {
    page.text(".inspector dl").contains(&format!("{name}{value}"))
}
