//! Copies the selected row to the clipboard, or saves it as a file.

use super::{
    reader::Content,
    selected_row::{Inspector, StatusText},
};
use crate::{model::log::Body, platform::clipboard, platform::download::download};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::fmt::Write;

/// Maximum size of a binary message that is copied as hex digits, in bytes.
const MAX_COPY_BYTES: usize = 1 << 20;

impl Inspector {
    /// Copies the selected row to the clipboard.
    pub fn copy(self) {
        let Some(row) = self.row() else { return };
        let text = match untrack(|| self.content(&row)) {
            Content::Text(text) => text,
            Content::Bytes(bytes) if bytes.len() <= MAX_COPY_BYTES => hex_digits(&bytes).into(),
            Content::Bytes(_) => return self.status.set(Some(|strings| strings.too_long)),
        };
        clipboard::copy(&text, move |done| {
            let status: StatusText = if done { |strings| strings.copied } else { |strings| strings.copy_blocked };
            self.status.set(Some(status));
        });
    }

    /// Saves the selected row as a file.
    pub fn save(self) {
        let Some(row) = self.row() else { return };
        let content = untrack(|| self.content(&row));
        let extension = match (&row.body, &content) {
            (Body::Binary { .. } | Body::SentBinary { .. }, _) => "bin",
            _ if content.is_json() => "json",
            _ => "txt",
        };
        let parts = Array::of1(&Uint8Array::from(content.bytes()));
        download(&format!("message-{}.{extension}", row.id.0), &parts);
    }
}

fn hex_digits(bytes: &[u8]) -> String {
    let mut hex_digits = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let _ = write!(hex_digits, "{byte:02x} ");
    }
    hex_digits
}
