//! Selection and scrolling of the message list.

use super::{Layout, LogState};
use crate::{
    model::log::{EntryId, Log},
    reactive::{ErasedSignal, Mark},
};

/// Selection and scrolling of the message list.
pub struct ListState {
    log: &'static LogState,
    layout: &'static Layout,
    /// `true` while the list stays at its end.
    pub follow: ErasedSignal<bool>,
    /// The first entry that arrived while the end of the list was not in view.
    pub unseen_from: ErasedSignal<Option<EntryId>>,
    /// `true` while entries arrive too fast for a screen reader: it gets their number instead of their texts.
    pub announce_counts: ErasedSignal<bool>,
    /// The entry in the inspector.
    pub selected: ErasedSignal<Option<EntryId>>,
    /// Highlights matches of the search in the text of a row.
    pub mark: ErasedSignal<Option<Mark>>,
}

impl ListState {
    /// Creates the state of a list that follows its end.
    pub(super) fn new(log: &'static LogState, layout: &'static Layout) -> &'static Self {
        Box::leak(Box::new(Self {
            log,
            layout,
            follow: ErasedSignal::new(true),
            unseen_from: ErasedSignal::new(None),
            announce_counts: ErasedSignal::new(false),
            selected: ErasedSignal::new(None),
            mark: ErasedSignal::new(None),
        }))
    }

    /// Opens an entry in the inspector.
    pub fn inspect(&self, row: EntryId) {
        self.selected.set(Some(row));
        if !self.layout.tools.get_untracked() {
            self.layout.tools.set(true);
        }
    }

    /// Selects the entry `by` places after the selected one, or the last one before `end` without a selection.
    pub fn inspect_next(&self, by: isize, end: usize) {
        let next = self.log.peek(|Log { rows, shown, .. }| {
            let last = shown.len(rows).checked_sub(1)?;
            let place = match self.selected.get_untracked() {
                Some(row) => shown.place(rows, row).saturating_add_signed(by),
                None => end.saturating_sub(1),
            };
            shown.range(rows, place.min(last)..place.min(last) + 1).first().map(|row| row.id)
        });
        if let Some(row) = next {
            self.inspect(row);
        }
    }

    /// Removes all entries except waiting messages. The counts stay.
    pub fn clear(&self) {
        self.log.change(|Log { rows, shown, .. }| {
            rows.clear();
            shown.forget(rows);
            if shown.waiting(rows).is_some() {
                shown.pause(Some(EntryId(rows.pushed())));
            }
        });
        self.selected.set(None);
        self.follow.set(true);
    }
}
