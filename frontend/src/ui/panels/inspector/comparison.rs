//! The comparison of the selected row with another one, line by line. JSON is compared as it is shown: one value per
//! line.

use super::{hex, pretty::Pretty, properties::time_of_day, selected_row::Inspector};
use crate::{
    i18n::fill,
    model::{
        diff::{Change, DiffLine, MAX_LINES, diff},
        log::LogEntry,
    },
    ui::panels::rows::content::{Content, ContentView},
};
use leptos::prelude::{document, untrack};
use web_sys::Element;

/// Largest size of a compared content, in bytes.
const MAX_BYTES: usize = 256 << 10;

impl Inspector {
    /// Shows the comparison of the row in the place of its content.
    pub(super) fn open_comparison(self, row: &LogEntry, content: &Element) {
        self.shown.set(ContentView::Diff);
        self.remaining.set(0);
        let (strings, shell) = untrack(|| (self.strings(), self.rows.language.strings()));
        let other = self.rows.state.compared.get_untracked().filter(|id| *id != row.id);
        let Some(other) = other.and_then(|id| self.rows.log.entry(id)) else {
            return self.note.set(strings.choose_other.to_owned());
        };
        let lines = |row| lines(&Content::of_row(row, shell));
        let texts = (lines(&other), lines(row));
        let (Some(before), Some(after)) = &texts else { return self.too_long() };
        let Some(result) = diff(before, after) else { return self.too_long() };
        let count = |change| result.iter().filter(|(of, _)| *of == change).count();
        let (removed, added) = (count(Change::Removed), count(Change::Added));
        let string = if removed + added == 0 { strings.no_differences } else { strings.compared };
        let time = time_of_day(other.at_ms);
        self.note.set(fill(string, &[("time", &time), ("removed", &removed), ("added", &added)]));
        for line in &result {
            append(content, line);
        }
    }

    fn too_long(self) {
        let (strings, shell) = untrack(|| (self.strings(), self.rows.language.strings()));
        let numbers = [shell.number(MAX_LINES as u64), shell.number(MAX_BYTES as u64)];
        self.note.set(fill(strings.too_long_to_compare, &[("lines", &numbers[0]), ("max", &numbers[1])]));
    }
}

/// Returns the content as it is compared: indented JSON, text, or a hex dump. `None` if it is too long.
fn lines(content: &Content) -> Option<String> {
    if content.bytes().len() > MAX_BYTES {
        return None;
    }
    Some(match content {
        Content::Text(text) => {
            let mut pretty = Pretty::default();
            let json = pretty.piece(text, usize::MAX >> 1);
            json.unwrap_or_else(|| text.to_string())
        }
        Content::Bytes(bytes) => hex::dump(bytes, 0),
    })
}

/// Appends a line. Its sign is text, and the element tells what it is to screen readers.
fn append(content: &Element, (change, line): &DiffLine) {
    let (name, sign) = match change {
        Change::Same => ("span", "  "),
        Change::Removed => ("del", "− "),
        Change::Added => ("ins", "+ "),
    };
    if let Ok(element) = document().create_element(name) {
        element.set_text_content(Some(&[sign, line, "\n"].concat()));
        let _ = content.append_child(&element);
    }
}
