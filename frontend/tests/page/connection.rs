//! The connection panel and the diagnosis of a failed connection.

use crate::support::Page;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlInputElement, NodeList};
use yodel_client::{Effect, Event, Generation, LastFailure, Mode, State};
use yodel_page::{
    model::address::ProtocolChoice,
    platform::storage::StorageArea,
    state::{Overlay, Transport},
};
use yodel_protocol::CloseCode;

/// Storage name of the recent URLs.
const ADDRESSES: &str = "yodel.addresses";
const CONNECT: &str = ".sidebar form button[type=submit]";

fn checkboxes(page: &Page) -> NodeList {
    page.find(".sidebar form").unwrap().query_selector_all("[type=checkbox]").unwrap()
}

fn failed(page: &Page) {
    let last_failure = LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: yodel_page::platform::time::now_ms() + 60_000, last_failure });
}

#[wasm_bindgen_test]
async fn connects_with_the_typed_url_and_subprotocols() {
    let page = Page::open();
    page.open_tools().await;
    page.choose("selSpeak", "plain");
    page.until("the field", |page| page.count("#txtSubprotocols") == 1).await;
    page.fill("txtServer", "other:9000/ws");
    page.fill("txtSubprotocols", "chat, a b");
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error").contains("“a b”")).await;
    assert_eq!(page.events(), []);
    page.fill("txtSubprotocols", "chat, chat");
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error").contains("“chat” is listed twice")).await;
    page.fill("txtSubprotocols", "chat, mqtt");
    page.find(CONNECT).unwrap().click();
    let expected = Event::Connect { url: "ws://other:9000/ws".into(), mode: Mode::Plain };
    assert_eq!(page.events()[0], expected);
    assert_eq!(
        page.store.connection.protocol.get_untracked(),
        ProtocolChoice::Plain(vec!["chat".into(), "mqtt".into()])
    );
}

#[wasm_bindgen_test]
async fn keeps_a_token_per_server_and_stores_it_on_request() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtToken", "secret");
    page.find(CONNECT).unwrap().click();
    let has_token = |event: &Event| matches!(event, Event::Token(Some(token)) if token.clone().reveal() == "secret");
    assert!(page.events().iter().any(has_token));
    assert_eq!(yodel_page::state::Auth::remembered_token("ws://yodel.test/ws"), None);
    page.store.dialer.connect("ws://other/ws");
    assert!(page.events().contains(&Event::Token(None)), "the token is not sent to another server");
    page.store.dialer.connect("/ws");
    page.store.auth.remember_token(Some("secret"));
    page.store.dialer.connect("ws://other/ws");
    page.events();
    page.store.dialer.connect("/ws");
    assert!(page.events().iter().any(has_token), "the token is sent to its server again");
}

#[wasm_bindgen_test]
async fn the_token_field_follows_the_server() {
    let page = Page::open();
    page.store.dialer.connect("/ws");
    page.open_tools().await;
    page.fill("txtToken", "secret");
    page.find(CONNECT).unwrap().click();
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.open_tools().await;
    page.until("the token", |page| page.value("txtToken") == "secret").await;

    page.fill("txtServer", "ws://other/ws");
    page.events();
    page.find(CONNECT).unwrap().click();
    let tokens: Vec<_> = page.events().into_iter().filter(|event| matches!(event, Event::Token(_))).collect();
    assert!(tokens.iter().all(|event| *event == Event::Token(None)), "{tokens:?}");
    page.until("an empty field", |page| page.value("txtToken").is_empty()).await;
}

#[wasm_bindgen_test]
async fn never_requests_subprotocols_of_another_server() {
    let page = Page::open();
    page.open_tools().await;
    page.choose("selSpeak", "plain");
    page.until("the subprotocols", |page| page.count("#txtSubprotocols") == 1).await;
    page.fill("txtSubprotocols", "chat");
    page.fill("txtServer", "ws://other/ws");
    page.find(CONNECT).unwrap().click();
    assert_eq!(page.store.connection.protocol.get_untracked(), ProtocolChoice::Plain(vec!["chat".into()]));
    page.store.dialer.connect("ws://other/more");
    assert_eq!(
        page.store.connection.protocol.get_untracked(),
        ProtocolChoice::Plain(vec!["chat".into()]),
        "the server is the same"
    );
    page.store.dialer.connect("/ws");
    assert_eq!(page.store.connection.protocol.get_untracked(), ProtocolChoice::Automatic);
    page.until("the reset protocol", |page| page.value("selSpeak").is_empty()).await;
}

#[wasm_bindgen_test]
async fn lists_and_removes_recent_urls() {
    let page = Page::open();
    page.open_tools().await;
    for url in ["ws://one/ws", "ws://two/ws"] {
        page.store.apply(&Effect::Up { url: url.into(), away_ms: None });
        page.until(url, |page| page.text(".sidebar li .address").contains(url)).await;
    }
    assert_eq!(page.count(".sidebar details .address"), 2);
    page.find(".sidebar details .address + button").unwrap().click();
    page.until("one address", |page| page.count(".sidebar details .address") == 1).await;
    page.find(".sidebar details .address").unwrap().click();
    page.find(CONNECT).unwrap().click();
    assert!(matches!(&page.events()[0], Event::Connect { url, .. } if url == "ws://one/ws"));
}

#[wasm_bindgen_test]
async fn stores_recent_urls() {
    let page = Page::open();
    StorageArea::Local.save(ADDRESSES, &["ws://zero/ws"]);
    page.open_tools().await;
    page.store.apply(&Effect::Up { url: "ws://one/ws".into(), away_ms: None });
    page.store.apply(&Effect::Down { url: "ws://two/ws".into(), code: 1006, reason: String::new() });
    page.until("the connected URL", |page| page.text(".sidebar details .address") == "ws://one/ws").await;
    let stored = StorageArea::Local.load::<Vec<String>>(ADDRESSES);
    assert_eq!(stored.unwrap(), ["ws://one/ws", "ws://zero/ws"]);
}

#[wasm_bindgen_test]
async fn the_form_shows_protocol_and_stored_token() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.auth.remember_token(Some("secret"));
    page.open_tools().await;
    let field = |page: &Page, id| page.find(id).unwrap().unchecked_into::<HtmlInputElement>();
    assert_eq!(field(&page, "#txtToken").value(), "secret");
    assert_eq!(field(&page, "#txtToken").type_(), "password");
    let [show_token, remembered] =
        [0, 1].map(|at| checkboxes(&page).item(at).unwrap().unchecked_into::<HtmlInputElement>());
    assert!(remembered.checked());
    show_token.click();
    page.until("the token", |page| field(page, "#txtToken").type_() == "text").await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.store.connection.protocol.set(ProtocolChoice::Plain(vec!["chat".into(), "mqtt".into()]));
    page.open_tools().await;
    assert_eq!(field(&page, "#selSpeak").value(), "plain");
    assert_eq!(field(&page, "#txtSubprotocols").value(), "chat, mqtt");
    assert_eq!(page.count("#txtToken"), 0, "plain mode has no token");
}

#[wasm_bindgen_test]
async fn rejects_an_invalid_url() {
    let page = Page::open();
    page.open_tools().await;
    page.choose("selSpeak", "envelope");
    page.fill("txtServer", "two words");
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error") == "Invalid WebSocket URL.").await;
    assert_eq!(
        (page.events(), page.store.connection.protocol.get_untracked()),
        (Vec::new(), ProtocolChoice::Automatic)
    );
    page.fill("txtServer", "ws://other/ws");
    page.until("no error", |page| page.text(".sidebar .error").is_empty()).await;
    page.fill("txtToken", "secret");
    page.find(CONNECT).unwrap().click();
    assert_eq!(page.store.connection.protocol.get_untracked(), ProtocolChoice::Envelope);
    assert!(page.events().iter().any(|event| matches!(event, Event::Token(Some(_)))));
    page.until("the new URL", |page| page.text(".status").contains("ws://other/ws")).await;
    page.choose("selSpeak", "plain");
    page.until("the field", |page| page.count("#txtSubprotocols") == 1).await;
    page.find(CONNECT).unwrap().click();
    assert!(!page.events().iter().any(|event| matches!(event, Event::Token(Some(_)))));
}

#[wasm_bindgen_test]
async fn shows_the_selected_subprotocol() {
    let page = Page::open();
    page.open_tools().await;
    assert!(!page.text(".sidebar").contains("Subprotocol: "), "there is no connection");
    page.state(State::Open(Generation(1)));
    page.until("no subprotocol", |page| page.text(".sidebar").contains("Subprotocol: none")).await;
    page.store.dispatcher.set_transport(Mqtt);
    page.state(State::Open(Generation(2)));
    page.until("the subprotocol", |page| page.text(".sidebar").contains("Subprotocol: mqtt")).await;
}

#[wasm_bindgen_test]
async fn diagnoses_by_requested_subprotocols_and_earlier_connections() {
    let page = Page::open();
    let diagnose = async |words: &str| {
        page.store.layout.overlay.set(Some(Overlay::Diagnosis));
        page.until(words, |page| page.text(".diagnosis").contains(words)).await;
        let buttons = page.count(".diagnosis button");
        page.store.layout.overlay.set(None);
        page.until("no diagnosis", |page| page.count(".diagnosis") == 0).await;
        buttons
    };
    page.store.dialer.connect_with("ws://other/ws", ProtocolChoice::Plain(vec!["chat".into()]));
    assert_eq!(diagnose("Subprotocols were requested").await, 2);
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    assert_eq!(diagnose("Browsers do not report why").await, 1, "there is no subprotocol to omit");
    page.store.apply(&Effect::Up { url: "ws://other/ws".into(), away_ms: None });
    diagnose("An earlier connection to this server succeeded").await;
    // The server of these tests serves the page only.
    page.store.dialer.connect("ws://yodel.test/nowhere");
    diagnose("The server is running, but this path does not exist.").await;
}

#[wasm_bindgen_test]
async fn retries_without_a_subprotocol() {
    let page = Page::open();
    page.store.dialer.connect_with("ws://other/ws", ProtocolChoice::Envelope);
    page.events();
    failed(&page);
    page.until("the button", |page| page.text(".banner").contains("Why?")).await;
    page.click("Why?");
    page.until("the reason", |page| page.text(".diagnosis").contains("yodel.v1 was requested")).await;
    assert!(page.text(".diagnosis").contains("Browsers do not report why"));
    page.click("Retry without subprotocol");
    assert_eq!(page.events(), [Event::Connect { url: "ws://other/ws".into(), mode: Mode::Plain }]);
    page.until("no diagnosis", |page| page.count(".diagnosis") == 0).await;
}

#[wasm_bindgen_test]
async fn the_diagnosis_closes_when_connected() {
    let page = Page::open();
    page.store.dialer.connect("ws://other/ws");
    page.store.layout.overlay.set(Some(Overlay::Diagnosis));
    page.until("the reason", |page| page.count(".diagnosis") == 1).await;
    page.state(State::Open(Generation(1)));
    page.until("nothing", |page| page.count(".diagnosis") == 0).await;
}

/// A transport that selected the subprotocol `mqtt`.
struct Mqtt;

impl Transport for Mqtt {
    fn step(&self, _: Event) {}

    fn subprotocol(&self) -> String {
        "mqtt".into()
    }
}
