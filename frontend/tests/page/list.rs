//! The message list, and how few of its rows are in the document.

use crate::{
    stubs::{hold_timers, run, run_timers},
    support::{Outbox, Page, frame, press_in},
};
use leptos::prelude::document;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, WheelEvent, WheelEventInit};
use yodel_client::{Delivery, Effect};
use yodel_page::model::log::Body;

#[wasm_bindgen_test]
async fn an_empty_list_has_a_placeholder() {
    let page = Page::open();
    page.until("the placeholder", |page| page.text(".empty") == "No messages yet.").await;
    page.store.log.receive_text("hello");
    page.until("a row instead", |page| page.count("#divShow > li") == 1 && page.count(".empty") == 0).await;
}

#[wasm_bindgen_test]
async fn received_markup_stays_text() {
    let page = Page::open();
    let hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    page.store.log.receive_text(hostile);
    page.store.apply(&Effect::Down { url: hostile.into(), code: 1001, reason: hostile.into() });
    page.until("both rows", |page| page.count(".list-group-item") == 2).await;
    assert_eq!(page.text(".list-group-item-warning .text"), format!(" > {hostile}"));
    assert!(page.text(".list-group-item-danger .text").contains(hostile));
    assert_eq!(page.count("#divShow script, #divShow img"), 0);
}

#[wasm_bindgen_test]
async fn shows_size_and_first_bytes_of_binary() {
    let page = Page::open();
    page.store.log.receive_binary([0x0a, 0x1f, 0x9c].into());
    page.until("the row", |page| page.last(".text") == " > binary, 3 bytes: 0a 1f 9c").await;
    assert_eq!(page.text("#received"), "1");
}

#[wasm_bindgen_test]
async fn connection_rows_read_like_the_tutorials() {
    let page = Page::open();
    let url = "ws://yodel.test/ws";
    page.store.apply(&Effect::Up { url: url.into(), away_ms: None });
    page.store.apply(&Effect::Down { url: url.into(), code: 1006, reason: String::new() });
    page.until("both rows", |page| page.count(".list-group-item") == 2).await;
    assert_eq!(page.text(".list-group-item-info .text"), format!("WebSocket Server [{url}] Connection Succeeded!"));
    assert_eq!(
        page.text(".list-group-item-danger .text"),
        format!("WebSocket Server [{url}] Connection Closed! (1006, abnormal)")
    );
}

#[wasm_bindgen_test]
async fn renders_only_the_visible_rows() {
    let page = Page::open();
    fill(&page, 10_000).await;
    assert!(page.count("#divShow > li") < 100, "{}", page.count("#divShow > li"));
    assert_eq!(page.find("#divShow").unwrap().offset_height(), 320_000, "the list is as high as all rows");
    assert_eq!(page.text("#received"), "10000", "plain digits");
    scroll_to(&page, 160_000);
    page.until("rows in the middle", |page| page.text(".text") == " > message 4990").await;
    assert!(page.count("#divShow > li") < 100);
}

#[wasm_bindgen_test]
async fn reuses_elements_when_all_rows_are_new() {
    let page = Page::open();
    fill(&page, 200).await;
    let element = page.find("#divShow > li").unwrap();
    fill(&page, 1_000).await;
    page.until("the end", at_end).await;
    assert!(element.is_connected());
    let text = element.query_selector(".text").unwrap().unwrap().text_content().unwrap();
    assert!(text.starts_with(" > message 9"), "{text} is one of the new rows");
    element.click();
    let entry = page.store.list.selected.get_untracked().and_then(|id| page.store.log.entry(id)).unwrap();
    assert_eq!(entry.body, Body::Received { text: text.trim_start_matches(" > ").into(), envelope: None });
}

#[wasm_bindgen_test]
async fn scrolling_up_stops_following_and_counts_new_rows() {
    let page = at_the_end().await;
    scroll_to(&page, 3_200);
    page.until("rows further up", |page| page.text(".text") == " > message 90").await;
    assert_eq!(page.count(".new-messages"), 0, "nothing new yet");
    for n in 0..3 {
        page.store.log.receive_text(&format!("new {n}"));
    }
    page.until("the count", |page| page.text(".new-messages") == "↓ 3 new").await;
    assert_eq!(page.text(".text"), " > message 90", "nothing moved");
    page.click("↓ 3 new");
    page.until("the newest", |page| page.last(".text") == " > new 2" && at_end(page)).await;
    assert_eq!(page.count(".new-messages"), 0);
}

#[wasm_bindgen_test]
async fn keeps_following_close_to_the_end() {
    let page = at_the_end().await;
    let scroller = page.find(".scroller").unwrap();
    scroll_to(&page, scroller.scroll_top() - 30);
    frame().await;
    page.store.log.receive_text("new");
    page.until("the newest", |page| page.last(".text") == " > new" && at_end(page)).await;
}

#[wasm_bindgen_test]
async fn the_wheel_stops_following_only_if_rows_are_above() {
    let page = Page::open();
    fill(&page, 3).await;
    wheel_up(&page);
    page.store.log.receive_text("new");
    page.until("the newest", |page| page.last(".text") == " > new").await;
    assert_eq!(page.count(".new-messages"), 0, "all rows are on the screen");
    fill(&page, 1_000).await;
    page.until("the end", at_end).await;
    wheel_up(&page);
    dispatch(&page, "scroll");
    page.store.log.receive_text("new");
    page.until("the count", |page| page.text(".new-messages") == "↓ 1 new").await;
}

#[wasm_bindgen_test]
async fn shrinking_the_list_keeps_following() {
    let page = at_the_end().await;
    page.find(".list").unwrap().set_attribute("style", "flex: none; height: 100px").unwrap();
    assert!(!at_end(&page));
    dispatch(&page, "scroll");
    page.store.log.receive_text("new");
    page.until("the newest", |page| page.last(".text") == " > new" && at_end(page)).await;
}

#[wasm_bindgen_test]
async fn a_touch_without_a_move_keeps_following() {
    let page = at_the_end().await;
    dispatch(&page, "touchmove");
    assert!(!page.store.list.follow.get_untracked());
    dispatch(&page, "touchend");
    page.store.log.receive_text("new");
    page.until("the newest", |page| page.last(".text") == " > new" && at_end(page)).await;
}

#[wasm_bindgen_test]
async fn trimming_keeps_the_scroll_position() {
    let page = Page::open();
    fill(&page, 100_000).await;
    page.until("the end", at_end).await;
    scroll_to(&page, 50_000 * 32);
    page.until("the middle", |page| page.text(".text") == " > message 49990").await;
    page.store.log.receive_text("one too many");
    page.until("the same rows", |page| page.find(".scroller").unwrap().scroll_top() == (50_000 - 4_999) * 32).await;
    page.until("the same rows", |page| page.text(".text") == " > message 49990").await;
    scroll_to(&page, 0);
    page.until("the row about removed rows", |page| {
        page.text(".text") == "Oldest 5,000 messages removed (limit 100,000)."
    })
    .await;
}

#[wasm_bindgen_test]
async fn ignores_keys_with_ctrl() {
    let page = Page::open();
    fill(&page, 3).await;
    let list = page.find("[role=log]").unwrap();
    press_in(&list, "k", |init| init.set_ctrl_key(true));
    assert_eq!((page.store.list.selected.get_untracked(), page.store.layout.tools.get_untracked()), (None, true));
    assert!(!press_in(&list, "k", |_| {}));
    assert!(page.store.list.selected.get_untracked().is_some());
}

#[wasm_bindgen_test]
async fn clearing_removes_rows_and_keeps_counts() {
    let page = Page::open();
    fill(&page, 3).await;
    page.click("Clear");
    page.until("no rows", |page| page.count("#divShow > li") == 0).await;
    assert_eq!(page.text("#received"), "3");
}

#[wasm_bindgen_test]
async fn cleared_rows_can_be_restored() {
    let page = Page::with(Outbox::Is(Delivery::Waiting));
    page.store.log.receive_text("one");
    page.store.messages.send("waiting");
    page.store.log.receive_text("two");
    page.until("the rows", |page| page.count("#divShow > li") == 3).await;
    page.click("Clear");
    page.until("the waiting row", |page| page.count("#divShow > li") == 1).await;
    page.store.log.receive_text("three");
    page.until("the button", |page| page.count(".undo") == 1).await;
    page.click("Undo clear");
    page.until("all rows", |page| page.count("#divShow > li") == 4 && page.count(".undo") == 0).await;
    let texts = run("return [...document.querySelectorAll('#divShow .text')].map(row => row.textContent).join()");
    assert_eq!(texts.as_string().unwrap(), " > one,waiting, > two, > three");
    assert_eq!(document().active_element().unwrap().id(), "txtContent");
}

#[wasm_bindgen_test]
async fn cleared_rows_are_dropped_after_some_time() {
    let page = Page::open();
    fill(&page, 3).await;
    hold_timers();
    page.click("Clear");
    page.until("the button", |page| page.count(".undo") == 1).await;
    run_timers();
    page.until("no button", |page| page.count(".undo") == 0).await;
}

#[wasm_bindgen_test]
async fn scrolling_never_waits_for_the_page() {
    run("window.passive = [];
        const { addEventListener } = EventTarget.prototype;
        EventTarget.prototype.addEventListener = function (name, handler, options) {
            if (/wheel|touch/.test(name)) window.passive.push(`${name} ${options?.passive}`);
            return addEventListener.call(this, name, handler, options);
        };
        window.restore = () => EventTarget.prototype.addEventListener = addEventListener;");
    let page = Page::open();
    fill(&page, 3).await;
    let listeners = run("window.restore(); return window.passive.join()").as_string().unwrap();
    assert_eq!(listeners, "wheel true,touchmove true,touchend true");
}

#[wasm_bindgen_test]
async fn a_printed_page_has_a_note_and_no_controls() {
    let page = Page::open();
    fill(&page, 3).await;
    assert!(page.text(".print-note").contains("Export") && page.find(".print-note").unwrap().offset_height() == 0);
    // The rules for printers, applied to the screen.
    run("window.printed = [...document.querySelector('#style').sheet.cssRules]
            .filter(rule => rule.media?.mediaText === 'print');
        window.printed.forEach(rule => rule.media.mediaText = 'screen')");
    let shown = |selector: &str| page.find(selector).unwrap().offset_height() > 0;
    let seen = [".print-note", "#divShow > li", ".composer", ".tools"].map(shown);
    run("window.printed.forEach(rule => rule.media.mediaText = 'print')");
    assert_eq!(seen, [true, true, false, false]);
}

#[wasm_bindgen_test]
async fn announces_few_rows_only() {
    let page = Page::open();
    let live = |page: &Page| page.find("[role=log]").unwrap().get_attribute("aria-live").unwrap();
    fill(&page, 3).await;
    assert_eq!(live(&page), "polite");
    fill(&page, 10).await;
    page.until("no announcements", |page| live(page) == "off").await;
}

/// Receives this number of messages and waits until the last one is rendered.
async fn fill(page: &Page, rows: usize) {
    for n in 0..rows {
        page.store.log.receive_text(&format!("message {n}"));
    }
    let last = format!(" > message {}", rows - 1);
    page.until("the last row", |page| page.last(".text") == last).await;
}

/// Dispatches an event to the list.
fn dispatch(page: &Page, event: &str) {
    page.find(".scroller").unwrap().dispatch_event(&Event::new(event).unwrap()).unwrap();
}

/// Returns a page with more rows than fit, scrolled to the end.
async fn at_the_end() -> Page {
    let page = Page::open();
    fill(&page, 1_000).await;
    page.until("the end", at_end).await;
    page
}

fn scroll_to(page: &Page, top: i32) {
    page.find(".scroller").unwrap().set_scroll_top(top);
}

fn wheel_up(page: &Page) {
    let init = WheelEventInit::new();
    init.set_delta_y(-1.0);
    init.set_bubbles(true);
    let event = WheelEvent::new_with_event_init_dict("wheel", &init).unwrap();
    page.find(".scroller").unwrap().dispatch_event(&event).unwrap();
}

fn at_end(page: &Page) -> bool {
    let scroller = page.find(".scroller").unwrap();
    scroller.scroll_height() - scroller.scroll_top() - scroller.client_height() <= 1
}
