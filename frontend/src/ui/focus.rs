//! Elements that other parts of the page move the focus to.

use crate::platform::dom::{element, focus};
use web_sys::HtmlTextAreaElement;

/// Id of the message field.
pub const MESSAGE_FIELD: &str = "txtContent";
/// Id of the message list.
pub const LIST: &str = "list";
/// Id of the inspector.
pub const INSPECTOR: &str = "inspector";

/// Moves the focus to the message field.
pub fn focus_message_field() {
    focus(MESSAGE_FIELD);
}

/// Returns the message field.
pub fn message_field() -> Option<HtmlTextAreaElement> {
    element(MESSAGE_FIELD)
}
