//! Working on rows: times, actions, and drafts that an edited message replaces.

use crate::{
    row_support::{focused, inspect, open, press, receive_at, texts},
    stubs::{copied, record_clipboard, run},
    support::{Outbox, Page, frame},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use yodel_client::{Delivery, Event};
use yodel_page::model::{address::ProtocolChoice, log::Body};

#[wasm_bindgen_test]
async fn shows_milliseconds_and_the_time_since_the_row_before() {
    let page = open().await;
    receive_at(&page, 1_700_000_000_007, "one");
    receive_at(&page, 1_700_000_000_010, "two");
    receive_at(&page, 1_700_000_003_542, "three");
    page.until("the times", |page| texts(page, ".ms") == [".007", ".010", ".542"]).await;
    assert_eq!(texts(&page, ".since"), ["", "+3 ms", "+3.532 s"]);
    // Among the matches of a filter, the row before is the match before.
    page.fill("txtFind", "/one|three/");
    page.until("the matches", |page| texts(page, ".since") == ["", "+3.535 s"]).await;
    page.store.layout.toggle_tools();
    page.until("the first screen", |page| page.count(".ms, .since, .row-end") == 0).await;
}

#[wasm_bindgen_test]
async fn the_row_under_the_pointer_has_actions() {
    let page = open().await;
    page.store.log.receive_text("theirs");
    page.store.messages.send("mine");
    page.until("the rows", |page| page.count("#divShow > li") == 2).await;
    hover(&page, 1);
    page.until("the actions of a received message", |page| {
        texts(page, ".row-actions button") == ["Copy", "Edit and send", "Pin", "Compare"]
    })
    .await;
    record_clipboard(true);
    click_in(&page, ".row-actions", "Copy");
    page.until("the copy", |page| {
        page.text("#rowStatus") == "Copied." && page.text(".row-actions").contains("Copied.")
    })
    .await;
    assert_eq!((copied(), page.store.list.selected.get_untracked()), ("theirs".to_owned(), None));
    hover(&page, 2);
    page.until("the actions of a sent message", |page| page.text(".row-actions").contains("Resend")).await;
    page.events();
    click_in(&page, ".row-actions", "Resend");
    page.until("the copy of the message", |page| page.count(".list-group-item-success") == 2).await;
    assert_eq!(page.sent(), ["mine"]);
    page.find("#list").unwrap().dispatch_event(&pointer_over()).unwrap();
    page.until("no actions", |page| page.count(".row-actions") == 0).await;
}

#[wasm_bindgen_test]
async fn bytes_are_sent_again_as_bytes() {
    let page = open().await;
    page.store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    page.store.messages.send_binary([1, 2].into());
    inspect(&page, 1).await;
    page.events();
    press(&page, "r");
    let [Event::SendBinary { bytes, .. }] = &page.events()[..] else { panic!("a binary message") };
    assert_eq!(**bytes, [1, 2]);
    assert_eq!(texts(&page, ".inspector .actions button").iter().filter(|label| *label == "Edit and send").count(), 0);
}

#[wasm_bindgen_test]
async fn a_full_queue_is_reported() {
    let sent = |text: &str| Body::Sent {
        text: text.into(),
        delivery: Delivery::Sent,
        counted: true,
        error: None,
        to: None,
        no_recipient: false,
    };
    let page = Page::with(Outbox::Full);
    page.open_tools().await;
    page.store.log.change(|log| {
        log.entries.push(1, sent("one"));
    });
    inspect(&page, 1).await;
    press(&page, "r");
    page.until("the error", |page| page.text(".inspector [role=status]").contains("the send queue is full")).await;
    assert_eq!(page.store.log.peek(|log| log.entries.len()), 1);
}

#[wasm_bindgen_test]
async fn editing_keeps_the_draft() {
    let page = open().await;
    page.store.log.receive_text("from a row");
    page.type_text("my draft");
    inspect(&page, 1).await;
    press(&page, "e");
    assert_eq!((page.field().value().as_str(), focused().as_str()), ("from a row", "txtContent"));
    page.type_text("from a row, changed");
    page.until("the notice", |page| page.text(".kept-draft").contains("Your draft was replaced and is kept.")).await;
    page.click("Restore draft");
    assert_eq!(page.field().value(), "my draft");
    page.click("Restore draft");
    assert_eq!(page.field().value(), "from a row, changed", "it is a draft, too");
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".kept-draft") == 0).await;
    page.open_tools().await;
    page.until("the draft after Tools was closed", |page| page.count(".kept-draft") == 1).await;
}

#[wasm_bindgen_test]
async fn undo_in_the_message_field_restores_the_draft() {
    let page = open().await;
    page.store.log.receive_text("from a row");
    page.field().focus().unwrap();
    page.type_text("my draft");
    inspect(&page, 1).await;
    press(&page, "e");
    assert_eq!(page.field().value(), "from a row");
    run("document.execCommand('undo')");
    assert_eq!(page.field().value(), "my draft");
}

#[wasm_bindgen_test]
async fn rows_are_decorated_when_elements_are_reused() {
    let page = open().await;
    for n in 0..200_u64 {
        receive_at(&page, 1_000 + n, "x");
    }
    page.until("the end", |page| page.last(".ms") == ".199").await;
    for n in 0..1_000_u64 {
        receive_at(&page, 5_000 + 2 * n, "x");
    }
    page.until("the end", |page| page.last(".ms") == ".998" && page.last(".since") == "+2 ms").await;
    frame().await;
    hover(&page, 5);
    page.until("actions", |page| page.count(".row-actions") == 1).await;
    for n in 0..1_000_u64 {
        receive_at(&page, 9_000 + n, "y");
    }
    page.until("no actions on another row", |page| page.last(".text") == " > y" && page.count(".row-actions") == 0)
        .await;
}

fn click_in(page: &Page, within: &str, label: &str) {
    let buttons = page.find(within).unwrap().query_selector_all("button").unwrap();
    let button = (0..buttons.length())
        .filter_map(|at| buttons.item(at))
        .find(|button| button.text_content().is_some_and(|text| text == label))
        .unwrap();
    button.unchecked_into::<HtmlElement>().click();
}

/// Moves the pointer over the row at this position, from 1.
fn hover(page: &Page, position: u32) {
    let row: Element = page.find(&format!("#divShow > li:nth-child({position}) .text")).unwrap().into();
    row.dispatch_event(&pointer_over()).unwrap();
}

fn pointer_over() -> web_sys::Event {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    web_sys::Event::new_with_event_init_dict("pointerover", &init).unwrap()
}
