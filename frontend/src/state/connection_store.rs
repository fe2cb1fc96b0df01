//! The saved connections in the browser's storage, which all tabs share.

use crate::{
    model::connections::{FormatError, SavedConnections},
    platform::storage::{StorageArea, StorageFull},
    reactive::{ErasedSignal, listen_to_window},
};
use yodel_protocol::Json;

/// Storage name of the saved connections.
const CONNECTIONS: &str = "yodel.connections";
/// Storage names of what belongs to a connection, for the time when no saved one is chosen.
const UNSAVED_PARTS: [&str; 3] = ["yodel.saved", "yodel.variables", "yodel.rules"];

/// A change that was not stored. The stored connections are unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The storage has no room.
    Full,
    /// The browser has no storage, or forbids it.
    Unavailable,
    /// The stored connections are not readable: a later version of the page wrote them, or another program.
    Unreadable(FormatError),
}

/// The saved connections as all tabs see them. A handle: copies refer to the same list, which ends with the component
/// that loaded it.
#[derive(Clone, Copy)]
pub struct ConnectionStore(ErasedSignal<Result<SavedConnections, FormatError>>);

impl ConnectionStore {
    /// Loads the connections and follows their changes in other tabs.
    pub fn load() -> Self {
        let store = Self(ErasedSignal::new(stored()));
        listen_to_window("storage", move |_| store.show(stored()));
        store
    }

    /// Reads the shown connections, tracked. There are none while the stored ones are unreadable.
    pub fn with<U>(self, read: impl FnOnce(&SavedConnections) -> U) -> U {
        self.0.with(|shown| match shown {
            Ok(saved) => read(saved),
            Err(_) => read(&SavedConnections::default()),
        })
    }

    /// Returns why the stored connections cannot be read, tracked.
    pub fn error(self) -> Option<FormatError> {
        self.0.with(|shown| shown.as_ref().err().cloned())
    }

    /// Returns the connections as they are stored now, also with changes that are not shown.
    ///
    /// # Errors
    /// Returns an error if they are unreadable.
    pub fn stored(self) -> Result<SavedConnections, FormatError> {
        stored()
    }

    /// Changes the stored connections and shows them. Starts from what is stored, so that the changes of other tabs
    /// stay.
    ///
    /// # Errors
    /// Returns an error, and changes nothing, if the result cannot be stored.
    pub fn change<U>(self, change: impl FnOnce(&mut SavedConnections) -> U) -> Result<U, StoreError> {
        let mut saved = stored().map_err(StoreError::Unreadable)?;
        let before = saved.clone();
        let result = change(&mut saved);
        if saved != before {
            if !StorageArea::Local.is_available() {
                return Err(StoreError::Unavailable);
            }
            store(&saved).map_err(|StorageFull| StoreError::Full)?;
        }
        self.show(Ok(saved));
        Ok(result)
    }

    /// Shows connections. Equal ones are left alone, so that their elements keep the focus.
    fn show(self, saved: Result<SavedConnections, FormatError>) {
        if self.0.with_untracked(|shown| *shown != saved) {
            self.0.set(saved);
        }
    }
}

/// Returns whether there is a saved connection with this id.
pub(super) fn exists(id: &str) -> bool {
    stored().is_ok_and(|saved| saved.get(id).is_some())
}

/// Returns a part of a saved connection; without one, what is stored under the name for no connection.
pub(super) fn read_part(id: Option<&str>, name: &str) -> Option<Json> {
    let saved = id.and_then(|_| stored().ok());
    match saved.as_ref().and_then(|saved| saved.get(id?)) {
        Some(connection) => connection.part(part_name(name)).cloned(),
        None => StorageArea::Local.load(name),
    }
}

/// Stores a part of a saved connection; without one, under the name for no connection.
///
/// # Errors
/// Returns [`StorageFull`], and changes nothing, if the storage or the connection has no room.
pub(super) fn write_part(id: Option<&str>, name: &str, json: Json) -> Result<(), StorageFull> {
    let mut saved = id.and_then(|_| stored().ok()).unwrap_or_default();
    let Some(connection) = id.and_then(|id| saved.get_mut(id)) else {
        return StorageArea::Local.set_text(name, json.text());
    };
    connection.set_part(part_name(name), json);
    if connection.fits() { store(&saved) } else { Err(StorageFull) }
}

/// Returns all parts that are shown: those of a saved connection, or those for no connection.
pub fn current_parts(id: Option<&str>) -> Vec<(String, Json)> {
    let saved = id.and_then(|_| stored().ok()).unwrap_or_default();
    if let Some(connection) = id.and_then(|id| saved.get(id)) {
        return connection.parts.clone();
    }
    let part = |name: &&str| Some((part_name(name).to_owned(), StorageArea::Local.load(name)?));
    UNSAVED_PARTS.iter().filter_map(part).collect()
}

/// Returns a part of all saved connections, and what is stored under its name for no connection.
pub fn all_parts(name: &str) -> Vec<Json> {
    let saved = stored().unwrap_or_default();
    let parts = saved.connections.iter().filter_map(|connection| connection.part(part_name(name)).cloned());
    parts.chain(StorageArea::Local.load(name)).collect()
}

/// Returns the name of a part in a connection: its storage name without the prefix.
fn part_name(name: &str) -> &str {
    match name {
        "yodel.saved" => "messages",
        _ => name.trim_start_matches("yodel."),
    }
}

fn stored() -> Result<SavedConnections, FormatError> {
    StorageArea::Local
        .text(CONNECTIONS)
        .map_or_else(|| Ok(SavedConnections::default()), |text| SavedConnections::from_text(&text))
}

fn store(saved: &SavedConnections) -> Result<(), StorageFull> {
    StorageArea::Local.set_text(CONNECTIONS, &saved.to_text())
}
