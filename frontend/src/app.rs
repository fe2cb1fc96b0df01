//! The composition root: mounts the page and connects it.

use crate::{
    model::address::{Origin, ProtocolChoice},
    platform::location,
    state::{Language, PageState},
    transport::Driver,
    ui::shell::{DRAFT, Screen, shortcuts},
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
        shortcuts::listen(store.layout);
        store.workspace.on_open(|page| {
            Driver::attach(page);
            page.persistence.persist(DRAFT);
        });
        connect(store);
        // After the address is set, so that waiting messages belong to it.
        store.messages.resume(&store.persistence.restore());
        view! { <Screen store/> }
    })
    .forget();
}

/// Connects to the saved connection or the address in the page's own, or as before a reload if that was the same
/// address.
fn connect(page: &PageState) {
    if page.dialer.start_saved() {
        return;
    }
    let requested = location::query("url");
    match page.record().filter(|record| page.connection.link_to(&record.url) == requested) {
        Some(record) => page.dialer.resume(record),
        None => page.dialer.start(requested.as_deref()),
    }
}
