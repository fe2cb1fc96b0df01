//! Several connections: the bar of tabs, their own state, and closing.

use crate::{
    stubs::{hold_timers, run, run_timers},
    support::{Page, press_in},
};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;
use yodel_client::{Delivery, Effect, Event, Generation, State};
use yodel_page::{
    model::address::ProtocolChoice,
    reactive::ErasedValue,
    state::{MAX_TABS, PageState, TooManyTabs, Transport},
    ui::shell::DRAFT,
};

/// A page whose sessions record their events, each with the suffix of its connection.
pub struct Tabs {
    pub page: Page,
    pub events: Rc<RefCell<Vec<(String, Event)>>>,
}

/// A session that sends each message at once.
struct Recorder {
    page: &'static PageState,
    delivery: Delivery,
    events: Rc<RefCell<Vec<(String, Event)>>>,
    ended: Rc<RefCell<Vec<String>>>,
}

impl Transport for Recorder {
    fn step(&self, event: Event) {
        if let Event::Send { id, .. } = event {
            self.page.apply(&Effect::Delivery(id, self.delivery));
        }
        self.events.borrow_mut().push((self.page.suffix.clone(), event));
    }

    fn end(&self) {
        self.ended.borrow_mut().push(self.page.suffix.clone());
    }
}

impl Tabs {
    fn open() -> (Self, Rc<RefCell<Vec<String>>>) {
        Self::on(Page::open(), Delivery::Sent)
    }

    pub fn on(page: Page, delivery: Delivery) -> (Self, Rc<RefCell<Vec<String>>>) {
        let events: Rc<RefCell<Vec<_>>> = Rc::default();
        let ended: Rc<RefCell<Vec<_>>> = Rc::default();
        let (seen, closed) = (Rc::clone(&events), Rc::clone(&ended));
        page.store.workspace.on_open(move |page| {
            let (events, ended) = (Rc::clone(&seen), Rc::clone(&closed));
            page.dispatcher.set_transport(Recorder { page, delivery, events, ended });
            page.persistence.persist(DRAFT);
        });
        (Self { page, events }, ended)
    }

    /// Returns a page with open tools and a second tab that is connected to this address.
    pub async fn with_second(url: &str) -> (Self, &'static PageState) {
        let (tabs, _) = Self::open();
        tabs.page.open_tools().await;
        let second = tabs.page.store.workspace.open(url.to_owned(), ProtocolChoice::Automatic).unwrap();
        tabs.until_tabs(2).await;
        (tabs, second)
    }

    pub async fn until_tabs(&self, count: u32) {
        self.page.until("the tabs", |page| page.count("[role=tab]") == count).await;
    }

    /// Waits until the field of a connection is the message field.
    pub async fn until_shown(&self, tab: &'static PageState) {
        self.page
            .until("the connection", |page| {
                tab.messages
                    .field
                    .get_untracked()
                    .is_some_and(|field| page.find("#txtContent").as_ref() == Some(&field))
            })
            .await;
    }

    pub fn tab(&self, index: u32) -> HtmlElement {
        self.page.find(&format!("[role=tab]:nth-of-type({})", index + 1)).unwrap()
    }

    /// Takes the texts that were sent, each with the suffix of its connection.
    pub fn sent(&self) -> Vec<(String, String)> {
        let sent = |(suffix, event)| if let Event::Send { text, .. } = event { Some((suffix, text)) } else { None };
        self.events.take().into_iter().filter_map(sent).collect()
    }
}

#[wasm_bindgen_test]
async fn one_connection_has_no_bar_and_a_new_tab_has_an_open_address_field() {
    let (tabs, _) = Tabs::open();
    let page = &tabs.page;
    assert_eq!(page.count(".tab-bar"), 0);
    page.open_tools().await;
    assert_eq!((page.count(".tab-bar"), page.count("[data-split]")), (0, 0));
    page.click("New tab");
    tabs.until_tabs(2).await;
    page.until("the focus", |_| focused() == "txtUrl").await;
    assert_eq!(tabs.tab(1).get_attribute("aria-selected").as_deref(), Some("true"));
    page.address().set_value("ws://two.test/chat?token=secret");
    page.find("form.address button").unwrap().click();
    page.until("the name", |_| tabs.tab(1).text_content().unwrap().contains("two.test/chat")).await;
    let connects = |events: &[(String, Event)]| {
        events.iter().filter(|(suffix, event)| suffix == ".2" && matches!(event, Event::Connect { .. })).count()
    };
    assert_eq!(connects(&tabs.events.borrow()), 1);
    assert!(!session_values().contains("secret"), "{}", session_values());
}

#[wasm_bindgen_test]
async fn each_connection_has_its_own_log_state_counters_and_draft() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    first.apply(&Effect::State(State::Open(Generation(1))));
    first.log.receive_text("to the first");
    second.log.receive_text("to the second");
    second.log.receive_text("again");
    page.until("the second", |page| page.text("#received") == "2").await;
    tabs.until_shown(second).await;
    page.type_text("draft of the second");
    tabs.tab(0).click();
    page.until("the first", |page| page.text("#received") == "1" && page.text(".status .state") == "Connected").await;
    tabs.until_shown(first).await;
    assert_eq!(page.field().value(), "");
    assert_eq!(page.last("#divShow li .text"), " > to the first");
    page.type_text("from the first");
    page.press("Enter");
    page.type_text("draft of the first");
    assert_eq!(tabs.sent(), [(String::new(), "from the first".to_owned())]);
    tabs.tab(1).click();
    tabs.until_shown(second).await;
    page.until("the draft", |page| page.field().value() == "draft of the second").await;
    assert_eq!((page.count("#divShow li"), page.text(".status .state")), (2, "Disconnected".to_owned()));
    page.press("Enter");
    assert_eq!(tabs.sent(), [(".2".to_owned(), "draft of the second".to_owned())]);
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    page.until("the draft", |page| page.field().value() == "draft of the first").await;
    let title = || tabs.tab(1).get_attribute("title").unwrap();
    page.until("the counters", |_| title() == "two.test/chat: Disconnected. 1 sent, 2 received, 0 new.").await;
}

#[wasm_bindgen_test]
async fn messages_of_a_hidden_connection_are_counted_in_its_tab_and_in_the_title() {
    document().set_title("Yodel");
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    tabs.until_shown(second).await;
    let badge = |index| tabs.tab(index).query_selector(".badge").unwrap().unwrap().text_content().unwrap();
    page.until("seen", |_| first.list.unseen_since.get_untracked().is_some()).await;
    for text in ["one", "two"] {
        first.log.receive_text(text);
    }
    second.log.receive_text("seen");
    page.until("the badge", |_| badge(0) == "2" && document().title() == "(2) Yodel").await;
    assert_eq!(badge(1), "");
    tabs.tab(0).click();
    page.until("no badge", |_| badge(0).is_empty() && document().title() == "Yodel").await;
    page.until("the divider", |page| page.text("#divShow .divider") == "New messages").await;
}

#[wasm_bindgen_test]
async fn closing_disconnects_and_releases_the_connection() {
    let (tabs, ended) = Tabs::open();
    let page = &tabs.page;
    page.open_tools().await;
    let second = page.store.workspace.open("ws://two.test/".to_owned(), ProtocolChoice::Automatic).unwrap();
    tabs.until_tabs(2).await;
    let [observed, kept] = [(); 2].map(|()| Rc::new(()));
    let (observer, value) = (Rc::clone(&observed), Rc::clone(&kept));
    second.dispatcher.observe(move |_| drop(Rc::clone(&observer)));
    second.owner.with(|| ErasedValue::new(value));
    second.log.receive_text(&"x".repeat(1_000));
    second.persistence.save();
    assert!(session_values().contains("xxx"));
    hold_timers();
    page.find(".tab-bar .icon:last-child").unwrap().click();
    page.until("no bar", |page| page.count(".tab-bar") == 0).await;
    assert_eq!(*ended.borrow(), [".2"]);
    assert!(tabs.events.borrow().contains(&(".2".to_owned(), Event::disconnect())));
    assert_eq!((Rc::strong_count(&observed), second.log.peek(|log| log.entries.len())), (1, 0));
    assert!(!session_values().contains("xxx"), "{}", session_values());
    page.until("the focus", |_| focused() == "txtContent").await;
    assert_eq!(Rc::strong_count(&kept), 2);
    run_timers();
    assert_eq!(Rc::strong_count(&kept), 1);
    second.persistence.save();
    assert_eq!(window().session_storage().unwrap().unwrap().get_item("yodel.tabs").unwrap(), None);
    page.store.log.receive_text("goes on");
    page.until("the row", |page| page.last("#divShow li .text") == " > goes on").await;
}

#[wasm_bindgen_test]
async fn a_tab_with_unsent_messages_asks_before_it_closes() {
    let (tabs, _) = Tabs::on(Page::open(), Delivery::Waiting);
    let page = &tabs.page;
    page.open_tools().await;
    let second = page.store.workspace.open("ws://two.test/".to_owned(), ProtocolChoice::Automatic).unwrap();
    tabs.until_tabs(2).await;
    second.messages.send("unsent");
    page.find(".tab-bar .icon:last-child").unwrap().click();
    page.until("the notice", |page| page.text(".banner").contains("1 unsent message.")).await;
    tabs.until_tabs(2).await;
    page.find(".tab-bar .icon:last-child").unwrap().click();
    page.until("no bar", |page| page.count(".tab-bar") == 0 && page.count(".banner") == 0).await;
}

#[wasm_bindgen_test]
async fn the_number_of_tabs_is_limited() {
    let (tabs, _) = Tabs::open();
    let page = &tabs.page;
    page.open_tools().await;
    for _ in 1..MAX_TABS {
        page.click("New tab");
    }
    tabs.until_tabs(8).await;
    page.click("New tab");
    page.until("the notice", |page| page.text(".banner").contains("At most 8 tabs")).await;
    assert_eq!(page.store.workspace.open_unconnected().err(), Some(TooManyTabs));
    assert_eq!(page.count("[role=tab]"), 8);
}

#[wasm_bindgen_test]
async fn tabs_work_with_the_keyboard() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    page.store.workspace.open("ws://three.test/".to_owned(), ProtocolChoice::Automatic).unwrap();
    tabs.until_tabs(3).await;
    let is_selected = |index: u32| tabs.tab(index).get_attribute("aria-selected").as_deref() == Some("true");
    for (key, expected) in [("ArrowRight", 0), ("ArrowLeft", 2), ("Home", 0), ("ArrowRight", 1), ("End", 2)] {
        let focus = (0..3).find(|index| is_selected(*index)).unwrap();
        tabs.tab(focus).focus().unwrap();
        press_in(&tabs.tab(focus), key, |_| {});
        page.until(key, |_| is_selected(expected) && is_focused(&tabs.tab(expected))).await;
    }
    press_in(&tabs.tab(2), "Delete", |_| {});
    tabs.until_tabs(2).await;
    page.until("the neighbor", |_| is_selected(1) && is_focused(&tabs.tab(1))).await;
    tabs.until_shown(second).await;
    assert!(!page.press_with("PageUp", |init| init.set_alt_key(true)), "the browser does not scroll");
    tabs.until_shown(first).await;
    page.until("the focus", |_| focused() == "txtContent").await;
    page.press_with("n", |init| init.set_alt_key(true));
    tabs.until_tabs(3).await;
}

#[wasm_bindgen_test]
async fn the_scroll_position_survives_another_tab() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    for number in 0..200 {
        second.log.receive_text(&format!("row {number}"));
    }
    page.until("the rows", |page| page.last("#divShow li .text").contains("row 199")).await;
    tabs.until_shown(second).await;
    press_in(&page.find("#list").unwrap(), "Home", |_| {});
    page.find("#list").unwrap().set_scroll_top(640);
    page.until("the position", |_| second.list.top.get_value() == 640).await;
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    second.log.receive_text("while away");
    tabs.tab(1).click();
    tabs.until_shown(second).await;
    page.until("the position", |page| page.find("#list").unwrap().scroll_top() == 640).await;
    page.until("the rows", |page| page.text("#divShow").contains("row 22")).await;
    assert!(!second.list.follow.get_untracked());
    page.until("the button", |page| page.text(".new-messages").contains("1 new")).await;
}

pub fn session_values() -> String {
    run("return Object.values(sessionStorage).join('\\n')").as_string().unwrap()
}

pub fn focused() -> String {
    document().active_element().map(|element| element.id()).unwrap_or_default()
}

fn is_focused(element: &HtmlElement) -> bool {
    document().active_element().as_ref() == Some(element)
}
