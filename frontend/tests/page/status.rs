//! The status line, the URL field and the banner.

use crate::{
    stubs::stop_clock,
    support::{Page, edit_and_connect, frame, press_in},
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Effect, Event, Generation, LastFailure, Mode, State, StopReason, Target, UrlError};
use yodel_page::{i18n::Lang, platform::location};
use yodel_protocol::CloseCode;

/// Returns the event that connects to a URL: the page uses `yodel.v1` with its own server.
fn connect(url: &str) -> Event {
    let own = url.starts_with("ws://yodel.test/");
    let mode = if own { Mode::Envelope { lobby: true } } else { Mode::Plain };
    Event::Connect { target: Target::new(url, mode) }
}

#[wasm_bindgen_test]
async fn connects_to_the_own_server_at_once() {
    let page = Page::open();
    page.store.dialer.start(None);
    assert_eq!(page.events(), [connect("ws://yodel.test/ws")]);
    page.until("its address", |page| page.text("button.address").ends_with("ws://yodel.test/ws")).await;
}

#[wasm_bindgen_test]
async fn fills_in_a_link_to_another_server_without_connecting() {
    let page = Page::open();
    page.store.dialer.start(Some("ws://evil.test/ws"));
    page.until("the banner", |page| page.text(".banner").contains("ws://evil.test/ws")).await;
    assert_eq!(page.address().value(), "ws://evil.test/ws");
    assert_eq!(page.events(), []);
    page.find(".banner button").unwrap().click();
    assert_eq!(page.events(), [connect("ws://evil.test/ws")]);
    page.until("no banner", |page| page.count(".banner") == 0 && page.count("#txtUrl") == 0).await;
}

#[wasm_bindgen_test]
async fn connects_to_a_typed_url_and_keeps_it_in_the_link() {
    let page = Page::open();
    for (typed, url, link) in [
        ("/ws/broadcast", "ws://yodel.test/ws/broadcast", Some("/ws/broadcast")),
        ("other:9000/ws", "ws://other:9000/ws", Some("ws://other:9000/ws")),
        ("/ws", "ws://yodel.test/ws", None),
    ] {
        edit_and_connect(&page, typed).await;
        assert_eq!(page.events(), [connect(url)]);
        assert_eq!(location::query("url").as_deref(), link);
        page.until("no field", |page| page.count("#txtUrl") == 0).await;
    }
}

#[wasm_bindgen_test]
async fn keeps_an_invalid_url_in_the_field() {
    let page = Page::open();
    edit_and_connect(&page, "two words").await;
    assert_eq!(page.events(), []);
    assert_eq!(page.address().validation_message().unwrap(), "Invalid WebSocket URL.");
    assert_eq!(page.address().value(), "two words");
}

#[wasm_bindgen_test]
async fn suggests_the_paths_of_the_own_server() {
    let page = Page::open();
    page.store.connection.edit();
    page.until("three paths", |page| page.count("#paths option") == 3).await;
    assert_eq!(page.address().get_attribute("list").as_deref(), Some("paths"));
}

#[wasm_bindgen_test]
async fn counts_down_to_the_next_attempt() {
    let page = Page::open();
    stop_clock();
    let last_failure = LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: yodel_page::platform::time::now_ms() + 3_900, last_failure });
    page.until("the seconds", |page| page.text(".banner span") == "Reconnecting in 4 s.").await;
    assert_eq!(page.text(".state"), "Reconnecting");
    page.click("Reconnect now");
    page.click("Stop");
    assert_eq!(page.events(), [Event::RetryNow, Event::disconnect()]);
    page.state(State::Open(Generation(1)));
    page.until("no banner", |page| page.count(".banner") == 0).await;
    assert_eq!(page.text(".state"), "Connected");
}

#[wasm_bindgen_test]
async fn shows_why_the_server_closed() {
    let page = Page::open();
    page.state(State::Stopped(StopReason::Fatal { code: CloseCode(4502), reason: String::new() }));
    let expected = "The server closed the connection (4502: unauthorized). Not reconnecting.";
    page.until("the banner", |page| page.text(".banner span") == expected).await;
    page.click("Try again");
    assert_eq!(page.events(), [connect("ws://yodel.test/ws")]);
}

#[wasm_bindgen_test]
async fn offers_wss_for_mixed_content() {
    let page = Page::open();
    page.store.dialer.connect("ws://other/ws").unwrap();
    page.state(State::Stopped(StopReason::InvalidUrl(UrlError::MixedContent)));
    page.until("the banner", |page| page.text(".banner").contains("browsers block ws://")).await;
    page.events();
    page.click("Use wss://");
    assert_eq!(page.events(), [connect("wss://other/ws")]);
}

#[wasm_bindgen_test]
async fn the_button_connects_or_disconnects() {
    let page = Page::open();
    page.until("Connect", |page| page.text(".toggle") == "Connect").await;
    page.click("Connect");
    page.state(State::Open(Generation(1)));
    page.until("Disconnect", |page| page.text(".toggle") == "Disconnect").await;
    page.click("Disconnect");
    assert_eq!(page.events(), [connect("ws://yodel.test/ws"), Event::disconnect()]);
}

#[wasm_bindgen_test]
async fn switches_and_stores_the_language() {
    let page = Page::open();
    page.store.log.receive_binary([7].into());
    page.store.apply(&yodel_client::Effect::Up { url: "ws://yodel.test/ws".into(), away_ms: None });
    page.until("the row", |page| page.last(".text").contains("Connection Succeeded!")).await;
    page.click("中文");
    page.until("the row in Chinese", |page| page.last(".text").contains("连接成功！")).await;
    assert_eq!(page.text(".text"), " > 二进制，1 字节：07");
    assert_eq!(page.text("#btnSend"), "发送");
    frame().await;
    let root = leptos::prelude::document().document_element().unwrap();
    assert_eq!(root.get_attribute("lang").as_deref(), Some("zh-CN"));
    assert_eq!(yodel_page::state::Language::first(), Lang::Zh);
    page.click("English");
    page.until("English again", |page| page.text("#btnSend") == "Send").await;
}

#[wasm_bindgen_test]
async fn the_address_field_closes_on_escape_but_not_during_composition() {
    let page = Page::open();
    open_field(&page).await;
    press_in(&page.address(), "Escape", |init| init.set_is_composing(true));
    frame().await;
    assert_eq!(page.count("#txtUrl"), 1, "Escape ends the composition");
    press_in(&page.address(), "Escape", |_| {});
    page.until("no field", |page| page.count("#txtUrl") == 0).await;
    page.until("the focus on the address", |_| focused() == "address").await;
}

#[wasm_bindgen_test]
async fn the_address_field_closes_on_a_click_elsewhere() {
    let page = Page::open();
    open_field(&page).await;
    page.until("the focus", |_| focused() == "txtUrl").await;
    point(&page.address(), "pointerdown");
    point(&page.field(), "pointerup");
    frame().await;
    assert_eq!(page.count("#txtUrl"), 1, "a selection that began in the field ended elsewhere");
    page.field().focus().unwrap();
    point(&page.field(), "pointerdown");
    frame().await;
    assert_eq!(page.count("#txtUrl"), 1, "the layout stays until the button is released");
    point(&page.field(), "pointerup");
    page.until("no field", |page| page.count("#txtUrl") == 0).await;
    frame().await;
    assert_eq!(focused(), "txtContent", "the focus stays where the user put it");
}

#[wasm_bindgen_test]
async fn a_requested_close_is_no_error() {
    let page = Page::open();
    for (requested, kind) in [(true, "info"), (false, "danger")] {
        page.store.apply(&Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: String::new(), requested });
        let row = format!(".list-group-item-{kind} .text");
        page.until(kind, |page| page.text(&row).contains("Connection Closed!")).await;
    }
}

async fn open_field(page: &Page) {
    page.until("the address", |page| page.count("button.address") == 1).await;
    page.find("button.address").unwrap().click();
    page.until("the field", |page| page.count("#txtUrl") == 1).await;
}

fn focused() -> String {
    leptos::prelude::document().active_element().map(|element| element.id()).unwrap_or_default()
}

/// Dispatches a pointer event on an element.
fn point(element: &web_sys::HtmlElement, name: &str) {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    element.dispatch_event(&web_sys::Event::new_with_event_init_dict(name, &init).unwrap()).unwrap();
}
