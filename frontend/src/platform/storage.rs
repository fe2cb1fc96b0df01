//! Values in the browser's storage, as JSON.

use leptos::prelude::window;
use serde::{Serialize, de::DeserializeOwned};
use web_sys::Storage;

/// One of the two storage areas of a browser.
#[derive(Clone, Copy)]
pub enum StorageArea {
    /// `sessionStorage`: until the tab is closed.
    Session,
    /// `localStorage`: persists across visits.
    Local,
}

impl StorageArea {
    /// Returns the value under this name; `None` if there is none, or it is invalid.
    pub fn load<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        serde_json::from_str(&self.text(name)?).ok()
    }

    /// Stores a value under this name. Does nothing if the browser has no storage or it is full.
    pub fn save(self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.set_text(name, &serde_json::to_string(value).unwrap_or_default());
    }

    fn text(self, name: &str) -> Option<String> {
        self.storage()?.get_item(name).ok().flatten()
    }

    fn set_text(self, name: &str, json: &str) {
        if let Some(storage) = self.storage() {
            let _ = storage.set_item(name, json);
        }
    }

    fn storage(self) -> Option<Storage> {
        match self {
            Self::Session => window().session_storage(),
            Self::Local => window().local_storage(),
        }
        .ok()
        .flatten()
    }
}
