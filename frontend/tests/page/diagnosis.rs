//! The diagnosis of a failed connection.

use crate::support::Page;
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Effect, Event, Generation, LastFailure, Mode, State, StopReason, Target};
use yodel_page::{model::address::ProtocolChoice, state::Overlay};
use yodel_protocol::CloseCode;

fn last_failure() -> LastFailure {
    LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 }
}

fn failed(page: &Page) {
    let until_ms = yodel_page::platform::time::now_ms() + 60_000;
    page.state(State::Backoff { until_ms, last_failure: last_failure() });
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
