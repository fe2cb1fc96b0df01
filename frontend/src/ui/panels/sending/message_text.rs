//! The text in the message field.

use crate::ui::focus::{focus_message_field, message_field};

/// Returns the text in the message field; empty if the field is not on the screen.
pub fn message_text() -> String {
    message_field().map(|field| field.value()).unwrap_or_default()
}

/// Puts a text into the message field as if it had been typed, and moves the focus there.
pub fn insert_text(text: &str) {
    let Some(field) = message_field() else { return };
    field.set_value(text);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
    focus_message_field();
}
