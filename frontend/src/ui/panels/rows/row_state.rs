//! State of the work on rows. It outlives the panels, so that closing Tools loses no draft.

use super::{content::ContentView, copy_save::StatusText, draft_stack::DraftStack};
use crate::{model::log::EntryId, reactive::ErasedSignal, ui::panels::panel_state::PanelState};

/// State of the work on rows, per connection.
pub struct RowState {
    /// The entry under the pointer, whose actions are shown.
    pub hovered: ErasedSignal<Option<EntryId>>,
    /// The entry that was chosen for a comparison.
    pub compared: ErasedSignal<Option<EntryId>>,
    /// Number that changes with pins and notes.
    pub annotated: ErasedSignal<u64>,
    /// The result of the last action, and its entry.
    pub status: ErasedSignal<Option<(EntryId, StatusText)>>,
    /// The error of the last action, with its numbers; empty without one.
    pub error: ErasedSignal<String>,
    /// Drafts that were replaced by the text of a message.
    pub drafts: ErasedSignal<DraftStack>,
    /// The view of a message that the user chose.
    pub view: ErasedSignal<ContentView>,
}

impl RowState {
    /// Returns the state of the connection in the context.
    pub fn get() -> &'static Self {
        PanelState::get().part(Self::new)
    }

    fn new() -> &'static Self {
        Box::leak(Box::new(Self {
            hovered: ErasedSignal::new(None),
            compared: ErasedSignal::new(None),
            annotated: ErasedSignal::new(0),
            status: ErasedSignal::new(None),
            error: ErasedSignal::default(),
            drafts: ErasedSignal::default(),
            view: ErasedSignal::default(),
        }))
    }
}
