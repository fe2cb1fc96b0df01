//! Selection and scrolling of the message list.

use super::{Layout, LogState};
use crate::{
    model::{
        log::{EntryId, Log, LogEntry},
        window::{Viewport, row_height},
    },
    platform::storage::StorageArea,
    reactive::{ErasedSignal, ErasedValue, Highlighter},
};
use gloo_timers::callback::Timeout;
use leptos::prelude::AnyView;
use std::{rc::Rc, sync::Arc};

/// Storage name of the font size; the script of `index.html` reads it as well.
pub const FONT_SIZE: &str = "yodel.rows";
/// Time for which cleared entries can be restored, in milliseconds.
const UNDO_MS: u32 = 20_000;

/// Returns the entry of a row, tracked: the elements of a row show other entries later.
pub type RowEntry = Arc<dyn Fn() -> EntryId + Send + Sync>;

/// Creates the elements that the panels add to a row: after its time, or at its end.
pub type RowDecoration = Rc<dyn Fn(RowPart, RowEntry) -> AnyView>;

/// A place in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPart {
    /// After the time.
    Time,
    /// At the end.
    End,
}

/// Selection and scrolling of the message list.
pub struct ListState {
    log: &'static LogState,
    layout: &'static Layout,
    /// `true` while the list stays at its end.
    pub follow: ErasedSignal<bool>,
    /// The first entry that arrived while the end of the list was not in view.
    pub unseen_from: ErasedSignal<Option<EntryId>>,
    /// `true` while entries arrive too fast for a screen reader: it then announces their number, not their texts.
    pub announce_counts: ErasedSignal<bool>,
    /// [Height of a row](row_height).
    pub row_height: ErasedSignal<i32>,
    /// The entry in the inspector.
    pub selected: ErasedSignal<Option<EntryId>>,
    /// Highlights the matches of the filter in the text of a row; `None` without a pattern.
    pub highlighter: ErasedSignal<Option<Highlighter>>,
    /// The entries that rules marked, in ascending order.
    pub marked: ErasedSignal<Vec<EntryId>>,
    /// Decoration of each row by the panels; `None` while they are closed.
    pub decoration: ErasedSignal<Option<RowDecoration>>,
    /// The entries that were cleared last, while they can be restored.
    pub cleared: ErasedSignal<Vec<LogEntry>>,
    /// Changes when cleared entries were restored.
    pub restored: ErasedSignal<()>,
    /// The visible part of the list. This and the three after it outlive the view.
    pub viewport: ErasedSignal<Viewport>,
    /// Last scroll position, in pixels.
    pub top: ErasedValue<i32>,
    /// Number of rows that had ever matched the filter when the list stopped following.
    pub left_at: ErasedSignal<u64>,
    /// Number of positions by which rows had moved when the list was last rendered.
    pub shifted: ErasedValue<isize>,
    /// Number of received messages when the end of the list was last in view; `None` while it is.
    pub unseen_since: ErasedSignal<Option<u64>>,
    /// Drops the cleared entries.
    forget_cleared: ErasedValue<Option<Timeout>>,
}

impl ListState {
    /// Creates the state of a list that follows its end.
    pub(super) fn new(log: &'static LogState, layout: &'static Layout) -> &'static Self {
        let row_height = row_height(&StorageArea::Local.text(FONT_SIZE).unwrap_or_default());
        let viewport = Viewport { top: 0, height: 0, row: row_height };
        Box::leak(Box::new(Self {
            log,
            layout,
            follow: ErasedSignal::new(true),
            unseen_from: ErasedSignal::new(None),
            announce_counts: ErasedSignal::new(false),
            row_height: ErasedSignal::new(row_height),
            selected: ErasedSignal::new(None),
            highlighter: ErasedSignal::new(None),
            marked: ErasedSignal::default(),
            decoration: ErasedSignal::new(None),
            cleared: ErasedSignal::default(),
            restored: ErasedSignal::new(()),
            viewport: ErasedSignal::new(viewport),
            top: ErasedValue::new(0),
            left_at: ErasedSignal::new(0),
            shifted: ErasedValue::new(0),
            unseen_since: ErasedSignal::new(None),
            forget_cleared: ErasedValue::new(None),
        }))
    }

    /// Returns the number of messages that were received while the end of the list was not in view.
    pub fn unseen(&self) -> u64 {
        let received = self.log.peek(|log| log.received);
        self.unseen_since.get_untracked().map_or(0, |since| received.saturating_sub(since))
    }

    /// Opens an entry in the inspector.
    pub fn inspect(&self, id: EntryId) {
        self.selected.set(Some(id));
        if !self.layout.tools.get_untracked() {
            self.layout.tools.set(true);
        }
    }

    /// Selects the entry `by` positions after the selected one, or without a selection the one before index `end`.
    pub fn inspect_next(&self, by: isize, end: usize) {
        let next = self.log.peek(|Log { entries, filter, .. }| {
            let last = filter.len(entries).checked_sub(1)?;
            let index = match self.selected.get_untracked() {
                Some(id) => filter.lower_bound(entries, id).saturating_add_signed(by),
                None => end.saturating_sub(1),
            };
            filter.range(entries, index.min(last)..index.min(last) + 1).first().map(|entry| entry.id)
        });
        if let Some(id) = next {
            self.inspect(id);
        }
    }

    /// Removes all entries except waiting messages. The counts stay. For some time, the entries can be restored.
    pub fn clear(&self) {
        let mut cleared = Vec::new();
        self.log.change(|Log { entries, filter, .. }| {
            cleared = entries.clear();
            filter.remove_deleted(entries);
            if filter.held_back(entries).is_some() {
                filter.pause(Some(EntryId(entries.pushed())));
            }
        });
        if !cleared.is_empty() {
            let signal = self.cleared;
            signal.set(cleared);
            self.forget_cleared.set_value(Some(Timeout::new(UNDO_MS, move || signal.set(Vec::new()))));
        }
        self.selected.set(None);
        self.follow.set(true);
    }

    /// Restores the entries that were cleared last.
    pub fn undo_clear(&self) {
        let mut cleared = Vec::new();
        self.cleared.update(|entries| cleared = std::mem::take(entries));
        self.log.change(|log| log.entries.restore_cleared(cleared));
        self.restored.set(());
    }
}
