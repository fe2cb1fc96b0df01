//! The connection panel: addresses and subprotocols.

use crate::support::Page;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlInputElement, NodeList};
use yodel_client::{Effect, Event, Generation, Mode, Secret, State, Target, UrlError};
use yodel_page::{model::address::ProtocolChoice, platform::storage::StorageArea, state::Transport};

/// Storage name of the recent URLs.
pub const ADDRESSES: &str = "yodel.addresses";
/// Selector of the button that connects.
pub const CONNECT: &str = ".sidebar form button[type=submit]";

fn checkboxes(page: &Page) -> NodeList {
    page.find(".sidebar form").unwrap().query_selector_all("[type=checkbox]").unwrap()
}

/// Takes the events, and returns address and token of each connect.
pub fn targets(page: &Page) -> Vec<(String, Option<String>)> {
    let target = |event| match event {
        Event::Connect { target } => Some((target.url, target.token.map(Secret::reveal))),
        _ => None,
    };
    page.events().into_iter().filter_map(target).collect()
}

pub fn target(url: &str, token: Option<&str>) -> (String, Option<String>) {
    (url.to_owned(), token.map(str::to_owned))
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
    let subprotocols = vec!["chat".to_owned(), "mqtt".to_owned()];
    let target = Target { subprotocols, ..Target::new("ws://other:9000/ws", Mode::Plain) };
    assert_eq!(page.events(), [Event::Connect { target }]);
}

#[wasm_bindgen_test]
async fn rejects_a_user_name_in_an_address() {
    let page = Page::open();
    for typed in ["ws://user:pass@other/ws", "user@other/ws", "https://user:pass@yodel.test/ws"] {
        assert_eq!(page.store.dialer.connect(typed), Err(UrlError::Credentials), "{typed}");
    }
    page.store.dialer.start(Some("ws://user:pass@other/ws"));
    let expected = "Remove the user name and password from the URL.";
    page.until("the banner", |page| page.text(".banner span") == expected).await;
    page.open_tools().await;
    page.fill("txtServer", "ws://user:pass@other/ws");
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error") == expected).await;
    assert_eq!(page.events(), []);
}

#[wasm_bindgen_test]
async fn parses_addresses_as_the_browser_does() {
    let page = Page::open();
    for (typed, url) in [
        ("host/ws?next=http://x", "ws://host/ws?next=http://x"),
        ("HOST:80/ws", "ws://host/ws"),
        ("https://host:443/events#end", "https://host/events"),
        ("[::1]:9000/ws", "ws://[::1]:9000/ws"),
        ("/ws/echo", "ws://yodel.test/ws/echo"),
    ] {
        assert_eq!(page.store.connection.resolve(typed).as_deref(), Ok(url), "{typed}");
    }
    for typed in ["", "two words", "ws://", "ws://a:port/", "ftp://a", "javascript:alert(1)", "a\\@b", "ws://a:70000/"]
    {
        assert_eq!(page.store.connection.resolve(typed), Err(UrlError::Syntax), "{typed}");
    }
    for foreign in ["ws://yodel.test@evil.test/", "ws://evil.test?yodel.test", "ws://yodel.test.evil.test/ws"] {
        page.store.dialer.start(Some(foreign));
        assert_eq!(page.events(), [], "{foreign} needs a confirmation");
    }
    page.store.dialer.start(Some("ws://YODEL.test:80/x"));
    assert_eq!(targets(&page).len(), 1);
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
    page.store.dialer.connect("ws://other/more").unwrap();
    assert_eq!(
        page.store.connection.protocol.get_untracked(),
        ProtocolChoice::Plain(vec!["chat".into()]),
        "the server is the same"
    );
    page.store.dialer.connect("/ws").unwrap();
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
    assert!(matches!(&page.events()[0], Event::Connect { target } if target.url == "ws://one/ws"));
}

#[wasm_bindgen_test]
async fn stores_recent_urls() {
    let page = Page::open();
    StorageArea::Local.save_texts(ADDRESSES, &["ws://zero/ws".to_owned()]);
    page.open_tools().await;
    page.store.apply(&Effect::Up { url: "ws://one/ws".into(), away_ms: None });
    page.store.apply(&Effect::Down { url: "ws://two/ws".into(), code: 1006, reason: String::new(), requested: false });
    page.until("the connected URL", |page| page.text(".sidebar details .address") == "ws://one/ws").await;
    let stored = StorageArea::Local.load_texts(ADDRESSES);
    assert_eq!(stored, ["ws://one/ws", "ws://zero/ws"]);
}

#[wasm_bindgen_test]
async fn the_form_shows_protocol_and_stored_token() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.auth.set_token("ws://yodel.test/ws", Some("secret"), true);
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
    assert_eq!(field(&page, "#txtToken").value(), "secret", "plain mode has a token too");
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
    assert_eq!(targets(&page), [target("ws://other/ws", Some("secret"))]);
    page.until("the new URL", |page| page.text(".status").contains("ws://other/ws")).await;
    page.choose("selSpeak", "plain");
    page.until("the field", |page| page.count("#txtSubprotocols") == 1).await;
    page.find(CONNECT).unwrap().click();
    assert_eq!(targets(&page), [target("ws://other/ws", Some("secret"))], "plain mode has a token too");
    page.fill("txtToken", "two words");
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error").starts_with("The token contains spaces")).await;
    assert_eq!(targets(&page), []);
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

/// A transport that selected the subprotocol `mqtt`.
struct Mqtt;

impl Transport for Mqtt {
    fn step(&self, _: Event) {}

    fn subprotocol(&self) -> String {
        "mqtt".into()
    }
}
