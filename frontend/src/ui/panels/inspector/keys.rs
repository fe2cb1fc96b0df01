//! Keys of the inspector.

use super::selected_row::Inspector;
use crate::ui::{keys::has_no_modifier, panels::rows::RowActions};
use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Elements in which keys type or choose.
const FIELDS: &str = "input, textarea, select";

impl Inspector {
    /// Returns the handler of keys.
    pub(super) fn keys(self) -> impl FnMut(KeyboardEvent) + 'static {
        move |event| {
            if event.key() == "Escape" {
                // Prevents the global shortcut from also closing the panels.
                event.prevent_default();
                return self.close();
            }
            if !is_in_field(&event) && (self.select(&event) || self.act(&event)) {
                event.prevent_default();
            }
        }
    }

    /// Selects another row. Returns whether the key does.
    fn select(self, event: &KeyboardEvent) -> bool {
        let by = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            "ArrowDown" if event.alt_key() => 1,
            "ArrowUp" if event.alt_key() => -1,
            _ => return false,
        };
        let is_free = !(event.ctrl_key() || event.meta_key());
        if is_free {
            self.rows.list.inspect_next(by, 0);
        }
        is_free
    }

    /// Performs an action on the row. Returns whether the key does.
    fn act(self, event: &KeyboardEvent) -> bool {
        let action = match event.key().as_str() {
            "c" => RowActions::copy,
            "r" => RowActions::resend,
            "e" => RowActions::edit,
            "p" => RowActions::toggle_pin,
            "d" => RowActions::compare,
            _ => return false,
        };
        let row = self.rows.list.selected.get_untracked().filter(|_| has_no_modifier(event));
        if let Some(row) = row {
            action(self.rows, row);
        }
        row.is_some()
    }
}

fn is_in_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.matches(FIELDS).unwrap_or(false))
}
