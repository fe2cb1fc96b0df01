//! Export of rows to a file, in time slices.

use super::record::{Details, Format, piece};
use crate::{
    model::log::{EntryId, LogEntry},
    platform::download::download,
    platform::time::{LocalTime, now_ms},
    state::{Language, LogState},
    ui::log_list::row_text::{connection_prefix, content, message_prefix},
};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use leptos::prelude::untrack;

/// Duration of a slice, in milliseconds.
const SLICE_MS: u64 = 8;

/// Progress of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Number of written rows.
    pub rows: u64,
    /// Number of rows that matched the filter at the start.
    pub total: u64,
    /// `true` if the file is complete.
    pub done: bool,
}

/// An export in progress.
pub struct Export {
    language: &'static Language,
    log: &'static LogState,
    format: Format,
    parts: Array,
    /// The next row to write.
    next: EntryId,
    last: EntryId,
    /// The next piece of that row.
    piece: usize,
    done: u64,
    total: u64,
}

impl Export {
    /// Starts an export of the rows that match the filter now. Calls `on_progress` after each slice.
    pub fn start(
        language: &'static Language,
        log: &'static LogState,
        format: Format,
        on_progress: impl Fn(Progress) + 'static,
    ) {
        let (last, total) = log.peek(|log| {
            let total = log.filter.match_count().unwrap_or_else(|| log.entries.len());
            (EntryId(log.entries.pushed()), total as u64)
        });
        let parts = Array::of1(&format.header().into());
        Self { language, log, format, parts, next: EntryId(0), last, piece: 0, done: 0, total }.run(on_progress);
    }

    fn run(mut self, on_progress: impl Fn(Progress) + 'static) {
        let more = self.slice();
        on_progress(Progress { rows: self.done, total: self.total, done: !more });
        if more {
            Timeout::new(0, move || self.run(on_progress)).forget();
        } else {
            download(&format!("yodel.{}", self.format.extension()), &self.parts);
        }
    }

    /// Writes rows for [`SLICE_MS`]. Returns whether there are more.
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
            self.log.read(|log| {
                let row = log.filter.next(&log.entries, self.next)?;
                (row.id <= self.last).then(|| row.clone())
            })
        })
    }

    fn write(&mut self, row: &LogEntry, text: &mut String) {
        let time = LocalTime::new(row.at_ms).iso();
        let strings = untrack(|| self.language.strings());
        let description = if row.is_message() {
            String::new()
        } else {
            connection_prefix(strings, &row.body)
                + &message_prefix(&row.body)
                + &content(strings, &row.body, usize::MAX)
        };
        let annotation = self.log.peek(|log| log.entries.annotations.get(row.id).cloned());
        let details = Details { time: &time, description: &description, annotation: annotation.as_ref() };
        let (line, is_last_piece) = piece(self.format, row, details, self.piece);
        text.push_str(&line);
        self.piece += 1;
        if is_last_piece {
            (self.piece, self.next) = (0, EntryId(row.id.0 + 1));
            self.done += 1;
        }
    }
}
