//! The panel above the message field: recipient, multiline field, saved messages, binary messages, repetition.

mod binary;
mod bytes;
mod label;
pub mod message_text;
mod plan;
mod repeat;
mod saved_messages;
mod saved_store;

use crate::{
    i18n::{fill, sending::SendingStrings},
    reactive::view::{Text, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Dispatcher, Language, Layout, Overlay, context},
    ui::panels::{rooms, variables},
    ui::widgets::{button, checkbox, disclosure},
};
use gloo_timers::callback::Interval;
use label::label;
use leptos::prelude::*;

/// Interval at which the buffered bytes are read, in milliseconds.
const POLL_MS: u32 = 250;

/// Returns the panel.
pub fn sending() -> AnyView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let text_of = |string| label(language, string);
    on_cleanup(move || {
        // Another connection that becomes active keeps the field as it is.
        if !layout.tools.get_untracked() {
            layout.multiline.set(false);
        }
    });
    view! {
        <section class="send-options" aria-label=text_of(|strings| strings.heading)>
            {rooms::recipient()}
            <div class="disclosures">
                {checkbox(text_of(|strings| strings.multiline), layout.multiline)}
                {disclosure(text_of(|strings| strings.saved), saved_messages::saved_messages())}
                {disclosure(text(|| "{{x}}"), variables::insert(message_text::insert_text))}
                {disclosure(text_of(|strings| strings.binary), binary::binary())}
                {disclosure(text_of(|strings| strings.repeat), repeat::repeat())}
                {button("btn-text keys", text_of(|strings| strings.shortcuts), move || layout.overlay.set(Some(Overlay::Help)))}
            </div>
            <p class="muted" role="status">
                {variables::undefined()}
            </p>
            <p class="muted" role="status">
                {hint()}
            </p>
        </section>
    }
    .into_any()
}

/// Returns which key sends, or the number of buffered bytes.
fn hint() -> Text {
    let dispatcher = context::<Dispatcher>();
    let language = context::<Language>();
    let layout = context::<Layout>();
    let buffered = ErasedSignal::new(0);
    let poll = move || {
        let now = dispatcher.buffered();
        if now != buffered.get_untracked() {
            buffered.set(now);
        }
    };
    let _tick = ErasedValue::new(Interval::new(POLL_MS, poll));
    text(move || {
        let strings = SendingStrings::of(language.lang.get());
        match buffered.get() {
            0 if layout.multiline.get() => strings.multiline_hint.to_owned(),
            0 => String::new(),
            n => fill(strings.buffered, &[("n", &language.strings().number(n))]),
        }
    })
}
