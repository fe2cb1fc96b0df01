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
    i18n::{fill, sending::Words},
    reactive::view::{Text, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Dispatcher, Language, Layout, Overlay, context},
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
    on_cleanup(move || layout.multiline.set(false));
    view! {
        <section class="sending" aria-label=say(|words| words.heading)>
            {rooms::destination()}
            <div class="folds">
                {tick(say(|words| words.tall), layout.multiline)}
                {fold(say(|words| words.saved), saved_messages::saved_messages())}
                {fold(say(|words| words.binary), binary::binary())}
                {fold(say(|words| words.repeat), repeat::repeat())}
                {button("quiet keys", say(|words| words.keys), move || layout.overlay.set(Some(Overlay::Help)))}
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
            0 if layout.multiline.get() => words.tall_hint.to_owned(),
            0 => String::new(),
            n => fill(words.buffered, &[("n", &language.words().number(n))]),
        }
    })
}
