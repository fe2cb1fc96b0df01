//! Everything put together.

use crate::{
    address::Speak,
    browser,
    components::{Announcer, Composer, MessageList, Notice, StatusLine, Toolbox, keep_title},
    driver::Driver,
    keys,
    reactive::effect,
    store::Store,
    visit,
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

/// Puts the page where `index.html` says "Loading", and connects.
pub fn start() {
    let Some(place) = document().get_element_by_id("app") else { return };
    place.set_text_content(None);
    mount_to(place.unchecked_into(), || {
        let store = Store::new(browser::origin(), Store::first_language());
        if browser::query("mode").as_deref() == Some("plain") {
            store.speak.set(Speak::Plain(Vec::new()));
        }
        visit::restore(store);
        Driver::attach(store);
        visit::keep(store);
        keys::listen(store);
        store.start(browser::query("url").as_deref());
        view! { <Screen store/> }
    })
    .forget();
}

/// The first screen, a status line, the list, an input with Send; and places for the tools.
#[component]
pub fn Screen(
    /// The state of the page.
    store: Store,
) -> impl IntoView {
    let toolbox = Toolbox::new(store);
    keep_title(store);
    effect(move || browser::set_page_language(store.lang.get()));
    view! {
        <StatusLine store/>
        <Notice store/>
        {toolbox.notice()}
        {toolbox.extra()}
        <div class="body">
            {toolbox.place(|tools| tools.side)}
            <div class="middle">
                {toolbox.place(|tools| tools.bar)}
                <MessageList store/>
            </div>
            {toolbox.place(|tools| tools.inspector)}
        </div>
        {toolbox.place(|tools| tools.sending)}
        <Composer store/>
        <Announcer store/>
    }
}
