//! The split view: two connections side by side.

use crate::{stubs::run, support::press_in, tabs::Tabs};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;
use yodel_page::state::PageState;

/// Returns the ids that more than one element has.
const DUPLICATE_IDS: &str = "
    const ids = [...document.querySelectorAll('#app [id]')].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index).join();
";

#[wasm_bindgen_test]
async fn the_split_view_shows_two_connections_with_unique_ids() {
    let (tabs, second) = Tabs::with_second("ws://two.test/chat").await;
    let (page, first) = (&tabs.page, tabs.page.store);
    tabs.tab(0).click();
    tabs.until_shown(first).await;
    page.click("Split view");
    page.until("the pane", |page| page.count(".pane .composer") == 1 && page.count(".list") == 2).await;
    page.until("unique ids", |_| duplicate_ids().is_empty()).await;
    first.log.receive_text("left");
    second.log.receive_text("right");
    page.until("both rows", |page| page.text(".main .list").contains("left") && page.text(".pane").contains("right"))
        .await;
    page.until("no count, as both are in view", |_| !document().title().starts_with('(')).await;
    tabs.until_shown(first).await;
    page.type_text("to the first");
    page.press("Enter");

    field_of(second).focus().unwrap();
    tabs.until_shown(second).await;
    page.until("unique ids", |_| duplicate_ids().is_empty()).await;
    assert_eq!(page.find(".composer textarea").unwrap().id(), "txtContent-other");
    page.until("the tools", |page| page.value("txtServer") == "ws://two.test/chat").await;
    page.type_text("to the second");
    page.press("Enter");
    let sent = tabs.sent();
    assert_eq!(
        sent,
        [("", "to the first"), (".2", "to the second")].map(|(tab, text)| (tab.to_owned(), text.to_owned()))
    );
    press_in(&page.find("#list").unwrap(), "k", |_| {});
    page.until("the message", |page| page.text("#inspector").contains("to the second")).await;
    assert!(first.list.selected.get_untracked().is_none() && second.list.selected.get_untracked().is_some());

    field_of(first).focus().unwrap();
    tabs.until_shown(first).await;
    page.until("the message closes", |page| page.count("#inspector") == 0).await;
    page.click("Split view");
    page.until("no pane", |page| page.count(".pane") == 0 && page.count("[data-split]") == 0).await;
    assert_eq!((duplicate_ids(), page.count("#txtContent")), (String::new(), 1));
}

fn field_of(page: &PageState) -> HtmlTextAreaElement {
    page.messages.field.get_untracked().unwrap().unchecked_into()
}

fn duplicate_ids() -> String {
    run(DUPLICATE_IDS).as_string().unwrap()
}
