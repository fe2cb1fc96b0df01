//! The message field: Enter sends, Shift+Enter inserts a line break, the arrow keys recall sent messages.

use crate::{
    i18n::ShellStrings,
    model::history::History,
    platform::storage::StorageArea,
    reactive::view::{DynamicView, click_handler, dynamic_view, text},
    reactive::{ErasedMemo, ErasedSignal, ErasedValue},
    state::{Language, Layout, Messages, context},
    ui::focus::{MESSAGE_FIELD, focus_message_field, message_field},
};
use leptos::{ev::KeyboardEvent, leptos_dom::helpers::queue_microtask, prelude::*};

/// Storage name of the sent messages.
const HISTORY: &str = "yodel.history";
/// Key code of keys that an input method handles; in Safari this is the only sign of it.
const INPUT_METHOD: u32 = 229;

/// Selects the error of the message field.
type Hint = fn(&ShellStrings) -> &'static str;

/// The message field and the button Send.
#[component]
pub fn Composer() -> impl IntoView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let input = Input::new();
    queue_microtask(focus_message_field);
    let hint = text(move || input.hint.get().map_or("", |hint| hint(language.strings())));
    view! {
        <footer class="composer">
            <p id="hint" class="hint" role="alert">
                {hint}
            </p>
            {recipient_button()}
            <textarea
                id=MESSAGE_FIELD
                class=text(move || if layout.multiline.get() { "form-control tall" } else { "form-control" })
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                aria-describedby="hint"
                aria-label=language.label(|strings| strings.message_placeholder)
                aria-invalid=text(move || input.hint.get().is_some().to_string())
                placeholder=language.label(|strings| strings.message_placeholder)
                on:keydown=move |event| input.key(&event)
                on:input=move |_| input.hint.set(None)
            ></textarea>
            <button id="btnSend" class="btn btn-primary" type="button" on:click=click_handler(move || input.send())>
                {language.label(|strings| strings.send)}
            </button>
        </footer>
    }
}

/// Returns the button with the chosen recipient; a click clears it.
fn recipient_button() -> DynamicView {
    let language = context::<Language>();
    let messages = context::<Messages>();
    let to = ErasedMemo::new(move || messages.destination().map(|to| format!("→ {to}")));
    let clear = move || {
        messages.recipient.set(None);
        focus_message_field();
    };
    dynamic_view(move || {
        let to = to.get()?;
        let button = view! {
            <button
                id="to"
                type="button"
                class="btn recipient"
                title=language.label(|strings| strings.clear_recipient)
                on:click=click_handler(clear)
            >
                <span class="sr-only">{language.label(|strings| strings.clear_recipient)} ": "</span>
                <b>{to}</b>
                <span aria-hidden="true">" ×"</span>
            </button>
        };
        Some(button.into_any())
    })
}

/// State of the message field. A handle: copies refer to the same field.
#[derive(Clone, Copy)]
struct Input {
    layout: &'static Layout,
    messages: &'static Messages,
    hint: ErasedSignal<Option<Hint>>,
    history: ErasedValue<History>,
}

impl Input {
    fn new() -> Self {
        Self {
            layout: context::<Layout>(),
            messages: context::<Messages>(),
            hint: ErasedSignal::new(None),
            history: ErasedValue::new(StorageArea::Session.load(HISTORY).unwrap_or_default()),
        }
    }

    fn key(self, event: &KeyboardEvent) {
        if event.is_composing() || event.key_code() == INPUT_METHOD || event.shift_key() {
            return;
        }
        let handled = match event.key().as_str() {
            "Enter" if self.layout.multiline.get_untracked() && has_no_modifier(event) => false,
            "Enter" => {
                self.send();
                true
            }
            "ArrowUp" if has_no_modifier(event) => self.older(),
            "ArrowDown" if has_no_modifier(event) => self.newer(),
            _ => false,
        };
        if handled {
            event.prevent_default();
        }
    }

    /// Sends the content of the field. It stays in the field if the outbox is full.
    fn send(self) {
        let Some(field) = message_field() else { return };
        let text = field.value();
        let _ = field.focus();
        if text.trim().is_empty() {
            self.hint.set(Some(|strings| strings.empty_message));
        } else if self.messages.send(&text) {
            field.set_value("");
            self.hint.set(None);
            self.remember(&text);
        } else {
            self.hint.set(Some(|strings| strings.queue_full));
        }
    }

    fn remember(self, text: &str) {
        self.history.update_value(|history| {
            history.add(text);
            StorageArea::Session.save(HISTORY, history);
        });
    }

    fn older(self) -> bool {
        let (before, _) = Self::around_caret();
        let typed = message_field().map(|field| field.value()).unwrap_or_default();
        !before.contains('\n') && self.recall(|history| history.older(&typed).map(str::to_owned))
    }

    fn newer(self) -> bool {
        let (_, after) = Self::around_caret();
        !after.contains('\n') && self.recall(|history| history.newer().map(str::to_owned))
    }

    fn recall(self, choose: impl FnOnce(&mut History) -> Option<String>) -> bool {
        let text = self.history.try_update_value(choose).flatten();
        let (Some(text), Some(field)) = (text, message_field()) else { return false };
        field.set_value(&text);
        true
    }

    /// Returns the text before and after the selection. Offsets are UTF-16 code units.
    fn around_caret() -> (String, String) {
        let Some(field) = message_field() else { return Default::default() };
        let units: Vec<u16> = field.value().encode_utf16().collect();
        let index = |offset: Option<u32>| offset.map_or(0, |offset| offset as usize).min(units.len());
        let start = index(field.selection_start().ok().flatten());
        let end = index(field.selection_end().ok().flatten());
        (String::from_utf16_lossy(&units[..start]), String::from_utf16_lossy(&units[end..]))
    }
}

fn has_no_modifier(event: &KeyboardEvent) -> bool {
    !(event.alt_key() || event.ctrl_key() || event.meta_key())
}
