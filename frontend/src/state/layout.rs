//! Parts of the page that are open.

use crate::reactive::ErasedSignal;

/// A dialog or bar above the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// The reasons of a failed connection.
    Why,
    /// The keyboard shortcuts.
    Help,
}

/// Parts of the page that are open.
pub struct Layout {
    /// Whether the panels behind Tools are shown.
    pub tools: ErasedSignal<bool>,
    /// The dialog or bar that is shown.
    pub extra: ErasedSignal<Option<Extra>>,
    /// Whether the message field is tall: Enter inserts a line break there, Ctrl+Enter sends.
    pub tall: ErasedSignal<bool>,
}

impl Layout {
    /// Creates the state of a page with nothing but the first screen.
    pub(super) fn new() -> &'static Self {
        let (tools, tall) = (ErasedSignal::new(false), ErasedSignal::new(false));
        Box::leak(Box::new(Self { tools, tall, extra: ErasedSignal::new(None) }))
    }

    /// Opens or closes the panels behind Tools.
    pub fn toggle_tools(&self) {
        self.tools.update(|open| *open = !*open);
    }
}
