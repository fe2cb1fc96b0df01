//! A list that belongs to the saved connection of this tab.

use super::{
    Connection, Stored,
    connection_store::{read_part, write_part},
};
use crate::{
    platform::storage::{StorageArea, StorageFull},
    reactive::{ErasedSignal, effect, listen_to_window},
};

/// A stored list that belongs to the saved connection that is chosen in this tab; while none is chosen, a list for all
/// other connections. Has the functions of a [`SharedList`](super::SharedList): each change starts from what is stored,
/// and changes of other tabs are shown. A change takes time in proportion to the size of all saved connections. A
/// handle: copies refer to the same list, which ends with the component that loaded it.
pub struct ConnectionPart<T> {
    /// Storage name of the list without a saved connection. Without the prefix, it is the field of a connection.
    name: &'static str,
    connection: &'static Connection,
    shown: ErasedSignal<T>,
}

impl<T: Stored> ConnectionPart<T> {
    /// Loads the list with this storage name, such as `yodel.variables`, and follows its changes and the choice of a
    /// connection.
    pub fn load(name: &'static str, connection: &'static Connection) -> Self {
        let part = Self { name, connection, shown: ErasedSignal::default() };
        part.show(part.stored());
        effect(move || {
            connection.saved_id.track();
            part.show(part.stored());
        });
        listen_to_window("storage", move |_| part.show(part.stored()));
        part
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
    /// Returns [`StorageFull`], and changes nothing, if the storage or the connection has no room for the changed list.
    pub fn change<U>(self, change: impl FnOnce(&mut T) -> U) -> Result<U, StorageFull> {
        self.change_of(self.saved_id().as_deref(), change)
    }

    /// Changes the stored list of a saved connection, which may not be the chosen one any more; without an id, the list
    /// for all other connections.
    ///
    /// # Errors
    /// Returns [`StorageFull`], and changes nothing, if the storage or the connection has no room for the changed list.
    pub fn change_of<U>(self, id: Option<&str>, change: impl FnOnce(&mut T) -> U) -> Result<U, StorageFull> {
        let mut list = if StorageArea::Local.is_available() { self.stored_of(id) } else { self.shown.get_untracked() };
        let before = list.clone();
        let result = change(&mut list);
        if list != before {
            write_part(id, self.name, list.to_json())?;
        }
        if self.saved_id().as_deref() == id {
            self.show(list);
        }
        Ok(result)
    }

    /// Returns the id of the saved connection whose list this is, untracked; `None` without one.
    pub fn saved_id(self) -> Option<String> {
        self.connection.saved_id.get_untracked()
    }

    fn stored(self) -> T {
        self.stored_of(self.saved_id().as_deref())
    }

    fn stored_of(self, id: Option<&str>) -> T {
        read_part(id, self.name).and_then(|json| T::from_json(&json)).unwrap_or_default()
    }

    /// Shows a list. An equal one is left alone, so that its elements keep the focus.
    fn show(self, list: T) {
        if self.shown.with_untracked(|shown| *shown != list) {
            self.shown.set(list);
        }
    }
}

impl<T> Clone for ConnectionPart<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ConnectionPart<T> {}
