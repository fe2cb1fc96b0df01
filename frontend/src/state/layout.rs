//! Panels and dialogs that are open.

use crate::reactive::{ErasedSignal, ErasedValue, Text};
use web_sys::KeyboardEvent;

/// Handles a key; returns whether it did.
type OnKey = Box<dyn Fn(&KeyboardEvent) -> bool>;

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
    /// Handles the shortcuts of the panels, which are not in the first download.
    on_key: ErasedValue<Option<OnKey>>,
}

impl Layout {
    /// Creates a layout with the first screen only.
    pub(super) fn new() -> &'static Self {
        let [tools, multiline, filter_requested] = [(); 3].map(|()| ErasedSignal::new(false));
        let (overlay, notices) = (ErasedSignal::new(None), ErasedSignal::default());
        let on_key = ErasedValue::new(None);
        Box::leak(Box::new(Self { tools, overlay, multiline, notices, filter_requested, on_key }))
    }

    /// Sets the handler of the keys that the first screen does not handle.
    pub fn set_on_key(&self, handler: impl Fn(&KeyboardEvent) -> bool + 'static) {
        self.on_key.set_value(Some(Box::new(handler)));
    }

    /// Handles a key with the panels' shortcuts. Returns whether there is one.
    pub fn handle_key(&self, event: &KeyboardEvent) -> bool {
        self.on_key.with_value(|handler| handler.as_ref().is_some_and(|handler| handler(event)))
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
