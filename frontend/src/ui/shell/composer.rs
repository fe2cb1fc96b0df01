//! The message field: Enter sends, Shift+Enter inserts a line break, the arrow keys recall sent messages.

use super::{draft, message_input::MessageInput};
use crate::{
    i18n::fill,
    reactive::view::{DynamicView, click_handler, dynamic_view, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, Language, Layout, Messages, Persistence, context},
    ui::focus::{MESSAGE_FIELD, focus_message_field},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The message field and the button Send.
#[component]
pub fn Composer() -> impl IntoView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let input = MessageInput::new();
    let (connection, messages) = (context::<Connection>(), context::<Messages>());
    draft::restore(messages, context::<Persistence>());
    disable_while_receive_only(connection, messages);
    let hint = text(move || {
        let strings = language.strings();
        input.hint.get().map_or_else(String::new, |(hint, n, max)| {
            fill(hint(strings), &[("n", &strings.number(n)), ("max", &strings.number(max))])
        })
    });
    view! {
        <footer class="composer">
            <p id="hint" class="hint" role="alert">
                {hint}
            </p>
            {recipient_button()}
            <textarea
                id=MESSAGE_FIELD
                node_ref=messages.field
                class=text(move || if layout.multiline.get() { "form-control tall" } else { "form-control" })
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                aria-describedby="hint"
                aria-label=language.label(|strings| strings.message_placeholder)
                aria-invalid=text(move || input.hint.get().is_some().to_string())
                placeholder=text(move || {
                    let strings = language.strings();
                    if connection.is_event_stream() { strings.receive_only } else { strings.message_placeholder }
                })
                on:keydown=move |event| input.key(&event)
                on:input=move |_| input.changed()
                on:paste=move |event| input.paste(event.unchecked_ref())
            ></textarea>
            <button id="btnSend" class="btn btn-primary" type="button" on:click=click_handler(move || input.send(false))>
                {language.label(|strings| strings.send)}
            </button>
        </footer>
    }
}

/// Disables the field, and the button after it, while the connection cannot send. Leptos's code for a boolean attribute
/// is larger.
fn disable_while_receive_only(connection: &'static Connection, messages: &'static Messages) {
    effect(move || {
        let disabled = connection.is_event_stream();
        let Some(field) = messages.field.get() else { return };
        for element in [field.next_element_sibling(), Some(field.into())].into_iter().flatten() {
            let _ = element.toggle_attribute_with_force("disabled", disabled);
        }
    });
}

/// Returns the button with the chosen recipient; a click clears it.
fn recipient_button() -> DynamicView {
    let language = context::<Language>();
    let messages = context::<Messages>();
    let to = ErasedSignal::following(move || messages.destination().map(|to| format!("→ {to}")));
    let clear = move || {
        messages.recipient.set(None);
        focus_message_field();
    };
    dynamic_view(move || {
        let to = to.get()?;
        let button = view! {
            <button
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
