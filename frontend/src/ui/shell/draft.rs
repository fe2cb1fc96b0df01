//! The draft: the text in the message field.

use crate::{state::persistence::DraftField, ui::focus::message_field};

/// Access to the draft.
pub const DRAFT: DraftField = DraftField { read, write };

fn read() -> Option<String> {
    message_field().map(|field| field.value())
}

/// Replaces the draft as if the text had been typed.
fn write(text: &str) {
    let Some(field) = message_field() else { return };
    field.set_value(text);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
}
