//! Rows into a file, a slice at a time.

use super::record::{Format, piece};
use crate::{
    model::log::{EntryId, LogEntry},
    platform::download::download,
    platform::time::{LocalTime, now_ms},
    state::{Language, LogState},
    ui::log_list::row_text::{content, lead, server},
};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use leptos::prelude::untrack;

/// How long a slice takes, in milliseconds.
const SLICE_MS: u64 = 8;

/// A file that is being written.
pub struct Export {
    language: &'static Language,
    log: &'static LogState,
    format: Format,
    parts: Array,
    /// The row after the one that was written last.
    next: EntryId,
    upto: EntryId,
    /// The piece of it.
    piece: usize,
    done: u64,
}

impl Export {
    /// Writes the rows that there are now, or of these what is found; `told` hears how many are done, and whether it was all.
    pub fn start(
        language: &'static Language,
        log: &'static LogState,
        format: Format,
        told: impl Fn(u64, bool) + 'static,
    ) {
        let upto = untrack(|| log.read(|journal| EntryId(journal.rows.pushed())));
        let parts = Array::of1(&format.head().into());
        Self { language, log, format, parts, next: EntryId(0), upto, piece: 0, done: 0 }.go_on(told);
    }

    fn go_on(mut self, told: impl Fn(u64, bool) + 'static) {
        let more = self.slice();
        told(self.done, !more);
        if more {
            Timeout::new(0, move || self.go_on(told)).forget();
        } else {
            download(&format!("yodel.{}", self.format.ending()), &self.parts);
        }
    }

    /// Whether there is more to write.
    fn slice(&mut self) -> bool {
        let (end, mut text) = (now_ms() + SLICE_MS, String::new());
        let more = loop {
            let Some(row) = self.row() else { break false };
            if now_ms() >= end {
                break true;
            }
            self.write(&row, &mut text);
        };
        self.parts.push(&text.into());
        more
    }

    fn row(&self) -> Option<LogEntry> {
        untrack(|| {
            self.log.read(|journal| {
                let row = journal.shown.next(&journal.rows, self.next)?;
                (row.id <= self.upto).then(|| row.clone())
            })
        })
    }

    fn write(&mut self, row: &LogEntry, text: &mut String) {
        let time = LocalTime::new(row.at_ms).iso();
        let strings = untrack(|| self.language.strings());
        let said = if row.is_message() {
            String::new()
        } else {
            server(strings, &row.body) + &lead(&row.body) + &content(strings, &row.body, usize::MAX)
        };
        let (line, last) = piece(self.format, row, &time, &said, self.piece);
        text.push_str(&line);
        self.piece += 1;
        if last {
            (self.piece, self.next) = (0, EntryId(row.id.0 + 1));
            self.done += 1;
        }
    }
}
