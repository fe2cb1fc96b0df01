//! The draft: the text in the message field.

use crate::{
    reactive::ElementRef,
    state::{Messages, Persistence, persistence::DraftField},
};
use leptos::{leptos_dom::helpers::queue_microtask, prelude::document};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// Access to the draft.
pub const DRAFT: DraftField = DraftField { read, write };

/// Restores the draft in a new message field, from the last view of the connection or from before the reload, and moves
/// the focus there unless something else has it. Must be called before the field is created.
pub fn restore(messages: &'static Messages, persistence: &'static Persistence) {
    let before = read(messages.field);
    queue_microtask(move || {
        match before {
            Some(text) => write(messages.field, &text),
            None => persistence.restore_draft(),
        }
        if document().active_element() == document().body().map(JsCast::unchecked_into) {
            let _ = element(messages.field).map(|field| field.focus());
        }
    });
}

/// Returns the element of a message field.
pub fn element(field: ElementRef) -> Option<HtmlTextAreaElement> {
    field.get_untracked().map(JsCast::unchecked_into)
}

fn read(field: ElementRef) -> Option<String> {
    element(field).map(|field| field.value())
}

/// Replaces the draft as if the text had been typed.
fn write(field: ElementRef, text: &str) {
    let Some(field) = element(field) else { return };
    field.set_value(text);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
}
