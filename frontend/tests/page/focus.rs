//! The focus while parts of the page are redrawn.

use crate::{
    stubs::run,
    support::{Page, frame},
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Generation, LastFailure, State};
use yodel_protocol::CloseCode;

#[wasm_bindgen_test]
async fn stays_in_the_banner_while_it_is_redrawn() {
    let page = Page::open();
    page.state(backoff(1));
    page.until("the banner", |page| page.text(".banner").contains("Stop")).await;
    run("document.querySelector('.banner button:last-child').focus()");
    page.state(backoff(2));
    page.until("the same button", |_| focused() == "Stop").await;
    page.store.language.switch();
    page.until("the same button in Chinese", |_| focused() == "停止").await;
    page.state(State::Open(Generation(1)));
    page.until("the message field", |_| focused() == "txtContent").await;
}

#[wasm_bindgen_test]
async fn never_falls_to_the_body_when_the_language_changes() {
    let page = Page::open();
    page.state(State::Open(Generation(1)));
    page.welcome("broadcast");
    page.store.log.receive_text("one");
    page.type_text("hello");
    page.open_tools().await;
    page.fill("txtName", "greeting");
    page.click("Save message");
    page.store.list.inspect_next(0, 1);
    page.until("the inspector", |_| focused() == "inspector").await;
    let count = run(&format!("return {FOCUSABLE}.length")).as_f64().unwrap();
    assert!(count >= 10.0, "{count}");
    for index in 0..FOCUSED {
        let name = run(&format!(
            "const all = {FOCUSABLE}, one = all[{index} % all.length]; one.focus(); return one.outerHTML"
        ));
        let name = name.as_string().unwrap();
        page.store.language.switch();
        frame().await;
        frame().await;
        assert_ne!(focused(), "body", "{name}");
    }
}

/// The visible elements that take the focus.
const FOCUSABLE: &str = "[...document.querySelectorAll('#app :is(button, input, textarea, select, summary)')]
    .filter(one => one.checkVisibility())";
/// Number of elements that are tried, at least as many as there are.
const FOCUSED: usize = 40;

fn backoff(attempt: u32) -> State {
    let last_failure = LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt };
    State::Backoff { until_ms: u64::MAX, last_failure }
}

/// Returns id, text or name of the focused element.
fn focused() -> String {
    let name = "const { id, textContent, localName } = document.activeElement;
        return localName === 'body' ? 'body' : id || textContent || localName";
    run(name).as_string().unwrap()
}
