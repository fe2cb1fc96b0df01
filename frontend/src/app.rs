//! The composition root: mounts the page and connects it.

use crate::{
    model::address::{Origin, ProtocolChoice},
    platform::location,
    state::{Language, PageState},
    transport::Driver,
    ui::shell::{DRAFT, Screen, shortcuts},
};
use leptos::{leptos_dom::helpers::queue_microtask, mount::mount_to, prelude::*};
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
        Driver::attach(store);
        shortcuts::listen(store.layout);
        if !store.dialer.start_saved() {
            store.dialer.start(location::query("url").as_deref());
        }
        // After the address is set, so that waiting messages belong to it.
        store.messages.resume(&store.persistence.restore());
        store.persistence.persist(DRAFT);
        queue_microtask(move || store.persistence.restore_draft());
        view! { <Screen store/> }
    })
    .forget();
}
