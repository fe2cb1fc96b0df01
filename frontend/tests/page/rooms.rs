//! Rooms, members, recipients, and unseen messages.

use crate::support::{Outbox, Page, frame};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::{Delivery, Effect, Event, MessageId, Mode};
use yodel_page::model::address::ProtocolChoice;
use yodel_protocol::{Epoch, Offset, Position, RoomName, ServerFrame, UserId, Verb, frame::ErrorReply};

const WELCOME: &str =
    r#"{"type":"welcome","client":"c_1","version":"0","node":"n","plain":"broadcast","ping":1,"max":1,"time":1}"#;

/// Returns a page that is connected with `yodel.v1` and has joined the lobby.
fn connected(outbox: Outbox) -> Page {
    let page = Page::with(outbox);
    page.store.dialer.start(None);
    page.store.connection.mode.set(Mode::Envelope { lobby: true });
    let Ok(ServerFrame::Welcome(welcome)) = ServerFrame::decode(WELCOME) else { panic!("no welcome") };
    page.store.apply(&Effect::Welcome(welcome.into()));
    joined(&page, "lobby");
    page
}

/// Returns the same with open tools.
async fn with_tools() -> Page {
    let page = connected(Outbox::Is(Delivery::Sent));
    page.store.layout.toggle_tools();
    page.until("the rooms", |page| page.count("#h-rooms") == 1).await;
    page
}

fn room(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn joined(page: &Page, name: &str) {
    let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(9) };
    let users = r#"[{"user":"ada","clients":2},{"client":"c_1","clients":1}]"#;
    let users = serde_json::from_str(users).unwrap();
    page.store.apply(&Effect::Joined { room: room(name), position, users: Some(users), more_users: false });
    page.store.log.settle();
}

fn receive(page: &Page, name: &str, offset: u64) {
    let text = format!(
        r#"{{"type":"message","room":"{name}","offset":{offset},"event":"text","from":{{"client":"c_2"}},"data":"m{offset}","time":9}}"#
    );
    let Ok(ServerFrame::Message(message)) = ServerFrame::decode(&text) else { panic!("{text}") };
    page.store.apply(&Effect::Message(message.into()));
}

fn reply_to(page: &Page, id: MessageId, reply: &str) {
    page.store.apply(&Effect::Reply(id, Box::new(ServerFrame::decode(reply).unwrap())));
    page.store.apply(&Effect::Delivery(id, Delivery::Acknowledged));
}

fn put(page: &Page, selector: &str, text: &str) {
    let field: HtmlInputElement = page.find(selector).unwrap().unchecked_into();
    field.set_value(text);
    field.dispatch_event(&web_sys::Event::new("change").unwrap()).unwrap();
}

/// Takes the recorded requests.
fn requests(page: &Page) -> Vec<(MessageId, Verb)> {
    let request = |event| if let Event::Request { id, verb } = event { Some((id, verb)) } else { None };
    page.events().into_iter().filter_map(request).collect()
}

#[wasm_bindgen_test]
async fn hides_rooms_and_recipient_in_plain_mode() {
    let page = Page::open();
    page.store.messages.recipient.set(Some(yodel_page::model::Destination::Room(room("deploys"))));
    page.store.layout.toggle_tools();
    page.until("the tools", |page| page.count(".sidebar") == 1).await;
    frame().await;
    assert_eq!((page.count("#h-rooms"), page.count("#destination"), page.count(".recipient")), (0, 0, 0));
    page.type_text("hello");
    page.press("Enter");
    assert_eq!(page.sent(), ["hello"]);
}

#[wasm_bindgen_test]
async fn requests_presence_of_joined_rooms_when_tools_open() {
    let page = with_tools().await;
    let requests_sent = requests(&page);
    assert!(
        matches!(&requests_sent[..], [(_, Verb::Presence(about))] if about.room == room("lobby")),
        "{requests_sent:?}"
    );
    let users = r#"{"id":1,"type":"presence","room":"lobby","clients":3,"users":[{"user":"ada","clients":2},{"client":"c_1","clients":1}]}"#;
    reply_to(&page, requests_sent[0].0, users);
    page.until("two members", |page| page.count("section[aria-labelledby=h-people] li") == 2).await;
    let people = page.text("section[aria-labelledby=h-people] ul");
    assert!(people.contains("ada 2 tabs") && people.contains("c_1 (you) 1 tab"), "{people}");
}

#[wasm_bindgen_test]
async fn joining_a_room_makes_it_the_recipient() {
    let page = with_tools().await;
    page.events();
    put(&page, "#room", "#deploys");
    page.click("Join");
    assert!(page.events().contains(&Event::Join(room("deploys"))));
    joined(&page, "deploys");
    page.until("both rooms", |page| page.count("section[aria-labelledby=h-rooms] li") == 2).await;
    page.until("the recipient", |page| page.text(".recipient").contains("→ #deploys")).await;
    page.events();
    page.type_text("ship it");
    page.press("Enter");
    let sent = requests(&page);
    assert!(matches!(&sent[..], [(_, Verb::Publish(publish))] if publish.room == room("deploys")), "{sent:?}");
    page.until("its row", |page| page.last(".list-group-item-success .text") == "→ #deploys: ship it").await;
    page.find(".recipient").unwrap().click();
    page.until("no recipient button", |page| page.count(".recipient") == 0).await;
    page.type_text("hello");
    page.press("Enter");
    assert_eq!(page.sent(), ["hello"]);
}

#[wasm_bindgen_test]
async fn shows_why_a_join_failed() {
    let page = with_tools().await;
    put(&page, "#room", "secret");
    page.click("Join");
    let error: ErrorReply = serde_json::from_str(r#"{"code":"forbidden","message":"no","retry":false}"#).unwrap();
    page.store.apply(&Effect::Left { room: room("secret"), error: Some(error) });
    page.until("the reason", |page| page.text("#refusal") == "Permission denied in #secret.").await;
    page.until("one room", |page| page.count("section[aria-labelledby=h-rooms] li") == 1).await;
    assert!(!page.store.rooms.joined().contains(&room("secret")), "the room is not joined again");
}

#[wasm_bindgen_test]
async fn rejects_an_invalid_room_name() {
    let page = with_tools().await;
    page.events();
    put(&page, "#room", "*");
    page.click("Join");
    let field: HtmlInputElement = page.find("#room").unwrap().unchecked_into();
    assert!(field.validation_message().unwrap().starts_with("Room names must be"));
    assert_eq!(page.events(), []);
}

#[wasm_bindgen_test]
async fn counts_unread_messages_while_tools_are_closed() {
    let page = with_tools().await;
    joined(&page, "deploys");
    receive(&page, "deploys", 10);
    page.until("one", |page| page.text("section[aria-labelledby=h-rooms] ul").contains("1 unread")).await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    receive(&page, "deploys", 11);
    page.store.layout.toggle_tools();
    page.until("two", |page| page.text("section[aria-labelledby=h-rooms] ul").contains("2 unread")).await;
}

#[wasm_bindgen_test]
async fn reports_an_offline_recipient() {
    let page = with_tools().await;
    page.events();
    put(&page, "#destination", "@ada");
    page.type_text("psst");
    page.press("Enter");
    let sent = requests(&page);
    let [(id, Verb::Send(message))] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(message.to, yodel_protocol::frame::Target::User(UserId::new("ada").unwrap()));
    reply_to(&page, *id, r#"{"id":1,"type":"ok","delivered":0}"#);
    page.until("the offline recipient", |page| page.text(".list-group-item-success .delivery") == "Recipient offline")
        .await;
}

#[wasm_bindgen_test]
async fn retries_to_the_same_recipient() {
    let page = connected(Outbox::Is(Delivery::Failed));
    page.store.messages.recipient.set(Some(yodel_page::model::Destination::Room(room("deploys"))));
    page.type_text("once more");
    page.press("Enter");
    page.store.messages.recipient.set(None);
    page.events();
    page.until("the button", |page| page.count(".delivery button") == 2).await;
    page.click("Retry");
    let sent = requests(&page);
    assert!(matches!(&sent[..], [(_, Verb::Publish(publish))] if publish.room == room("deploys")), "{sent:?}");
}

#[wasm_bindgen_test]
async fn loads_earlier_messages_until_there_are_none() {
    let page = with_tools().await;
    joined(&page, "lobby");
    receive(&page, "lobby", 10);
    page.until("the button", |page| page.count(".history button") == 1).await;
    page.events();
    page.click("Earlier messages");
    let requests_sent = requests(&page);
    let [(id, Verb::History(before))] = &requests_sent[..] else { panic!("{requests_sent:?}") };
    assert_eq!(before.before, Some(Offset(10)));
    let old = r#"{"room":"lobby","offset":9,"event":"text","data":"long ago","time":9}"#;
    let page_of = format!(
        r#"{{"id":1,"type":"history","room":"lobby","epoch":"e","offset":10,"messages":[{old}],"more":false}}"#
    );
    reply_to(&page, *id, &page_of);
    page.until("the earlier message", |page| page.text(".history ol").contains("long ago")).await;
    page.until("the end", |page| page.count(".history button") == 0).await;
}

#[wasm_bindgen_test]
async fn earlier_messages_can_be_requested_again_after_each_end_of_a_request() {
    let page = with_tools().await;
    joined(&page, "lobby");
    receive(&page, "lobby", 10);
    page.until("the button", |page| page.count(".history button") == 1).await;
    let request = || {
        page.events();
        page.click("Earlier messages");
        requests(&page).pop().map(|(id, _)| id)
    };
    let first = request().expect("a request");
    assert_eq!(request(), None, "the first one is pending");
    page.store.apply(&Effect::Delivery(first, Delivery::Unconfirmed));
    let second = request().expect("a request after the lost one");
    page.store.apply(&Effect::Delivery(second, Delivery::Failed));
    request().expect("a request after the failed one");
    page.store.apply(&Effect::Down { url: String::new(), code: 1006, reason: String::new(), requested: false });
    joined(&page, "lobby");
    page.until("the button", |page| page.count(".history button") == 1).await;
    request().expect("a request after the connection was lost");
}

#[wasm_bindgen_test]
async fn earlier_messages_can_be_requested_again_after_a_full_outbox() {
    let page = connected(Outbox::Full);
    page.open_tools().await;
    joined(&page, "lobby");
    page.until("the button", |page| page.count(".history button") == 1).await;
    for attempt in ["the first request", "another one"] {
        page.events();
        page.click("Earlier messages");
        assert_eq!(requests(&page).len(), 1, "{attempt}");
    }
}

#[wasm_bindgen_test]
async fn stores_joined_rooms_of_each_server_for_a_reload() {
    let page = with_tools().await;
    let stored = |server: &str| {
        yodel_page::platform::storage::StorageArea::Session.load_texts(&format!("yodel.rooms ws://{server}"))
    };
    page.store.rooms.join(room("deploys"));
    assert_eq!(stored("yodel.test"), ["deploys"], "the lobby is joined automatically");
    page.store.dialer.connect("ws://other/ws").unwrap();
    page.store.rooms.join(room("news"));
    assert_eq!(stored("other"), ["news"]);
    assert_eq!(stored("yodel.test"), ["deploys"]);
    page.store.dialer.connect("/ws/echo").unwrap();
    page.store.rooms.leave(room("deploys"));
    assert_eq!((stored("yodel.test"), stored("other")), (Vec::new(), vec!["news".to_owned()]));
}

#[wasm_bindgen_test]
async fn joins_the_rooms_of_the_server_only() {
    let page = with_tools().await;
    page.store.rooms.join(room("deploys"));
    joined(&page, "deploys");
    page.until("the room", |page| page.text("section[aria-labelledby=h-rooms] ul").contains("deploys")).await;
    let joins = |page: &Page| -> Vec<String> {
        let joined = |event| if let Event::Join(room) = event { Some(room.to_string()) } else { None };
        page.events().into_iter().filter_map(joined).collect()
    };
    joins(&page);
    page.store.dialer.connect_with("ws://other/ws".into(), ProtocolChoice::Envelope);
    page.store.apply(&Effect::ServerChanged);
    assert_eq!(joins(&page), [""; 0]);
    page.until("no room", |page| page.count("section[aria-labelledby=h-rooms] li") == 0).await;
    page.store.dialer.connect_with("ws://yodel.test/ws/echo".into(), ProtocolChoice::Automatic);
    assert_eq!(joins(&page), ["deploys"]);
    page.store.dialer.connect_with("ws://yodel.test/ws".into(), ProtocolChoice::Automatic);
    assert_eq!(joins(&page), [""; 0], "the session keeps the rooms on another path");
}

#[wasm_bindgen_test]
async fn the_title_counts_unseen_messages() {
    let document = leptos::prelude::document();
    document.set_title("Yodel");
    let title = || document.title();
    let page = connected(Outbox::Is(Delivery::Sent));
    receive(&page, "lobby", 1);
    page.until("the row", |page| page.count(".list-group-item") == 1).await;
    assert_eq!(title(), "Yodel");
    page.store.list.follow.set(false);
    frame().await;
    receive(&page, "lobby", 2);
    receive(&page, "lobby", 3);
    page.until("the count", |_| title() == "(2) Yodel").await;
    page.until("the divider", |page| page.count(".divider") == 1).await;
    assert!(page.text("li:has(.divider) .text").contains("m2"));
    assert!(page.store.list.unseen_from.get_untracked().is_some());
    page.store.list.follow.set(true);
    page.until("no count and no divider", |page| title() == "Yodel" && page.count(".divider") == 0).await;
}
