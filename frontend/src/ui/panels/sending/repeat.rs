//! Form that sends a message repeatedly.

use super::{
    label::label,
    message_text::message_text,
    plan::{MIN_MS, RepeatPlan},
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    reactive::view::{dynamic_view, text},
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Connection, Language, Layout, Messages, context},
    ui::panels::panel_state::PanelState,
    ui::widgets::{Field, button, error_text},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::State;

/// Selects a string of this panel.
type StringOf = fn(&SendingStrings) -> &'static str;

/// Initial content of the interval field.
const DEFAULT_INTERVAL: &str = "1000";

/// State of the form. A handle: copies refer to the same repetition.
#[derive(Clone, Copy)]
struct Repeat {
    connection: &'static Connection,
    language: &'static Language,
    layout: &'static Layout,
    messages: &'static Messages,
    interval: ErasedSignal<String>,
    count: ErasedSignal<String>,
    error: ErasedSignal<String>,
    sent: ErasedSignal<u64>,
    /// Selects the progress text; `None` before the first start.
    status: ErasedSignal<Option<StringOf>>,
    running: ErasedSignal<bool>,
    timer: ErasedValue<Option<Interval>>,
}

pub(super) fn repeat() -> AnyView {
    let (connection, language) = (context::<Connection>(), context::<Language>());
    let (layout, messages) = (context::<Layout>(), context::<Messages>());
    // A repetition goes on while another connection is active.
    let repeat = PanelState::get().part(move || {
        let repeat = Repeat {
            connection,
            language,
            layout,
            messages,
            interval: ErasedSignal::new(DEFAULT_INTERVAL.to_owned()),
            count: ErasedSignal::default(),
            error: ErasedSignal::default(),
            sent: ErasedSignal::new(0),
            status: ErasedSignal::new(None),
            running: ErasedSignal::new(false),
            timer: ErasedValue::new(None),
        };
        effect(move || {
            if !layout.tools.get() {
                repeat.close();
            }
        });
        repeat
    });
    let interval = text(move || fill(SendingStrings::of(language.lang.get()).interval, &[("min", &MIN_MS)]));
    let number = |id, label, value: ErasedSignal<String>| {
        let change = move |typed| {
            repeat.error.set(String::new());
            value.set(typed);
        };
        Field { id, kind: "number", label, value: text(move || value.get()), change: Box::new(change) }.view()
    };
    let toggle = dynamic_view(move || {
        let string: StringOf = if repeat.running.get() { |strings| strings.stop } else { |strings| strings.start };
        Some(button("btn", label(language, string), move || repeat.toggle()))
    });
    let status = text(move || match repeat.status.get() {
        Some(string) => fill(
            string(SendingStrings::of(language.lang.get())),
            &[("n", &language.strings().number(repeat.sent.get()))],
        ),
        None => String::new(),
    });
    view! {
        <div class="fields">
            {number("numEvery", interval, repeat.interval)}
            {number("numTimes", label(language, |strings| strings.count), repeat.count)}
            {toggle}
            {error_text(repeat.error)}
            <p class="muted" id="repeated">
                {status}
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
        let Some(plan) = RepeatPlan::parse(&self.interval.get_untracked(), &self.count.get_untracked()) else {
            return self.error.set(fill(strings.invalid_number, &[("min", &MIN_MS)]));
        };
        if untrack(|| self.connection.is_event_stream()) {
            let reason = self.language.lang.get_untracked().strings().receive_only;
            return self.error.set(reason.to_owned());
        }
        let text = message_text();
        if text.trim().is_empty() {
            return self.error.set(strings.message_required.to_owned());
        }
        self.sent.set(0);
        self.status.set(Some(|strings| strings.sent));
        self.running.set(true);
        let timer = Interval::new(plan.interval_ms, move || self.tick(plan, &text));
        self.timer.set_value(Some(timer));
    }

    fn tick(self, plan: RepeatPlan, text: &str) {
        if !self.connection.state.with_untracked(|state| matches!(state, State::Open(_))) {
            return self.stop(|strings| strings.stopped_disconnected);
        }
        // The panels are loaded, and the variables with them.
        if !self.messages.expand(text).is_some_and(|text| self.messages.send(&text)) {
            return self.stop(|strings| strings.stopped_queue_full);
        }
        self.sent.update(|sent| *sent += 1);
        if plan.is_done(self.sent.get_untracked()) {
            self.stop(|strings| strings.sent);
        }
    }

    /// Stops a repetition when Tools is closed. A notice reports the count, which the form no longer shows.
    fn close(self) {
        if self.timer.try_update_value(Option::take).flatten().is_none() {
            return;
        }
        self.running.set(false);
        self.status.set(None);
        let (language, mut sent) = (self.language, 0);
        self.sent.update(|count| sent = *count);
        let ended = text(move || fill(SendingStrings::of(language.lang.get()).stopped_closed, &[("n", &sent)]));
        self.layout.notify("repeat", ended);
    }

    fn stop(self, status: StringOf) {
        self.running.set(false);
        self.status.set(Some(status));
        // Cancels the timer at once, also from its own tick: a cancellation in the next frame would permit another
        // tick, and hidden tabs draw no frames.
        self.timer.set_value(None);
    }
}
