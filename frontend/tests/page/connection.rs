//! The connection panel and the diagnosis of a failed connection.

use crate::support::{Page, edit_and_connect, frame};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlInputElement, NodeList};
use yodel_client::{Effect, Event, Generation, LastFailure, Mode, Secret, State, StopReason, Target, UrlError};
use yodel_page::{
    model::address::ProtocolChoice,
    platform::{location, storage::StorageArea},
    state::{Auth, Overlay, Transport},
};
use yodel_protocol::CloseCode;

/// Storage name of the recent URLs.
const ADDRESSES: &str = "yodel.addresses";
const CONNECT: &str = ".sidebar form button[type=submit]";

fn checkboxes(page: &Page) -> NodeList {
    page.find(".sidebar form").unwrap().query_selector_all("[type=checkbox]").unwrap()
}

fn last_failure() -> LastFailure {
    LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 }
}

fn failed(page: &Page) {
    let until_ms = yodel_page::platform::time::now_ms() + 60_000;
    page.state(State::Backoff { until_ms, last_failure: last_failure() });
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

/// Takes the events, and returns address and token of each connect.
fn targets(page: &Page) -> Vec<(String, Option<String>)> {
    let target = |event| match event {
        Event::Connect { target } => Some((target.url, target.token.map(Secret::reveal))),
        _ => None,
    };
    page.events().into_iter().filter_map(target).collect()
}

fn target(url: &str, token: Option<&str>) -> (String, Option<String>) {
    (url.to_owned(), token.map(str::to_owned))
}

#[wasm_bindgen_test]
async fn keeps_a_token_per_server_and_stores_it_on_request() {
    let page = Page::open();
    page.open_tools().await;
    let enter = async |url: &str, token: &str| {
        page.choose("selSpeak", "envelope");
        page.fill("txtServer", url);
        page.until("the token field", |page| page.count("#txtToken") == 1).await;
        page.fill("txtToken", token);
        page.find(CONNECT).unwrap().click();
    };
    enter("/ws", "of-own").await;
    assert_eq!(targets(&page), [target("ws://yodel.test/ws", Some("of-own"))]);
    assert_eq!(Auth::remembered_token("ws://yodel.test/ws"), None, "it was not to be remembered");
    enter("ws://other/ws", "of-other").await;
    assert_eq!(targets(&page), [target("ws://other/ws", Some("of-other"))]);
    page.store.dialer.connect("/ws/echo").unwrap();
    assert_eq!(targets(&page), [target("ws://yodel.test/ws/echo", Some("of-own"))], "the token is for all paths");
    page.store.dialer.connect("ws://third/ws").unwrap();
    assert_eq!(targets(&page), [target("ws://third/ws", None)]);

    page.store.auth.set_token("ws://yodel.test/ws", Some("of-own"), true);
    page.store.auth.set_token("ws://other/ws", Some("of-other"), true);
    assert_eq!(Auth::remembered_token("ws://yodel.test/x").as_deref(), Some("of-own"), "both are stored");
    assert_eq!(Auth::remembered_token("ws://other/x").as_deref(), Some("of-other"));
    page.store.auth.set_token("ws://yodel.test/ws", None, false);
    assert_eq!(page.store.auth.token_for("ws://yodel.test/ws"), None);
    assert_eq!(Auth::remembered_token("ws://other/x").as_deref(), Some("of-other"));
}

#[wasm_bindgen_test]
async fn the_token_field_follows_the_server() {
    let page = Page::open();
    page.store.dialer.connect("/ws").unwrap();
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
    assert_eq!(targets(&page), [target("ws://other/ws", None)]);
    page.until("an empty field", |page| page.value("txtToken").is_empty()).await;
}

#[wasm_bindgen_test]
async fn keeps_a_typed_token_while_the_path_is_edited() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtToken", "typed");
    // On the way the text names the host `w`, no address at all, and other ports.
    for typed in ["", "w", "ws", "ws:", "ws://", "ws://yodel.test:8", "ws://yodel.test/ws/echo"] {
        page.fill("txtServer", typed);
        frame().await;
    }
    page.until("the token", |page| page.value("txtToken") == "typed").await;
    page.find(CONNECT).unwrap().click();
    assert_eq!(targets(&page), [target("ws://yodel.test/ws/echo", Some("typed"))]);
}

#[wasm_bindgen_test]
async fn stores_no_secret_of_an_address() {
    let page = Page::open();
    StorageArea::Local.save(ADDRESSES, &["ws://user:s3cret@old/ws", "ws://old/ws?token=s3cret"]);
    edit_and_connect(&page, "ws://other/ws?access_token=s3cret&room=1").await;
    assert_eq!(targets(&page), [target("ws://other/ws?access_token=s3cret&room=1", None)], "the server gets it");
    assert_eq!(location::query("url").as_deref(), Some("ws://other/ws?room=1"));
    page.until("the address", |page| page.text("button.address").ends_with("ws://other/ws?room=1")).await;
    page.open_tools().await;
    page.store.apply(&Effect::Up { url: "ws://other/ws?room=1".into(), away_ms: None });
    page.until("the recent address", |page| page.text(".sidebar li .address") == "ws://other/ws?room=1").await;
    let stored = StorageArea::Local.load::<Vec<String>>(ADDRESSES);
    assert_eq!(stored.unwrap(), ["ws://other/ws?room=1", "ws://old/ws"]);
}

#[wasm_bindgen_test]
async fn removes_the_secrets_of_a_link_from_the_address_of_the_page() {
    for (link, kept) in [
        ("ws://other/ws?token=s3cret", Some("ws://other/ws")),
        ("/ws/echo?token=s3cret", Some("/ws/echo")),
        ("ws://user:s3cret@other/ws", None),
        ("ws://other:70000/?token=s3cret&room=1", Some("ws://other:70000/?room=1")),
    ] {
        let page = Page::open();
        location::set_query("url", Some(link));
        page.store.dialer.start(location::query("url").as_deref());
        assert_eq!(location::query("url").as_deref(), kept, "{link}");
    }
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
        ("https://host", "wss://host/"),
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
async fn reports_a_token_that_the_server_requires() {
    let page = Page::open();
    page.store.dialer.start(None);
    let reason = yodel_client::yodel::TOKEN_REQUIRED.to_owned();
    page.state(State::Stopped(StopReason::Fatal { code: CloseCode::UNAUTHORIZED, reason }));
    let expected = "This server requires a token. Enter it under Tools.";
    page.until("the banner", |page| page.text(".banner span") == expected).await;
    page.find(".banner button:last-of-type").unwrap().click();
    page.until("the token field", |page| page.count("#txtToken") == 1).await;
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
    StorageArea::Local.save(ADDRESSES, &["ws://zero/ws"]);
    page.open_tools().await;
    page.store.apply(&Effect::Up { url: "ws://one/ws".into(), away_ms: None });
    page.store.apply(&Effect::Down { url: "ws://two/ws".into(), code: 1006, reason: String::new(), requested: false });
    page.until("the connected URL", |page| page.text(".sidebar details .address") == "ws://one/ws").await;
    let stored = StorageArea::Local.load::<Vec<String>>(ADDRESSES);
    assert_eq!(stored.unwrap(), ["ws://one/ws", "ws://zero/ws"]);
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
    page.store.dialer.connect_with("ws://other/ws".into(), ProtocolChoice::Plain(vec!["chat".into()]));
    assert_eq!(diagnose("Subprotocols were requested").await, 2);
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    assert_eq!(diagnose("Browsers do not report why").await, 1, "there is no subprotocol to omit");
    page.store.auth.set_token("ws://other/ws", Some("secret"), false);
    assert_eq!(diagnose("Subprotocols were requested").await, 2, "a token is sent as one");
    page.store.auth.set_token("ws://other/ws", None, false);
    page.store.apply(&Effect::Up { url: "ws://other/ws".into(), away_ms: None });
    diagnose("An earlier connection to this server succeeded").await;
    page.store.layout.overlay.set(Some(Overlay::Diagnosis));
    page.until("the diagnosis", |page| page.text(".diagnosis").contains("An earlier connection")).await;
    let reconnects = |page: &Page| page.text(".diagnosis").contains("The page reconnects automatically.");
    assert!(!reconnects(&page), "nothing is dialed");
    failed(&page);
    page.until("the next attempt", reconnects).await;
    page.state(State::Stopped(StopReason::Exhausted(last_failure())));
    page.until("no next attempt", |page| page.count(".diagnosis") == 1 && !reconnects(page)).await;
    page.store.layout.overlay.set(None);
    page.until("no diagnosis", |page| page.count(".diagnosis") == 0).await;
    // The server of these tests serves the page only.
    page.store.dialer.connect("ws://yodel.test/nowhere").unwrap();
    diagnose("The server is running, but this path does not exist.").await;
}

#[wasm_bindgen_test]
async fn retries_without_a_subprotocol() {
    let page = Page::open();
    page.store.dialer.connect_with("ws://other/ws".into(), ProtocolChoice::Envelope);
    page.events();
    failed(&page);
    page.until("the button", |page| page.text(".banner").contains("Why?")).await;
    page.click("Why?");
    page.until("the reason", |page| page.text(".diagnosis").contains("yodel.v1 was requested")).await;
    assert!(page.text(".diagnosis").contains("Browsers do not report why"));
    page.click("Retry without subprotocol");
    assert_eq!(page.events(), [Event::Connect { target: Target::new("ws://other/ws", Mode::Plain) }]);
    page.until("no diagnosis", |page| page.count(".diagnosis") == 0).await;
}

#[wasm_bindgen_test]
async fn the_diagnosis_closes_when_connected() {
    let page = Page::open();
    page.store.dialer.connect("ws://other/ws").unwrap();
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
