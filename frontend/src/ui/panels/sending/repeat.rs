//! The same message again and again.

use super::{
    label::label,
    message_text::typed,
    plan::{MIN_MS, Plan},
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    reactive::view::{part, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Connection, Language, Messages, context},
    ui::widgets::{button, field, wrong},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::State;

/// One of this area's words.
type Word = fn(&SendingStrings) -> &'static str;

/// What is typed before anything else is.
const EVERY: &str = "1000";

/// The numbers, and what came of them. A handle: copies are the same repetition.
#[derive(Clone, Copy)]
struct Repeat {
    connection: &'static Connection,
    language: &'static Language,
    messages: &'static Messages,
    every: ErasedSignal<String>,
    times: ErasedSignal<String>,
    wrong: ErasedSignal<String>,
    sent: ErasedSignal<u64>,
    /// How it is going: the words for it, once it has begun.
    said: ErasedSignal<Option<Word>>,
    running: ErasedSignal<bool>,
    timer: ErasedValue<Option<Interval>>,
}

pub(super) fn repeat() -> AnyView {
    let language = context::<Language>();
    let repeat = Repeat {
        connection: context::<Connection>(),
        language: context::<Language>(),
        messages: context::<Messages>(),
        every: ErasedSignal::new(EVERY.to_owned()),
        times: ErasedSignal::default(),
        wrong: ErasedSignal::default(),
        sent: ErasedSignal::new(0),
        said: ErasedSignal::new(None),
        running: ErasedSignal::new(false),
        timer: ErasedValue::new(None),
    };
    let every = text(move || fill(SendingStrings::of(language.lang.get()).interval, &[("min", &MIN_MS)]));
    let number = |id, label, value: ErasedSignal<String>| {
        let change = move |typed| {
            repeat.wrong.set(String::new());
            value.set(typed);
        };
        field(id, "number", label, text(move || value.get()), Box::new(change))
    };
    let toggle = part(move || {
        let word: Word = if repeat.running.get() { |strings| strings.stop } else { |strings| strings.start };
        Some(button("btn", label(language, word), move || repeat.toggle()))
    });
    let said = text(move || match repeat.said.get() {
        Some(string) => fill(string(SendingStrings::of(language.lang.get())), &[("n", &repeat.sent.get())]),
        None => String::new(),
    });
    view! {
        <div class="fields">
            {number("numEvery", every, repeat.every)}
            {number("numTimes", label(language, |strings| strings.count), repeat.times)}
            {toggle}
            {wrong(repeat.wrong)}
            <p class="muted" id="repeated">
                {said}
            </p>
        </div>
    }
    .into_any()
}

impl Repeat {
    fn toggle(self) {
        if self.running.get_untracked() { self.stop(|strings| strings.sent) } else { self.start() }
    }

    fn start(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let Some(plan) = Plan::parse(&self.every.get_untracked(), &self.times.get_untracked()) else {
            return self.wrong.set(fill(strings.invalid_number, &[("min", &MIN_MS)]));
        };
        let text = typed();
        if text.trim().is_empty() {
            return self.wrong.set(strings.message_required.to_owned());
        }
        self.sent.set(0);
        self.said.set(Some(|strings| strings.sent));
        self.running.set(true);
        let timer = Interval::new(plan.every_ms, move || self.tick(plan, &text));
        self.timer.set_value(Some(timer));
    }

    fn tick(self, plan: Plan, text: &str) {
        if !self.connection.state.with_untracked(|state| matches!(state, State::Open(_))) {
            return self.stop(|strings| strings.stopped_disconnected);
        }
        if !self.messages.send(text) {
            return self.stop(|strings| strings.stopped_queue_full);
        }
        self.sent.update(|sent| *sent += 1);
        if plan.is_done(self.sent.get_untracked()) {
            self.stop(|strings| strings.sent);
        }
    }

    fn stop(self, said: Word) {
        self.running.set(false);
        self.said.set(Some(said));
        // At once, also from its own tick, whose function is dropped only when it is through: the next tick
        // may come before a frame does, and where nobody looks no frame comes at all.
        self.timer.set_value(None);
    }
}
