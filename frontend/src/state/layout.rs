//! Panels and dialogs that are open.

use crate::reactive::{ErasedSignal, Text};

/// A dialog or bar above the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The possible causes of a failed connection.
    Diagnosis,
    /// The keyboard shortcuts.
    Help,
}

/// The open panels and dialogs.
pub struct Layout {
    /// `true` while the panels behind Tools are shown.
    pub tools: ErasedSignal<bool>,
    /// The dialog or bar that is shown.
    pub overlay: ErasedSignal<Option<Overlay>>,
    /// `true` while the message field has several lines. Enter inserts a line break then, and Ctrl+Enter sends.
    pub multiline: ErasedSignal<bool>,
    /// Notices that the user has not closed, each with its key.
    pub notices: ErasedSignal<Vec<(&'static str, Text)>>,
    /// `true` from a request to filter until the filter field has the focus.
    pub filter_requested: ErasedSignal<bool>,
}

impl Layout {
    /// Creates a layout with the first screen only.
    pub(super) fn new() -> &'static Self {
        let [tools, multiline, filter_requested] = [(); 3].map(|()| ErasedSignal::new(false));
        let (overlay, notices) = (ErasedSignal::new(None), ErasedSignal::default());
        Box::leak(Box::new(Self { tools, overlay, multiline, notices, filter_requested }))
    }

    /// Shows a notice; it replaces the one with the same key.
    pub fn notify(&self, key: &'static str, text: Text) {
        self.notices.update(|notices| {
            notices.retain(|(known, _)| *known != key);
            notices.push((key, text));
        });
    }

    /// Opens or closes the panels behind Tools.
    pub fn toggle_tools(&self) {
        self.tools.update(|open| *open = !*open);
    }
}
