//! Downloads: files for the user.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, Url};

/// Time in milliseconds for which the file stays available to the browser.
const BEGIN_MS: u32 = 60_000;

/// Downloads the concatenated parts as a file with this name.
pub fn download(name: &str, parts: &Array) {
    let saved = || {
        let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence(parts).ok()?).ok()?;
        let link: HtmlElement = document().create_element("a").ok()?.unchecked_into();
        for (field, value) in [("href", url.as_str()), ("download", name)] {
            Reflect::set(&link, &field.into(), &value.into()).ok()?;
        }
        link.click();
        Timeout::new(BEGIN_MS, move || drop(Url::revoke_object_url(&url))).forget();
        Some(())
    };
    let _ = saved();
}
