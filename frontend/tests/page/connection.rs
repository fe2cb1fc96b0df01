//! Any server: what is typed is what is dialled, and what went wrong is explained.

use crate::support::Page;
use client::{Effect, Event, Generation, Mode, State, Why};
use frontend::{address::Speak, browser, store::Extra};
use leptos::prelude::*;
use protocol::CloseCode;
use wasm_bindgen_test::wasm_bindgen_test;

const CONNECT: &str = ".side form button[type=submit]";

fn failed(page: &Page) {
    let why = Why { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Backoff { until_ms: browser::now_ms() + 60_000, why });
}

#[wasm_bindgen_test]
async fn subprotocols_are_offered_to_the_address_that_is_typed() {
    let page = Page::open();
    page.open_tools().await;
    page.choose("selSpeak", "plain");
    page.until("the field", |page| page.count("#txtSubprotocols") == 1).await;
    page.fill("txtServer", "other:9000/ws");
    page.fill("txtSubprotocols", "chat, a b");
    page.find(CONNECT).unwrap().click();
    page.until("what is wrong", |page| page.text(".side .wrong").contains("“a b”")).await;
    assert_eq!(page.events(), []);
    page.fill("txtSubprotocols", "chat, mqtt");
    page.find(CONNECT).unwrap().click();
    let dialled = Event::Connect { url: "ws://other:9000/ws".into(), mode: Mode::Plain };
    assert_eq!(page.events()[0], dialled);
    assert_eq!(page.store.speak.get_untracked(), Speak::Plain(vec!["chat".into(), "mqtt".into()]));
}

#[wasm_bindgen_test]
async fn a_token_is_for_one_server_and_remembered_only_on_request() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtToken", "secret");
    page.find(CONNECT).unwrap().click();
    let given = |event: &Event| matches!(event, Event::Token(Some(token)) if token.clone().reveal() == "secret");
    assert!(page.events().iter().any(given));
    assert_eq!(frontend::store::Store::remembered_token("ws://yodel.test/ws"), None);
    page.store.connect("ws://other/ws");
    assert!(page.events().contains(&Event::Token(None)), "another server does not get it");
    page.store.connect("/ws");
    page.store.remember_token(Some("secret"));
    page.store.connect("ws://other/ws");
    page.events();
    page.store.connect("/ws");
    assert!(page.events().iter().any(given), "the one it is for gets it again");
}

#[wasm_bindgen_test]
async fn addresses_are_kept_when_they_answered_and_forgotten_on_request() {
    let page = Page::open();
    page.open_tools().await;
    for url in ["ws://one/ws", "ws://two/ws"] {
        page.store.apply(&Effect::Up { url: url.into(), away_ms: None });
        page.until(url, |page| page.text(".side li .address").contains(url)).await;
    }
    assert_eq!(page.count(".side details .address"), 2);
    page.find(".side details .address + button").unwrap().click();
    page.until("one address", |page| page.count(".side details .address") == 1).await;
    page.find(".side details .address").unwrap().click();
    page.find(CONNECT).unwrap().click();
    assert!(matches!(&page.events()[0], Event::Connect { url, .. } if url == "ws://one/ws"));
}

#[wasm_bindgen_test]
async fn another_server_that_fails_is_explained_and_tried_without_a_subprotocol() {
    let page = Page::open();
    page.store.speak.set(Speak::Envelope);
    page.store.connect("ws://other/ws");
    page.events();
    failed(&page);
    page.until("the button", |page| page.text(".notice").contains("Why?")).await;
    page.click("Why?");
    page.until("why", |page| page.text(".why").contains("yodel.v1 was offered")).await;
    assert!(page.text(".why").contains("Browsers do not tell a page"));
    page.click("Try without");
    assert_eq!(page.events(), [Event::Connect { url: "ws://other/ws".into(), mode: Mode::Plain }]);
    page.until("no explanation", |page| page.count(".why") == 0).await;
}

#[wasm_bindgen_test]
async fn an_explanation_goes_when_there_is_a_connection() {
    let page = Page::open();
    page.store.connect("ws://other/ws");
    page.store.extra.set(Some(Extra::Why));
    page.until("why", |page| page.count(".why") == 1).await;
    page.state(State::Open(Generation(1)));
    page.until("nothing", |page| page.count(".why") == 0).await;
}
