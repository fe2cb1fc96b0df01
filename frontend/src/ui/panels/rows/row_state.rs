//! State of the work on rows. It outlives the panels, so that closing Tools loses no draft.

use super::{content::ContentView, copy_save::StatusText, draft_stack::DraftStack};
use crate::{model::log::EntryId, reactive::ErasedSignal};
use leptos::reactive::owner::Owner;

/// State of the work on rows.
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
    /// Creates the state. To be called once.
    pub fn new() -> &'static Self {
        let owner = Owner::new();
        let state = owner.with(|| Self {
            hovered: ErasedSignal::new(None),
            compared: ErasedSignal::new(None),
            annotated: ErasedSignal::new(0),
            status: ErasedSignal::new(None),
            error: ErasedSignal::default(),
            drafts: ErasedSignal::default(),
            view: ErasedSignal::default(),
        });
        // The signals live as long as their owner.
        std::mem::forget(owner);
        Box::leak(Box::new(state))
    }
}
