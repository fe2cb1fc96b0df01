//! What the page asks of the browser around it: its own address, storage, languages, the clock.
//! Everything here may be missing or forbidden; then the page does without.

use crate::{i18n::Lang, model::address::Origin};
use leptos::prelude::{document, window};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, Storage, Url};

/// Milliseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time in milliseconds is a small integer"
)]
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Where the page comes from.
pub fn origin() -> Origin {
    let location = window().location();
    Origin { secure: location.protocol().is_ok_and(|p| p == "https:"), host: location.host().unwrap_or_default() }
}

/// One value of the page's own query.
pub fn query(name: &str) -> Option<String> {
    page_url()?.search_params().get(name)
}

/// Writes one value of the page's own query, without loading it anew; `None` takes it out.
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

/// The browser's languages, the preferred one first.
pub fn languages() -> impl Iterator<Item = String> {
    window().navigator().languages().into_iter().filter_map(|tag| tag.as_string())
}

/// Tells the browser which language the page speaks.
pub fn set_page_language(lang: Lang) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// The element with this id, while it is in the page.
pub fn element<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Goes to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = element::<HtmlElement>(id) {
        let _ = element.focus();
    }
}

/// What is stored for this visit (`sessionStorage`) or for good (`localStorage`).
#[derive(Clone, Copy)]
pub enum Keep {
    /// Until the tab is closed.
    Visit,
    /// For the next visits too.
    Always,
}

impl Keep {
    /// What was stored under this name, if it still reads.
    pub fn load<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        let json = self.storage()?.get_item(name).ok().flatten()?;
        serde_json::from_str(&json).ok()
    }

    /// Stores it.
    pub fn save(self, name: &str, value: &impl Serialize) {
        let json = serde_json::to_string(value).unwrap_or_default();
        if let Some(storage) = self.storage() {
            let _ = storage.set_item(name, &json);
        }
    }

    fn storage(self) -> Option<Storage> {
        match self {
            Self::Visit => window().session_storage(),
            Self::Always => window().local_storage(),
        }
        .ok()
        .flatten()
    }
}

fn page_url() -> Option<Url> {
    Url::new(&window().location().href().ok()?).ok()
}
