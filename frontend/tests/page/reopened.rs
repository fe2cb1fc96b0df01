//! Several connections after a reload.

use crate::{
    support::{Outbox, Page},
    tabs::{Tabs, session_values},
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Delivery, Effect, Event, Generation, State};
use yodel_page::{model::address::ProtocolChoice, state::PageState};

#[wasm_bindgen_test]
async fn a_reload_restores_the_tabs() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat?token=secret").await;
    let first = tabs.page.store;
    let third =
        first.workspace.open("ws://three.test/".to_owned(), ProtocolChoice::Plain(vec!["chat".into()])).unwrap();
    third.apply(&Effect::State(State::Open(Generation(1))));
    first.log.receive_text("of the first");
    second.log.receive_text("of the second");
    tabs.until_shown(third).await;
    tabs.page.type_text("draft of the third");
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    let is_stored = |_: &Page| session_values().contains("dialed") && session_values().contains("[\"\",\".2\",\".3\"]");
    tabs.page.until("the record", is_stored).await;
    for page in [first, second, third] {
        page.persistence.save();
    }
    assert!(!session_values().contains("secret"), "{}", session_values());

    let (tabs, _) = Tabs::on(Page::reloaded(Outbox::Is(Delivery::Sent)), Delivery::Sent);
    tabs.until_tabs(3).await;
    let page = &tabs.page;
    let [_, second, third] = page.store.workspace.tabs.get_untracked()[..] else { panic!("three tabs") };
    let text = |tab: &PageState| tab.log.entries(0..1).first().map(|entry| format!("{:?}", entry.body)).unwrap();
    assert!(text(second).contains("of the second"), "{}", text(second));
    assert_eq!(second.connection.url.get_untracked(), "ws://two.test/chat");
    assert_eq!(third.connection.protocol.get_untracked(), ProtocolChoice::Plain(vec!["chat".into()]));
    let connects: Vec<_> = tabs
        .events
        .borrow()
        .iter()
        .filter(|(_, event)| matches!(event, Event::Connect { .. }))
        .map(|(tab, _)| tab.clone())
        .collect();
    assert_eq!(connects, [".3"], "the second was not connected");
    tabs.tab(2).click();
    tabs.until_shown(third).await;
    page.until("the draft", |page| page.field().value() == "draft of the third").await;
}
