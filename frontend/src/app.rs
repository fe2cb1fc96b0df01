//! Everything put together.

use crate::{
    browser,
    components::{Announcer, Composer, MessageList, Notice, StatusLine},
    socket::Driver,
    store::Store,
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

/// Puts the page where `index.html` says "Loading", and connects.
pub fn start() {
    let Some(place) = document().get_element_by_id("app") else { return };
    place.set_text_content(None);
    mount_to(place.unchecked_into(), || {
        let store = Store::new(browser::origin(), Store::first_language());
        Driver::attach(store);
        store.start(browser::query("url").as_deref());
        view! { <Screen store/> }
    })
    .forget();
}

/// The first screen: a status line, the list, an input with Send.
#[component]
pub fn Screen(
    /// The state of the page.
    store: Store,
) -> impl IntoView {
    Effect::new(move || browser::set_page_language(store.lang.get()));
    view! {
        <StatusLine store/>
        <Notice store/>
        <MessageList store/>
        <Composer store/>
        <Announcer store/>
    }
}
