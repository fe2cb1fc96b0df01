//! What is known of a row besides its text.

use crate::support::{Outbox, Page};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Delivery, Effect, Event, Mode};
use yodel_page::model::{Destination, log::EntryId};
use yodel_protocol::{RoomName, ServerFrame};

#[wasm_bindgen_test]
async fn a_message_of_ones_own_says_where_to_and_what_became_of_it() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.connection.mode.set(Mode::Envelope { lobby: true });
    page.store.messages.to.set(Some(Destination::Room(RoomName::new("chat").unwrap())));
    page.store.messages.send("hello");
    page.store.list.inspect(EntryId(1));
    page.until("where to", |page| known(page, "To", "#chat") && known(page, "Status", "Queued")).await;
    let Some(Event::Request { id, .. }) = page.events().pop() else { panic!("no message") };
    page.store.apply(&Effect::Delivery(id, Delivery::Acknowledged));
    page.until("that it arrived", |page| known(page, "Status", "Acknowledged")).await;
}

#[wasm_bindgen_test]
async fn what_the_server_told_of_a_message_is_listed() {
    let page = Page::open();
    let text = r#"{"type":"message","room":"chat","offset":12,"event":"msg","from":{"client":"c_2","user":"ada"},
        "data":"hello","time":9}"#;
    let Ok(ServerFrame::Message(message)) = ServerFrame::decode(text) else { panic!("{text}") };
    page.store.apply(&Effect::Message(message.into()));
    page.store.list.inspect(EntryId(1));
    for (name, value) in [("Room", "chat"), ("Offset", "12"), ("Event", "msg"), ("From", "ada (c_2)")] {
        page.until(name, |page| known(page, name, value)).await;
    }
}

#[wasm_bindgen_test]
async fn what_is_no_message_is_shown_in_its_words() {
    let page = Page::open();
    page.store.apply(&Effect::Up { url: "ws://a/ws".into(), away_ms: None });
    page.store.list.inspect(EntryId(1));
    let words = "WebSocket Server [ws://a/ws] Connection Succeeded!";
    page.until("its words", |page| page.text("#whole") == words).await;
}

/// Whether this is listed under this name.
fn known(page: &Page, name: &str, value: &str) -> bool {
    page.text(".inspector dl").contains(&format!("{name}{value}"))
}
