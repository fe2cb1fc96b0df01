//! The composition root: mounts the page and connects it.

use crate::{
    model::address::{Origin, ProtocolChoice},
    platform::location,
    state::persistence,
    state::{Language, PageState},
    transport::Driver,
    ui::shell::{Screen, shortcuts},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

/// Mounts the page in the element `#app` of `index.html`, and connects. Does nothing without this element.
pub fn start() {
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_text_content(None);
    mount_to(root.unchecked_into(), || {
        let store = PageState::new(Origin { secure: location::is_secure(), host: location::host() }, Language::first());
        if location::query("mode").as_deref() == Some("plain") {
            store.connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
        }
        persistence::restore(store.log);
        Driver::attach(store);
        persistence::persist(store.log);
        shortcuts::listen(store.layout);
        store.dialer.start(location::query("url").as_deref());
        view! { <Screen store/> }
    })
    .forget();
}
