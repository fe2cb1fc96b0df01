//! The controls of the connection, the theme and the font size.

use crate::{
    stubs::run,
    support::{Page, press_in},
};
use leptos::prelude::{Owner, document};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlButtonElement;
use yodel_client::{Effect, Event, Generation, LastFailure, State, StopReason};
use yodel_page::{
    i18n::Lang,
    model::{address::Origin, window::row_height},
    platform::storage::StorageArea,
    state::PageState,
};
use yodel_protocol::CloseCode;

/// Selector of the text about the requested ping.
const PING: &str = "#ping";

/// Returns the state of a page that is opened with the current storage.
fn reopened() -> &'static PageState {
    let owner = Owner::new();
    let store = owner.with(|| PageState::new(Origin { secure: false, host: "yodel.test".into() }, Lang::En));
    std::mem::forget(owner);
    store
}

fn error(page: &Page) -> String {
    page.text(".controls .error")
}

fn is_ping_disabled(page: &Page) -> bool {
    page.find("#btnPing").unwrap().unchecked_into::<HtmlButtonElement>().disabled()
}

#[wasm_bindgen_test]
async fn closes_with_code_and_reason() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    page.fill("numCloseCode", "4001");
    page.fill("txtCloseReason", "做完了");
    page.until("the size", |page| page.text("#closeReasonSize") == "9 of 123 bytes").await;
    page.click("Close connection");
    assert_eq!(page.events(), [Event::Disconnect { code: 4001, reason: "做完了".to_owned() }]);
    page.fill("numCloseCode", "1000");
    press_in(&page.find("#txtCloseReason").unwrap(), "Enter", |_| {});
    assert_eq!(page.events(), [Event::Disconnect { code: 1000, reason: "做完了".to_owned() }], "by the keyboard");
}

#[wasm_bindgen_test]
async fn rejects_a_close_frame_that_browsers_do_not_send() {
    let page = Page::open();
    page.open_tools().await;
    page.state(State::Open(Generation(1)));
    for code in ["", "1001", "5000", "code"] {
        page.fill("numCloseCode", code);
        page.click("Close connection");
        page.until(code, |page| error(page) == "Browsers permit the close codes 1000 and 3000–4999 only.").await;
        page.fill("numCloseCode", "4000");
        page.until("no error", |page| error(page).is_empty()).await;
    }
    page.fill("txtCloseReason", &"x".repeat(124));
    page.click("Close connection");
    page.until("the error", |page| error(page) == "Reason too long: 124 bytes (limit 123).").await;
    assert_eq!(page.value("txtCloseReason").len(), 124, "nothing is cut off");
    page.fill("txtCloseReason", "");
    page.state(State::Stopped(StopReason::User));
    page.click("Close connection");
    page.until("the error", |page| error(page) == "Not connected.").await;
    assert_eq!(page.events(), []);
}

#[wasm_bindgen_test]
async fn reconnects_are_a_choice_that_survives_a_reload() {
    let page = Page::open();
    page.open_tools().await;
    assert_eq!(page.events(), [], "opening the tools changes nothing");
    let choice = page.find(".controls [type=checkbox]").unwrap();
    choice.click();
    page.until("the change", |page| !page.store.connection.reconnects.get_untracked()).await;
    assert_eq!(page.events(), [Event::SetReconnect(false)]);
    assert!(!reopened().connection.reconnects.get_untracked());
    let last_failure = LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 1 };
    page.state(State::Stopped(StopReason::Exhausted(last_failure)));
    page.until("the banner", |page| page.text(".banner span").ends_with("Automatic reconnect is off.")).await;
    assert_eq!(page.text(".toggle"), "Connect");
    choice.click();
    page.until("the change", |page| page.store.connection.reconnects.get_untracked()).await;
    assert_eq!(page.events(), [Event::SetReconnect(true)]);
    assert!(reopened().connection.reconnects.get_untracked());
}

#[wasm_bindgen_test]
async fn measures_the_latency_on_request() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.open_tools().await;
    page.click("Ping now");
    page.until("the error", |page| page.text(PING) == "Not connected.").await;
    page.state(State::Open(Generation(1)));
    let before = page.latency_measurements();
    page.click("Ping now");
    page.until("the wait", |page| page.text(PING) == "Waiting for the reply…").await;
    assert!(page.latency_measurements() > before);
    page.store.apply(&Effect::Latency(1_012));
    page.until("the latency", |page| page.text(PING) == "Latency: 1,012 ms").await;
    page.store.apply(&Effect::Latency(7));
    page.store.language.switch();
    page.until("the same latency in Chinese", |page| page.text(PING) == "延迟：1,012 毫秒").await;
}

#[wasm_bindgen_test]
async fn a_plain_connection_has_no_ping() {
    let page = Page::open();
    page.store.dialer.connect("ws://other/ws").unwrap();
    page.open_tools().await;
    page.until("the reason", |page| page.text(PING).starts_with("Browsers cannot send WebSocket pings.")).await;
    assert!(is_ping_disabled(&page));
    page.store.dialer.connect("/ws").unwrap();
    page.until("a ping", |page| !is_ping_disabled(page)).await;
}

#[wasm_bindgen_test]
async fn says_that_browsers_cannot_set_headers() {
    let page = Page::open();
    page.open_tools().await;
    assert!(page.text(".sidebar form").contains("Browsers cannot set headers on a WebSocket."));
    page.fill("txtServer", "https://other/events");
    page.until("the hint", |page| page.text(".sidebar form").contains("cannot set headers on an event stream.")).await;
}

#[wasm_bindgen_test]
async fn a_theme_is_applied_and_stored() {
    let page = Page::open();
    page.open_tools().await;
    let background = || run("return getComputedStyle(document.body).backgroundColor").as_string().unwrap();
    for (theme, color) in [("dark", "rgb(17, 22, 28)"), ("light", "rgb(246, 247, 249)")] {
        page.choose("selTheme", theme);
        page.until(theme, |_| background() == color).await;
        assert_eq!(StorageArea::Local.text("yodel.theme").as_deref(), Some(theme));
        page.store.layout.toggle_tools();
        page.until("no tools", |page| page.count(".sidebar") == 0).await;
        page.open_tools().await;
        assert_eq!(page.value("selTheme"), theme);
    }
    page.choose("selTheme", "");
    page.until("no stored theme", |_| StorageArea::Local.text("yodel.theme").is_none()).await;
    assert_eq!(document().document_element().unwrap().get_attribute("data-theme").as_deref(), Some(""));
}

#[wasm_bindgen_test]
async fn follows_the_theme_of_another_tab() {
    let page = Page::open();
    page.open_tools().await;
    StorageArea::Local.set_text("yodel.theme", "dark").unwrap();
    run("dispatchEvent(new StorageEvent('storage', { key: 'yodel.theme' }))");
    page.until("the theme", |page| page.value("selTheme") == "dark").await;
    page.until("its colors", |_| {
        document().document_element().unwrap().get_attribute("data-theme").as_deref() == Some("dark")
    })
    .await;
    page.choose("selTheme", "");
    page.until("no theme", |_| StorageArea::Local.text("yodel.theme").is_none()).await;
}

/// The style sheet has the dark colors twice: for the operating system's theme and for the chosen one.
#[wasm_bindgen_test]
async fn both_dark_themes_have_the_same_colors() {
    let _page = Page::open();
    let differences = run("
        const rules = [...document.querySelector('#style').sheet.cssRules];
        const dark = rules.find(rule => rule.media?.mediaText === '(prefers-color-scheme: dark)').cssRules[0].style;
        const chosen = rules.find(rule => rule.selectorText === ':root[data-theme=\"dark\"]').style;
        const colors = style => [...style].filter(name => name.startsWith('--'))
            .map(name => name + style.getPropertyValue(name)).sort().join();
        return colors(dark) === colors(chosen) && dark.length > 10 ? '' : colors(dark) + ' ' + colors(chosen)");
    assert_eq!(differences.as_string().unwrap(), "");
}

#[wasm_bindgen_test]
async fn the_font_size_changes_the_rows_and_keeps_the_position() {
    let page = Page::open();
    for n in 0..1_000 {
        page.store.log.receive_text(&format!("message {n}"));
    }
    page.open_tools().await;
    page.until("the last row", |page| page.last(".text") == " > message 999").await;
    let top = |page: &Page| page.find(".scroller").unwrap().scroll_top();
    let first = || {
        let row = "const { top } = document.querySelector('.scroller').getBoundingClientRect();
            return [...document.querySelectorAll('#divShow > li')]
                .find(row => row.getBoundingClientRect().bottom > top + 10)?.querySelector('.text').textContent";
        run(row).as_string().unwrap_or_default()
    };
    page.find(".scroller").unwrap().set_scroll_top(500 * 32 + 10);
    page.until("rows in the middle", |_| first() == " > message 500").await;
    for size in ["small", "large", "small", ""] {
        page.choose("selFontSize", size);
        let row = row_height(size);
        page.until(size, |page| page.find("#divShow").unwrap().offset_height() == 1_000 * row).await;
        page.until("the same row", |page| top(page) == 500 * row && first() == " > message 500").await;
        let item = page.find("#divShow > li").unwrap();
        assert_eq!(item.offset_height() + 2, row, "{size:?}: the style sheet has the same height");
        assert_eq!(reopened().list.row_height.get_untracked(), row);
    }
}

#[wasm_bindgen_test]
async fn the_list_follows_its_end_in_another_font_size() {
    let page = Page::open();
    for n in 0..1_000 {
        page.store.log.receive_text(&format!("message {n}"));
    }
    page.open_tools().await;
    for size in ["large", "small", ""] {
        page.choose("selFontSize", size);
        page.until("the end", |page| {
            let scroller = page.find(".scroller").unwrap();
            page.find("#divShow").unwrap().offset_height() == 1_000 * row_height(size)
                && scroller.scroll_height() - scroller.scroll_top() - scroller.client_height() <= 1
        })
        .await;
        page.until("the last row", |page| page.last(".text") == " > message 999").await;
    }
}
