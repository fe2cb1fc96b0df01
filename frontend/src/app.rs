//! Composition root of the page.

use crate::{
    model::address::{Origin, Speak},
    platform::location,
    state::persistence,
    state::{Language, PageState},
    transport::Driver,
    ui::shell::{Screen, shortcuts},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

/// Mounts the page in place of the text "Loading" of `index.html`, and connects.
pub fn start() {
    let Some(mount_point) = document().get_element_by_id("app") else { return };
    mount_point.set_text_content(None);
    mount_to(mount_point.unchecked_into(), || {
        let store = PageState::new(Origin { secure: location::is_secure(), host: location::host() }, Language::first());
        if location::query("mode").as_deref() == Some("plain") {
            store.connection.speak.set(Speak::Plain(Vec::new()));
        }
        persistence::restore(store.log);
        Driver::attach(store);
        persistence::keep(store.log);
        shortcuts::listen(store.layout);
        store.dialer.start(location::query("url").as_deref());
        view! { <Screen store/> }
    })
    .forget();
}
