//! Actions on a row, for the buttons in the list and in the inspector.

use super::{
    content::{Content, ContentView},
    copy_save::{StatusText, copy},
    row_state::RowState,
};
use crate::{
    i18n::{fill, rows::RowStrings},
    model::{
        elapsed::{TimeUnit, elapsed},
        log::{
            Body, EntryId, Log, LogEntry, RingBuffer,
            annotations::{AnnotationError, MAX_ANNOTATED, MAX_NOTE_BYTES, MAX_PINNED_BYTES},
        },
    },
    reactive::view::{Text, text},
    state::{Language, ListState, LogState, Messages, context},
    ui::panels::sending::message_text::{message_text, replace_text},
};
use leptos::prelude::untrack;
use std::sync::Arc;
use yodel_client::connector::OUTBOX_BYTES;

/// The parts of the page's state that actions on rows need. A handle: copies refer to the same state.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// State of the work on rows.
    pub state: &'static RowState,
    /// Language of the page.
    pub language: &'static Language,
    /// Selection in the list.
    pub list: &'static ListState,
    /// The message log.
    pub log: &'static LogState,
    messages: &'static Messages,
}

impl RowActions {
    /// Returns the actions, with state from the context.
    pub fn new(state: &'static RowState) -> Self {
        Self {
            state,
            language: context::<Language>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            messages: context::<Messages>(),
        }
    }

    /// Copies a row to the clipboard.
    pub fn copy(self, id: EntryId) {
        if let Some(row) = self.log.entry(id) {
            let strings = untrack(|| self.language.strings());
            copy(&Content::of_row(&row, strings), move |status| self.report(id, status));
        }
    }

    /// Sends a copy of a message of the user.
    pub fn resend(self, id: EntryId) {
        if self.log.entry(id).is_some_and(|row| is_sent(&row)) {
            let is_sent = self.messages.resend(id);
            self.report(id, if is_sent { |strings| strings.resent } else { |strings| strings.not_resent });
        }
    }

    /// Puts the text of a message into the message field, and moves the focus there. The draft is kept.
    pub fn edit(self, id: EntryId) {
        let Some(message) = self.log.entry(id).and_then(|row| editable_text(&row)) else { return };
        if message.len() > OUTBOX_BYTES {
            let max = untrack(|| self.language.strings()).number(OUTBOX_BYTES as u64);
            let strings = untrack(|| self.strings());
            return self.state.error.set(fill(strings.too_large, &[("max", &max)]));
        }
        self.clear_report();
        self.state.drafts.update(|drafts| drafts.replace(&message_text(), &message));
        replace_text(&message);
    }

    /// Puts the last replaced draft back into the message field.
    pub fn restore_draft(self) {
        let mut draft = None;
        self.state.drafts.update(|drafts| draft = drafts.restore(&message_text()));
        if let Some(draft) = draft {
            replace_text(&draft);
        }
    }

    /// Pins a row, or removes its pin.
    pub fn toggle_pin(self, id: EntryId) {
        let is_pinned = self.is_pinned(id);
        self.annotate(|log| log.pin(id, !is_pinned));
    }

    /// Changes the note of a row.
    pub fn set_note(self, id: EntryId, note: &str) {
        self.annotate(|log| log.set_note(id, note));
    }

    /// Returns whether a row is pinned, untracked.
    pub fn is_pinned(self, id: EntryId) -> bool {
        self.log.peek(|log| log.entries.annotations.is_pinned(id))
    }

    /// Chooses a row for a comparison, compares it with the one that was chosen before, or removes the choice.
    pub fn compare(self, id: EntryId) {
        match self.state.compared.get_untracked() {
            Some(chosen) if chosen == id => {
                self.state.compared.set(None);
                self.report(id, |strings| strings.compare_ended);
            }
            Some(chosen) if self.log.entry(chosen).is_some() => {
                self.clear_report();
                self.state.view.set(ContentView::Diff);
                self.list.inspect(id);
            }
            _ => {
                self.state.compared.set(Some(id));
                self.report(id, |strings| strings.compare_chosen);
            }
        }
    }

    /// Returns the time since the shown row before this one, tracked while a search changes which row that is.
    pub fn since_previous(self, id: EntryId) -> Option<u64> {
        self.list.highlighter.track();
        let since = |log: &Log| {
            let at_ms = log.entries.get(id)?.at_ms;
            at_ms.checked_sub(log.filter.previous(&log.entries, id)?.at_ms)
        };
        let is_searching = self.log.peek(|log| log.filter.match_count().is_some());
        if is_searching { self.log.read(since) } else { self.log.peek(since) }
    }

    /// Returns a time in milliseconds as text, tracked.
    pub fn elapsed(self, ms: u64) -> String {
        let strings = self.strings();
        let (number, unit) = elapsed(ms);
        let unit = match unit {
            TimeUnit::Ms => strings.ms,
            TimeUnit::Seconds => strings.s,
            TimeUnit::Minutes => strings.min,
            TimeUnit::Hours => strings.h,
        };
        fill(unit, &[("n", &number)])
    }

    /// Shows the result of an action on a row.
    pub fn report(self, id: EntryId, status: StatusText) {
        self.state.error.set(String::new());
        self.state.status.set(Some((id, status)));
    }

    /// Removes the result of the last action.
    pub fn clear_report(self) {
        self.state.error.set(String::new());
        self.state.status.set(None);
    }

    /// Returns the strings, tracked.
    pub fn strings(self) -> &'static RowStrings {
        RowStrings::of(self.language.lang.get())
    }

    /// Returns one string as a text that follows the language.
    pub fn label(self, string: fn(&RowStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }

    /// Changes a pin or a note, or shows why it is unchanged.
    fn annotate(self, change: impl FnOnce(&mut RingBuffer) -> Result<(), AnnotationError>) {
        let mut result = Ok(());
        self.log.change(|log| result = change(&mut log.entries));
        self.clear_report();
        self.state.annotated.update(|changes| *changes += 1);
        if let Err(error) = result {
            self.state.error.set(untrack(|| self.annotation_error(error)));
        }
    }

    fn annotation_error(self, error: AnnotationError) -> String {
        let strings = self.strings();
        let (string, n) = match error {
            AnnotationError::TooMany => (strings.too_many_pins, MAX_ANNOTATED),
            AnnotationError::NoteTooLong => (strings.note_too_long, MAX_NOTE_BYTES),
            AnnotationError::PinsTooLarge => (strings.pins_too_large, MAX_PINNED_BYTES),
        };
        fill(string, &[("n", &self.language.strings().number(n as u64))])
    }
}

/// Returns whether a row is a message of the user.
pub fn is_sent(row: &LogEntry) -> bool {
    row.body.delivery().is_some()
}

/// Returns the text of a message; `None` for bytes and for other rows.
pub fn editable_text(row: &LogEntry) -> Option<Arc<str>> {
    match &row.body {
        Body::Sent { text, .. } | Body::Received { text, .. } => Some(text.clone()),
        _ => None,
    }
}
