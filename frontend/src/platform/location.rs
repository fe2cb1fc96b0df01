//! The page's own address, and the languages of its browser.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::Url;

/// Returns whether the page was loaded over https.
pub fn is_secure() -> bool {
    window().location().protocol().is_ok_and(|protocol| protocol == "https:")
}

/// Returns host and port of the page.
pub fn host() -> String {
    window().location().host().unwrap_or_default()
}

/// Loads the page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// Returns one value of the page's query.
pub fn query(name: &str) -> Option<String> {
    page_url()?.search_params().get(name)
}

/// Sets one value of the page's query without loading the page; `None` removes it.
pub fn set_query(name: &str, value: Option<&str>) {
    let Some(url) = page_url() else { return };
    match value {
        Some(value) => url.search_params().set(name, value),
        None => url.search_params().delete(name),
    }
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()));
    }
}

/// Returns the browser's languages, the preferred one first.
pub fn languages() -> impl Iterator<Item = String> {
    window().navigator().languages().into_iter().filter_map(|tag| tag.as_string())
}

/// Parses an address as the browser does, and returns it in its normal form; `None` for an invalid one.
pub fn normalize(url: &str) -> Option<String> {
    Some(Url::new(url).ok()?.href())
}

fn page_url() -> Option<Url> {
    Url::new(&window().location().href().ok()?).ok()
}
