//! Everything put together.

use crate::{
    model::address::Speak,
    platform::browser,
    state::Store,
    state::persistence,
    transport::Driver,
    ui::shell::{Screen, shortcuts},
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
        persistence::restore(store);
        Driver::attach(store);
        persistence::keep(store);
        shortcuts::listen(store);
        store.start(browser::query("url").as_deref());
        view! { <Screen store/> }
    })
    .forget();
}
