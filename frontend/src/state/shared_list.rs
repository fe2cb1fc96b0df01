//! A list in the browser's storage that all tabs of the page share.

use crate::{
    platform::storage::{StorageArea, StorageFull},
    reactive::{ErasedSignal, listen_to_window},
};
use yodel_protocol::Json;

/// A list that the browser's storage keeps.
pub trait Stored: Clone + Default + PartialEq + 'static {
    /// Returns the list as JSON.
    fn to_json(&self) -> Json;

    /// Reads a list; `None` if it is invalid.
    fn from_json(json: &Json) -> Option<Self>;
}

/// A stored list. Each change starts from what is stored, so that no tab overwrites the changes of another one, and
/// changes of other tabs are shown. A handle: copies refer to the same list, which ends with the component that loaded
/// it.
pub struct SharedList<T> {
    name: &'static str,
    shown: ErasedSignal<T>,
}

impl<T: Stored> SharedList<T> {
    /// Loads the list with this storage name and follows its changes.
    pub fn load(name: &'static str) -> Self {
        let list = Self { name, shown: ErasedSignal::new(Self::stored(name)) };
        // The event comes from other tabs alone, and seldom: its name is not checked.
        listen_to_window("storage", move |_| list.show(Self::stored(name)));
        list
    }

    /// Returns the list, tracked.
    pub fn get(self) -> T {
        self.shown.get()
    }

    /// Reads the list, tracked.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.shown.with(read)
    }

    /// Changes the stored list and shows it.
    ///
    /// # Errors
    /// Returns [`StorageFull`], and changes nothing, if the storage has no room for the changed list.
    pub fn change<U>(self, change: impl FnOnce(&mut T) -> U) -> Result<U, StorageFull> {
        let mut list =
            if StorageArea::Local.is_available() { Self::stored(self.name) } else { self.shown.get_untracked() };
        let before = list.clone();
        let result = change(&mut list);
        if list != before {
            StorageArea::Local.set_text(self.name, list.to_json().text())?;
        }
        self.show(list);
        Ok(result)
    }

    fn stored(name: &str) -> T {
        StorageArea::Local.load(name).and_then(|json| T::from_json(&json)).unwrap_or_default()
    }

    /// Shows a list. An equal one is left alone, so that its elements keep the focus.
    fn show(self, list: T) {
        if self.shown.with_untracked(|shown| *shown != list) {
            self.shown.set(list);
        }
    }
}

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SharedList<T> {}
