//! Takes the row that is looked into out of the page: to the clipboard, or into a file.

use super::{
    reader::Whole,
    selected_row::{Inspector, Said},
};
use crate::{model::log::Body, platform::clipboard, platform::download::download};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::fmt::Write;

/// Bytes that are copied as digits at most.
const COPIED: usize = 1 << 20;

impl Inspector {
    /// Copies the selected row to the clipboard.
    pub fn copy(self) {
        let Some(row) = self.row() else { return };
        let text = match untrack(|| self.whole(&row)) {
            Whole::Text(text) => text,
            Whole::Bytes(bytes) if bytes.len() <= COPIED => digits(&bytes).into(),
            Whole::Bytes(_) => return self.said.set(Some(|strings| strings.too_long)),
        };
        clipboard::copy(&text, move |done| {
            let said: Said = if done { |strings| strings.copied } else { |strings| strings.copy_blocked };
            self.said.set(Some(said));
        });
    }

    /// Saves the selected row as a file.
    pub fn save(self) {
        let Some(row) = self.row() else { return };
        let whole = untrack(|| self.whole(&row));
        let ending = match (&row.body, &whole) {
            (Body::Binary { .. }, _) => "bin",
            _ if whole.is_json() => "json",
            _ => "txt",
        };
        let parts = Array::of1(&Uint8Array::from(whole.bytes()));
        download(&format!("message-{}.{ending}", row.id.0), &parts);
    }
}

fn digits(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x} ");
    }
    digits
}
