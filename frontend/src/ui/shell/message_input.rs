//! The content of the message field: its keys, its history and its errors.

use super::draft;
use crate::{
    i18n::ShellStrings,
    model::{
        history::History,
        text::{ENVELOPE_BYTES, json_len},
    },
    platform::{dom::supports, storage::StorageArea},
    reactive::{ErasedSignal, ErasedValue},
    state::{Auth, Connection, Layout, Messages, Persistence, context, persistence::HISTORY},
    ui::keys::{has_no_modifier, is_composing},
};
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yodel_client::{State, connector::OUTBOX_BYTES};

#[wasm_bindgen]
extern "C" {
    /// The event of a paste.
    #[wasm_bindgen(extends = web_sys::Event)]
    pub type ClipboardEvent;

    type ClipboardData;

    #[wasm_bindgen(method, getter, js_name = clipboardData)]
    fn clipboard_data(this: &ClipboardEvent) -> Option<ClipboardData>;

    #[wasm_bindgen(method, js_name = getData)]
    fn text(this: &ClipboardData, format: &str) -> String;
}

/// Height of the content of a field with more than one line, in pixels: one line has 42 (style.css), two have 65.
const TWO_LINES_PX: i32 = 54;
/// Upper and lower border of the field, in pixels.
const BORDERS_PX: i32 = 2;
/// Length of a text, in UTF-16 code units, that certainly fills the largest height of the field.
const LONG: u32 = 10_000;

/// Error of the message field, and the values of its placeholders `{n}` and `{max}`.
pub type Hint = (fn(&ShellStrings) -> &'static str, u64, u64);
/// Selects a text of the history; the content of the field is kept for the way back.
type Recall = fn(&mut History, &str) -> Option<String>;

/// State of the message field. A handle: copies refer to the same field.
#[derive(Clone, Copy)]
pub struct MessageInput {
    auth: &'static Auth,
    connection: &'static Connection,
    layout: &'static Layout,
    messages: &'static Messages,
    persistence: &'static Persistence,
    /// Error of the content.
    pub hint: ErasedSignal<Option<Hint>>,
    history: ErasedValue<History>,
}

impl MessageInput {
    /// Creates the state from the context.
    pub fn new() -> Self {
        let persistence = context::<Persistence>();
        Self {
            auth: context::<Auth>(),
            connection: context::<Connection>(),
            layout: context::<Layout>(),
            messages: context::<Messages>(),
            persistence,
            hint: ErasedSignal::new(None),
            history: ErasedValue::new(History::new(StorageArea::Session.load_texts(&persistence.name(HISTORY)))),
        }
    }

    /// Handles a key.
    pub fn key(self, event: &KeyboardEvent) {
        // Only Ctrl+Shift+Enter sends an empty message: Ctrl+Enter is what sends from several lines.
        let allow_empty = event.shift_key() && (event.ctrl_key() || event.meta_key());
        if is_composing(event) || event.shift_key() && !allow_empty {
            return;
        }
        let handled = match event.key().as_str() {
            "Enter" if self.layout.multiline.get_untracked() && has_no_modifier(event) => false,
            "Enter" => {
                // A held key sends once.
                if !event.repeat() {
                    self.send(allow_empty);
                }
                true
            }
            "ArrowUp" if has_no_modifier(event) => self.arrow(History::older),
            "ArrowDown" if has_no_modifier(event) => self.arrow(History::newer),
            _ => false,
        };
        if handled {
            event.prevent_default();
        }
    }

    fn field(self) -> Option<HtmlTextAreaElement> {
        draft::element(self.messages.field)
    }

    /// Handles a change of the content.
    pub fn changed(self) {
        self.hint.set(None);
        if let Some(field) = self.field() {
            fit(&field);
        }
    }

    /// Rejects a text that is too large to be sent: in the field, it would be laid out again at every key press.
    pub fn paste(self, event: &ClipboardEvent) {
        let bytes = event.clipboard_data().map_or(0, |data| data.text("text").len());
        if bytes > OUTBOX_BYTES {
            event.prevent_default();
            self.hint.set(Some((|strings| strings.message_too_large, bytes as u64, OUTBOX_BYTES as u64)));
        }
    }

    /// Sends the content of the field. It stays in the field if it is too large or the outbox is full.
    pub fn send(self, allow_empty: bool) {
        let Some(field) = self.field() else { return };
        let typed = field.value();
        let _ = field.focus();
        let hint: Option<Hint> = if !allow_empty && typed.trim().is_empty() {
            Some((|strings| strings.empty_message, 0, 0))
        } else if let Some(text) = self.messages.expand(&typed) {
            self.send_text(&text)
        } else {
            Some((|strings| strings.variables_loading, 0, 0))
        };
        if hint.is_none() {
            show(&field, "");
            self.remember(&typed);
        }
        self.hint.set(hint);
    }

    /// Sends a text; returns the error if that is impossible.
    fn send_text(self, text: &str) -> Option<Hint> {
        if let Some((size, limit)) = self.above_server_limit(text) {
            Some((|strings| strings.message_too_large, size, limit))
        } else if self.messages.send(text) {
            None
        } else if text.len() > OUTBOX_BYTES {
            Some((|strings| strings.message_too_large, text.len() as u64, OUTBOX_BYTES as u64))
        } else {
            Some((|strings| strings.queue_full, 0, 0))
        }
    }

    /// Returns the size of a text in its envelope and the server's limit, if the text exceeds it. In plain mode the
    /// limit is unknown.
    fn above_server_limit(self, text: &str) -> Option<(u64, u64)> {
        let is_open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        if !is_open || self.connection.is_plain() {
            return None;
        }
        let (size, limit) = ((json_len(text) + ENVELOPE_BYTES) as u64, self.auth.welcome()?.max);
        (size > limit).then_some((size, limit))
    }

    fn remember(self, text: &str) {
        self.history.update_value(|history| {
            history.add(text);
            StorageArea::Session.save_texts(&self.persistence.name(HISTORY), history.texts());
        });
    }

    /// Recalls a text. If the field has several lines, including wrapped ones, the key moves the caret first, and
    /// recalls a text only when the caret cannot move. Returns whether the key is handled.
    fn arrow(self, recall: Recall) -> bool {
        let Some(field) = self.field() else { return false };
        if field.scroll_height() < TWO_LINES_PX {
            return self.recall(&field, recall);
        }
        let caret = field.selection_end();
        // The browser moves the caret after this event.
        request_animation_frame(move || {
            if field.selection_end() == caret {
                self.recall(&field, recall);
            }
        });
        false
    }

    fn recall(self, field: &HtmlTextAreaElement, recall: Recall) -> bool {
        let text = self.history.try_update_value(|history| recall(history, &field.value())).flatten();
        text.inspect(|text| show(field, text)).is_some()
    }
}

/// Replaces the content of the field.
fn show(field: &HtmlTextAreaElement, text: &str) {
    field.set_value(text);
    fit(field);
}

/// Fits the height of the field to its content in browsers without `field-sizing`.
fn fit(field: &HtmlTextAreaElement) {
    if supports("field-sizing", "content") {
        return;
    }
    let style = HtmlElement::style(field);
    let _ = style.set_property("height", "auto");
    // The style sheet limits the height. The height of a long text is not measured, because that takes long.
    let height = if field.text_length() > LONG { i32::from(i16::MAX) } else { field.scroll_height() + BORDERS_PX };
    let _ = style.set_property("height", &format!("{height}px"));
}
