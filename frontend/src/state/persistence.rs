//! Persistence of the log and the draft across reloads, until the tab is closed.

use super::{Language, Layout, LogState, Messages};
use crate::{
    model::log::{EntryId, snapshot},
    platform::{location, storage::StorageArea, time::now_ms},
    reactive::{ElementRef, ErasedValue, listen_to_document, listen_to_window},
};
use gloo_timers::callback::Timeout;
use leptos::prelude::document;

/// Storage name of the log.
pub(super) const LOG: &str = "yodel.log";
/// Storage name of the text in the message field.
pub(super) const DRAFT: &str = "yodel.draft";
/// Storage name of the sent messages.
pub const HISTORY: &str = "yodel.history";
/// Time between a change and its storage, in milliseconds: a tab that is killed loses at most the changes of this time.
/// Hidden tabs have slower timers, but no animation frames at all.
const SAVE_DELAY_MS: u32 = 500;
/// The size of a snapshot is divided by this number until the storage has room for it.
const SHRINK: usize = 4;
/// Smallest size of the entries of a snapshot, in bytes. Below it only the counts are stored.
const MIN_BYTES: usize = 1 << 10;
/// Key of the notice about a full storage.
const NOTICE: &str = "storage";

/// Access to the text in the message field, which is the draft.
#[derive(Clone, Copy)]
pub struct DraftField {
    /// Returns the text; `None` if the field is not on the screen.
    pub read: fn(ElementRef) -> Option<String>,
    /// Replaces the text.
    pub write: fn(ElementRef, &str),
}

/// Stores the log and the draft after changes and when the page is left.
pub struct Persistence {
    language: &'static Language,
    layout: &'static Layout,
    log: &'static LogState,
    messages: &'static Messages,
    /// Suffix of the storage names.
    suffix: String,
    draft: ErasedValue<Option<DraftField>>,
    /// The draft as it is stored.
    stored_draft: ErasedValue<String>,
    /// `true` if the log changed after it was stored.
    is_changed: ErasedValue<bool>,
    is_scheduled: ErasedValue<bool>,
    /// `true` while a reload is under way, after which waiting messages are sent.
    is_reloading: ErasedValue<bool>,
    /// `true` if the last snapshot did not fit.
    is_full: ErasedValue<bool>,
}

impl Persistence {
    /// Creates the state of a connection that stores nothing yet, and then with this suffix of the names.
    pub(super) fn new(
        language: &'static Language,
        layout: &'static Layout,
        log: &'static LogState,
        messages: &'static Messages,
        suffix: String,
    ) -> &'static Self {
        Box::leak(Box::new(Self {
            language,
            layout,
            log,
            messages,
            suffix,
            draft: ErasedValue::new(None),
            stored_draft: ErasedValue::new(String::new()),
            is_changed: ErasedValue::new(false),
            is_scheduled: ErasedValue::new(false),
            is_reloading: ErasedValue::new(false),
            is_full: ErasedValue::new(false),
        }))
    }

    /// Restores the log from before the reload. Returns the messages that [`Self::reload`] kept for sending.
    pub fn restore(&'static self) -> Vec<EntryId> {
        let Some(saved) = StorageArea::Session.text(&self.name(LOG)) else { return Vec::new() };
        let mut waiting = Vec::new();
        self.log.change(|log| waiting = log.restore(now_ms(), &saved));
        // From now on they belong to this page. A copy of the tab must not send them as well.
        self.save_log();
        waiting
    }

    /// Restores the draft from before the reload, unless something was typed since.
    pub fn restore_draft(&self) {
        let stored = StorageArea::Session.text(&self.name(DRAFT));
        let (Some(field), Some(text)) = (self.draft.get_value(), stored) else { return };
        if (field.read)(self.messages.field).is_some_and(|typed| typed.is_empty()) {
            (field.write)(self.messages.field, &text);
        }
        self.stored_draft.set_value(text);
    }

    /// Stores the log and the draft from now on, after changes and when the page is left. A page from the back/forward
    /// cache still has its log, so only a new page restores it.
    pub fn persist(&'static self, draft: DraftField) {
        self.draft.set_value(Some(draft));
        self.log.on_change(move || {
            self.is_changed.set_value(true);
            self.schedule();
        });
        listen_to_window("input", move |_| self.schedule());
        listen_to_window("pagehide", move |_| self.save());
        listen_to_window("visibilitychange", move |_| {
            if document().hidden() {
                self.save();
            }
        });
        listen_to_document("freeze", move || self.save());
    }

    /// Reloads the page. The new page has the log and the draft, and sends the waiting messages.
    pub fn reload(&'static self) {
        self.is_reloading.set_value(true);
        self.is_changed.set_value(true);
        self.save();
        location::reload();
    }

    /// Stores what changed. Does nothing after the connection was closed.
    pub fn save(&self) {
        let Some(is_changed) = self.is_changed.try_update_value(|is_changed| *is_changed) else { return };
        self.save_draft();
        if is_changed {
            self.save_log();
        }
    }

    /// Returns the storage name of a part of this connection.
    pub fn name(&self, part: &str) -> String {
        [part, &self.suffix].concat()
    }

    /// Stores nothing from now on.
    pub(super) fn end(&self) {
        self.draft.set_value(None);
        self.is_changed.set_value(false);
    }

    fn schedule(&'static self) {
        if !self.is_scheduled.try_update_value(|is_scheduled| std::mem::replace(is_scheduled, true)).unwrap_or(true) {
            Timeout::new(SAVE_DELAY_MS, move || {
                self.is_scheduled.set_value(false);
                self.save();
            })
            .forget();
        }
    }

    /// Stores as many of the newest entries as the storage has space for, at least the counts. Never leaves an older
    /// snapshot, which the next reload would restore.
    fn save_log(&self) {
        self.is_changed.set_value(false);
        let name = self.name(LOG);
        let keep_waiting = self.is_reloading.get_value();
        let mut max_bytes = snapshot::MAX_BYTES;
        loop {
            let saved = self.log.peek(|log| log.save(max_bytes, keep_waiting));
            if StorageArea::Session.set_text(&name, &saved).is_ok() {
                break;
            } else if max_bytes == 0 {
                StorageArea::Session.remove(&name);
                break;
            }
            max_bytes = if max_bytes > MIN_BYTES { max_bytes / SHRINK } else { 0 };
        }
        self.report_full(max_bytes < snapshot::MAX_BYTES);
    }

    /// Shows a notice when the storage has become full.
    fn report_full(&self, is_full: bool) {
        if is_full && !self.is_full.get_value() {
            self.layout.notify(NOTICE, self.language.label(|strings| strings.storage_full));
        }
        self.is_full.set_value(is_full);
    }

    fn save_draft(&self) {
        let Some(draft) = self.draft.get_value().and_then(|field| (field.read)(self.messages.field)) else { return };
        if self.stored_draft.with_value(|stored| *stored == draft) {
            return;
        }
        let name = self.name(DRAFT);
        if draft.is_empty() || StorageArea::Session.set_text(&name, &draft).is_err() {
            StorageArea::Session.remove(&name);
        }
        self.stored_draft.set_value(draft);
    }
}
