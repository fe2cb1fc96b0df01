//! Over the input: several lines, messages with a name, bytes, the same again and again.

mod binary;
mod bytes;
mod label;
mod message_text;
mod plan;
mod repeat;
mod saved;
mod saved_messages;

use crate::{
    i18n::{fill, sending::SendingStrings},
    reactive::view::{Text, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Dispatcher, Extra, Language, Layout, context},
    ui::panels::rooms,
    ui::widgets::{button, fold, tick},
};
use gloo_timers::callback::Interval;
use label::label;
use leptos::prelude::*;

/// How often the socket is asked what it holds, in milliseconds.
const POLL_MS: u32 = 250;

/// What stands over the input.
pub fn sending() -> AnyView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let say = |word| label(language, word);
    on_cleanup(move || layout.tall.set(false));
    view! {
        <section class="send-options" aria-label=say(|strings| strings.heading)>
            {rooms::destination()}
            <div class="disclosures">
                {tick(say(|strings| strings.multiline), layout.tall)}
                {fold(say(|strings| strings.saved), saved_messages::saved_messages())}
                {fold(say(|strings| strings.binary), binary::binary())}
                {fold(say(|strings| strings.repeat), repeat::repeat())}
                {button("btn-text keys", say(|strings| strings.shortcuts), move || layout.extra.set(Some(Extra::Help)))}
            </div>
            <p class="muted" role="status">
                {hint()}
            </p>
        </section>
    }
    .into_any()
}

/// Which key sends, and what the socket could not write yet.
fn hint() -> Text {
    let dispatcher = context::<Dispatcher>();
    let language = context::<Language>();
    let layout = context::<Layout>();
    let held = ErasedSignal::new(0);
    let poll = move || {
        let now = dispatcher.buffered();
        if now != held.get_untracked() {
            held.set(now);
        }
    };
    let _tick = ErasedValue::new(Interval::new(POLL_MS, poll));
    text(move || {
        let strings = SendingStrings::of(language.lang.get());
        match held.get() {
            0 if layout.tall.get() => strings.multiline_hint.to_owned(),
            0 => String::new(),
            n => fill(strings.buffered, &[("n", &language.strings().number(n))]),
        }
    })
}
