//! The message field: Enter sends, Shift+Enter inserts a line break, the arrow keys recall sent messages.

use super::message_input::MessageInput;
use crate::{
    i18n::fill,
    platform::dom::element,
    reactive::view::{DynamicView, click_handler, dynamic_view, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, Language, Layout, Messages, context},
    ui::focus::{MESSAGE_FIELD, focus_message_field},
};
use leptos::{leptos_dom::helpers::queue_microtask, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Id of the button that sends.
const SEND: &str = "btnSend";

/// The message field and the button Send.
#[component]
pub fn Composer() -> impl IntoView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let input = MessageInput::new();
    let connection = context::<Connection>();
    disable_while_receive_only(connection);
    queue_microtask(focus_message_field);
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
            <button id=SEND class="btn btn-primary" type="button" on:click=click_handler(move || input.send(false))>
                {language.label(|strings| strings.send)}
            </button>
        </footer>
    }
}

/// Disables field and button while the connection cannot send. Leptos's code for a boolean attribute is larger.
fn disable_while_receive_only(connection: &'static Connection) {
    effect(move || {
        let disabled = connection.is_event_stream();
        for id in [MESSAGE_FIELD, SEND] {
            if let Some(element) = element::<HtmlElement>(id) {
                let _ = element.toggle_attribute_with_force("disabled", disabled);
            }
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
