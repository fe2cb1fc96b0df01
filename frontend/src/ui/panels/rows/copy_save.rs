//! Copies a row to the clipboard, or saves it as a file.

use super::content::Content;
use crate::{
    i18n::rows::RowStrings,
    model::log::{Body, LogEntry},
    platform::clipboard,
    platform::download::download,
};
use js_sys::{Array, Uint8Array};
use std::fmt::Write;

/// Maximum size of a binary message that is copied as hex digits, in bytes.
const MAX_COPY_BYTES: usize = 1 << 20;

/// Selects the message about an action.
pub type StatusText = fn(&RowStrings) -> &'static str;

/// Copies a content to the clipboard. Calls `on_status` with the result.
pub fn copy(content: &Content, on_status: impl Fn(StatusText) + Copy + 'static) {
    let text = match content {
        Content::Text(text) => text.clone(),
        Content::Bytes(bytes) if bytes.len() <= MAX_COPY_BYTES => hex_digits(bytes).into(),
        Content::Bytes(_) => return on_status(|strings| strings.too_long),
    };
    clipboard::copy(&text, move |done| {
        on_status(if done { |strings| strings.copied } else { |strings| strings.copy_blocked });
    });
}

/// Saves the content of a row as a file.
pub fn save(row: &LogEntry, content: &Content, is_json: bool) {
    let extension = match &row.body {
        Body::Binary { .. } | Body::SentBinary { .. } => "bin",
        _ if is_json => "json",
        _ => "txt",
    };
    let parts = Array::of1(&Uint8Array::from(content.bytes()));
    download(&format!("message-{}.{extension}", row.id.0), &parts);
}

fn hex_digits(bytes: &[u8]) -> String {
    let mut hex_digits = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let _ = write!(hex_digits, "{byte:02x} ");
    }
    hex_digits
}
