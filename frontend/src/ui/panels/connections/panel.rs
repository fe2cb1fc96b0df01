//! State of the section of saved connections.

use super::error_text::store_error;
use crate::{
    i18n::{connections::SavedConnectionStrings, fill},
    model::connections::{
        SavedConnection, SavedConnections,
        saved_connection::{MAX_BYTES, MAX_NAME_CHARS},
        saved_connections::MAX,
    },
    platform::{dom, random},
    reactive::ErasedSignal,
    reactive::view::{Text, text},
    state::{Auth, Connection, ConnectionStore, Dialer, Language, Layout, StoreError, context},
    ui::widgets::Field,
};
use leptos::prelude::{AnyView, request_animation_frame, untrack};

/// Id of the button that restores a deleted connection.
pub(super) const UNDO: &str = "undoDelete";

/// Length of the id of a new connection, in characters.
const ID_CHARS: usize = 8;

/// A deleted connection that can be restored.
#[derive(Clone)]
pub(super) struct Deleted {
    /// Position in the list.
    pub(super) at: usize,
    /// The connection.
    pub(super) connection: SavedConnection,
    /// URL of the tab's connection if it was this one.
    pub(super) chosen_url: Option<String>,
}

/// State of the section. A handle: copies refer to the same section.
#[derive(Clone, Copy)]
pub(super) struct ConnectionsPanel {
    pub(super) auth: &'static Auth,
    pub(super) connection: &'static Connection,
    pub(super) dialer: &'static Dialer,
    pub(super) language: &'static Language,
    pub(super) layout: &'static Layout,
    pub(super) store: ConnectionStore,
    /// Text in the search field.
    pub(super) search: ErasedSignal<String>,
    /// Id of the connection whose actions are shown.
    pub(super) open_actions: ErasedSignal<Option<String>>,
    /// `true` while the form for the current connection is shown.
    pub(super) is_saving: ErasedSignal<bool>,
    /// The connection that was deleted last.
    pub(super) deleted: ErasedSignal<Option<Deleted>>,
    /// Result of the last import.
    pub(super) status: ErasedSignal<String>,
    /// Error of the last action.
    pub(super) error: ErasedSignal<String>,
}

impl ConnectionsPanel {
    /// Creates the state of a section without open forms.
    pub(super) fn new() -> Self {
        Self {
            auth: context::<Auth>(),
            connection: context::<Connection>(),
            dialer: context::<Dialer>(),
            language: context::<Language>(),
            layout: context::<Layout>(),
            store: ConnectionStore::load(),
            search: ErasedSignal::default(),
            open_actions: ErasedSignal::new(None),
            is_saving: ErasedSignal::new(false),
            deleted: ErasedSignal::new(None),
            status: ErasedSignal::default(),
            error: ErasedSignal::default(),
        }
    }

    /// Returns the strings in the current language, untracked.
    pub(super) fn strings(self) -> &'static SavedConnectionStrings {
        SavedConnectionStrings::of(self.language.lang.get_untracked())
    }

    /// Returns a string that follows the language.
    pub(super) fn label(self, string: fn(&SavedConnectionStrings) -> &'static str) -> Text {
        super::label::label(self.language, string)
    }

    /// Changes the stored connections. `change` returns an error to show, or an empty text. Returns whether there was
    /// none.
    pub(super) fn change(self, change: impl FnOnce(&mut SavedConnections) -> String) -> bool {
        let result = self.store.change(|saved| {
            // After an error nothing is stored.
            let mut changed = saved.clone();
            let error = change(&mut changed);
            if error.is_empty() {
                *saved = changed;
            }
            error
        });
        self.finish(result)
    }

    /// Shows the error of a change, or removes the earlier one. Returns whether there is none.
    fn finish(self, result: Result<String, StoreError>) -> bool {
        let error = result.unwrap_or_else(|error| store_error(self.language, &error));
        self.status.set(String::new());
        self.error.set(error.clone());
        error.is_empty()
    }

    /// Returns a connection as it is stored now; shows an error if there is none.
    pub(super) fn stored(self, id: &str) -> Option<SavedConnection> {
        let stored = self.store.stored().ok().and_then(|saved| saved.get(id).cloned());
        if stored.is_none() {
            self.error.set(self.strings().missing.to_owned());
        }
        stored
    }

    /// Returns a field for a name. A change removes the error of the section.
    pub(super) fn name_field(self, id: &'static str, name: ErasedSignal<String>) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            name.set(typed);
        };
        let (label, value) = (self.label(|strings| strings.name), text(move || name.get()));
        Field { id, kind: "text", label, value, change: Box::new(change) }.view()
    }

    /// Returns the error about the limits of the list.
    pub(super) fn limit_error(self) -> String {
        let max = untrack(|| self.language.strings()).number(MAX_BYTES as u64);
        fill(self.strings().limit, &[("n", &MAX), ("max", &max)])
    }

    /// Returns the error about an invalid name.
    pub(super) fn name_error(self) -> String {
        fill(self.strings().name_invalid, &[("max", &MAX_NAME_CHARS)])
    }
}

/// Returns a new random id.
pub(super) fn new_id() -> String {
    random::text(ID_CHARS)
}

/// Returns the id of the button that opens a connection.
pub(super) fn button_id(id: &str) -> String {
    ["saved-", id].concat()
}

/// Moves the focus to an element after the list was drawn.
pub(super) fn focus_later(id: String) {
    request_animation_frame(move || dom::focus(&id));
}
