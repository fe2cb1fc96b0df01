//! Tools with several connections: each has its own.

use crate::{
    stubs::{hold_intervals, run_intervals},
    tabs::Tabs,
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Effect, Generation, Mode, State};
use yodel_page::state::PageState;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

#[wasm_bindgen_test]
async fn tools_belong_to_the_active_connection() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    tabs.until_shown(second).await;
    page.until("the address", |page| page.value("txtServer") == "ws://two.test/chat").await;
    second.log.receive_text("apple");
    second.log.receive_text("pear");
    page.fill("txtFind", "app");
    page.until("the match", |page| page.text("#found").starts_with("1 of 2")).await;
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    page.until("the address", |page| page.value("txtServer") == "ws://yodel.test/ws").await;
    assert_eq!((page.value("txtFind"), page.text("#found"), page.count(".banner")), (String::new(), String::new(), 0));
    tabs.tab(1).click();
    tabs.until_shown(second).await;
    page.until("the filter", |page| page.value("txtFind") == "app" && page.text("#found").starts_with("1 of 2")).await;
}

#[wasm_bindgen_test]
async fn each_connection_has_its_own_rooms() {
    let (tabs, second) = Tabs::with_second("ws://yodel.test/ws/echo").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    let shown = || page.text("[aria-labelledby=h-rooms] ul");
    join(second, "of-the-second");
    page.until("the room of the second", |_| shown().contains("of-the-second")).await;
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    join(first, "of-the-first");
    page.until("the room of the first", |_| shown().contains("of-the-first")).await;
    assert!(!shown().contains("of-the-second"), "{}", shown());
    join(second, "while-away");
    tabs.tab(1).click();
    tabs.until_shown(second).await;
    page.until("both rooms of the second", |_| shown().contains("of-the-second") && shown().contains("while-away"))
        .await;
    assert!(!shown().contains("of-the-first"), "{}", shown());
}

#[wasm_bindgen_test]
async fn a_repetition_goes_on_while_another_connection_is_active() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    tabs.until_shown(second).await;
    second.apply(&Effect::State(State::Open(Generation(1))));
    page.type_text("again");
    page.fill("numEvery", "10");
    hold_intervals();
    page.click("Start");
    run_intervals(10);
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    run_intervals(10);
    let again = (".2".to_owned(), "again".to_owned());
    assert_eq!(tabs.sent(), [again.clone(), again]);
    tabs.tab(1).click();
    tabs.until_shown(second).await;
    page.until("the count", |page| page.text("#repeated").trim() == "2 sent").await;
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    page.store.layout.tools.set(false);
    page.until("the notice", |page| page.text(".banner").contains("2 sent")).await;
    run_intervals(10);
    assert_eq!(tabs.sent(), [], "it ends with the tools");
}

/// Joins a room of a connection with `yodel.v1`.
fn join(page: &PageState, name: &str) {
    page.connection.mode.set(Mode::Envelope { lobby: true });
    let (room, epoch) = (RoomName::new(name).unwrap(), Epoch::new("e").unwrap());
    let position = Position { epoch, offset: Offset(1) };
    page.apply(&Effect::Joined { room, position, users: None, more_users: false });
}
