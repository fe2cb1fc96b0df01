//! Over the input: several lines, messages with a name, bytes, the same again and again.

mod binary;
mod bytes;
mod plan;
mod repeat;
mod saved;
mod saved_messages;

use crate::{
    i18n::{fill, sending::Words},
    reactive::view::{Text, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Dispatcher, Extra, Language, Layout, context},
    ui::focus::{focus_message_field, message_field},
    ui::panels::rooms,
    ui::widgets::{button, fold, tick},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// How often the socket is asked what it holds, in milliseconds.
const POLL_MS: u32 = 250;

fn say(language: &'static Language, word: fn(&Words) -> &'static str) -> Text {
    text(move || word(Words::of(language.lang.get())))
}

/// What stands over the input.
pub fn sending() -> AnyView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let say = |word| say(language, word);
    on_cleanup(move || layout.tall.set(false));
    view! {
        <section class="sending" aria-label=say(|words| words.heading)>
            {rooms::destination()}
            <div class="folds">
                {tick(say(|words| words.tall), layout.tall)}
                {fold(say(|words| words.saved), saved_messages::saved_messages())}
                {fold(say(|words| words.binary), binary::binary())}
                {fold(say(|words| words.repeat), repeat::repeat())}
                {button("quiet keys", say(|words| words.keys), move || layout.extra.set(Some(Extra::Help)))}
            </div>
            <p class="soft" role="status">
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
        let words = Words::of(language.lang.get());
        match held.get() {
            0 if layout.tall.get() => words.tall_hint.to_owned(),
            0 => String::new(),
            n => fill(words.buffered, &[("n", &language.words().number(n))]),
        }
    })
}

/// What is in the message field.
fn typed() -> String {
    message_field().map(|field| field.value()).unwrap_or_default()
}

/// Puts a text into the message field, as if it had been typed.
fn put(text: &str) {
    let Some(field) = message_field() else { return };
    field.set_value(text);
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = field.dispatch_event(&event);
    }
    focus_message_field();
}
