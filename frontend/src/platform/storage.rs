//! Values in the browser's storage, as JSON or text.

use leptos::prelude::window;
use web_sys::Storage;
use yodel_protocol::Json;

/// One of the two storage areas of a browser.
#[derive(Clone, Copy)]
pub enum StorageArea {
    /// `sessionStorage`: until the tab is closed.
    Session,
    /// `localStorage`: persists across visits.
    Local,
}

/// The storage has no room for a value. The previous value is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageFull;

impl StorageArea {
    /// Returns the JSON under this name; `None` if there is none, or it is invalid.
    pub fn load(self, name: &str) -> Option<Json> {
        Json::read(&self.text(name)?)
    }

    /// Returns the list of texts under this name; an empty one if there is none, or it is invalid.
    pub fn load_texts(self, name: &str) -> Vec<String> {
        self.load(name).and_then(|json| json.as_strings()).unwrap_or_default()
    }

    /// Stores JSON under this name. Does nothing if the browser has no storage or it is full.
    pub fn save(self, name: &str, json: &Json) {
        let _ = self.set_text(name, json.text());
    }

    /// Stores a list of texts under this name. Does nothing if the browser has no storage or it is full.
    pub fn save_texts(self, name: &str, texts: &[String]) {
        self.save(name, &Json::strings(texts.iter().map(String::as_str)));
    }

    /// Returns the text under this name.
    pub fn text(self, name: &str) -> Option<String> {
        self.storage()?.get_item(name).ok().flatten()
    }

    /// Stores a text under this name. Does nothing if the browser has no storage.
    ///
    /// # Errors
    /// Returns [`StorageFull`] if there is no room.
    pub fn set_text(self, name: &str, text: &str) -> Result<(), StorageFull> {
        self.storage().map_or(Ok(()), |storage| storage.set_item(name, text).map_err(|_| StorageFull))
    }

    /// Removes the value under this name.
    pub fn remove(self, name: &str) {
        if let Some(storage) = self.storage() {
            let _ = storage.remove_item(name);
        }
    }

    /// Returns the names of all values.
    pub fn names(self) -> Vec<String> {
        let Some(storage) = self.storage() else { return Vec::new() };
        let count = storage.length().unwrap_or_default();
        (0..count).filter_map(|index| storage.key(index).ok().flatten()).collect()
    }

    /// Returns whether the browser has this storage area and the page may use it.
    pub fn is_available(self) -> bool {
        self.storage().is_some()
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
