//! Panels and dialogs that are open.

use crate::reactive::ErasedSignal;

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
    /// `true` from a request to filter until the filter field has the focus.
    pub filter_requested: ErasedSignal<bool>,
}

impl Layout {
    /// Creates a layout with the first screen only.
    pub(super) fn new() -> &'static Self {
        let [tools, multiline, filter_requested] = [(); 3].map(|()| ErasedSignal::new(false));
        Box::leak(Box::new(Self { tools, multiline, filter_requested, overlay: ErasedSignal::new(None) }))
    }

    /// Opens or closes the panels behind Tools.
    pub fn toggle_tools(&self) {
        self.tools.update(|open| *open = !*open);
    }
}
