//! The text in the message field.

use crate::ui::focus::{focus_message_field, message_field};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// A document with the editing command that keeps the browser's undo.
    type EditableDocument;

    #[wasm_bindgen(method, catch, js_name = execCommand)]
    fn exec_command(this: &EditableDocument, command: &str, show_ui: bool, value: &str) -> Result<bool, JsValue>;
}

/// Returns the text in the message field; empty if the field is not on the screen.
pub fn message_text() -> String {
    message_field().map(|field| field.value()).unwrap_or_default()
}

/// Size of a text in bytes above which it is not inserted by a command, because browsers take seconds for long ones.
const MAX_COMMAND_BYTES: usize = 64 << 10;

/// Replaces the text in the message field, and moves the focus there. The browser's undo restores a short text.
pub fn replace_text(text: &str) {
    let Some(field) = message_field() else { return };
    if text.len().max(field.value().len()) <= MAX_COMMAND_BYTES && !text.is_empty() {
        field.select();
        return insert_text(text);
    }
    focus_message_field();
    field.set_value(text);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
}

/// Inserts a text at the caret of the message field, as if it had been pasted, and moves the focus there.
pub fn insert_text(text: &str) {
    let Some(field) = message_field() else { return };
    focus_message_field();
    let document = document().unchecked_into::<EditableDocument>();
    if document.exec_command("insertText", false, text) == Ok(true) {
        return;
    }
    let caret = field.selection_start().ok().flatten().unwrap_or_default();
    let end = caret + u32::try_from(text.encode_utf16().count()).unwrap_or_default();
    let _ = field.set_range_text(text);
    let _ = field.set_selection_range(end, end);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
}
