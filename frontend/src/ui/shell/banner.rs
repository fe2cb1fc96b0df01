//! The banner below the status line: a problem of the connection, and the actions for it.

use crate::{
    i18n::fill,
    model::address::with_tls,
    platform::time::now_ms,
    reactive::view::{part, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Connection, Dialer, Language, Layout, Overlay, context},
    ui::widgets::button,
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::{State, StopReason, UrlError};
use yodel_protocol::CloseCode;

/// State that the banner reads and changes.
#[derive(Clone, Copy)]
struct BannerContext {
    connection: &'static Connection,
    dialer: &'static Dialer,
    language: &'static Language,
    layout: &'static Layout,
}

/// Label and action of a button.
type Button = (&'static str, fn(BannerContext));

/// The banner; empty if there is no problem.
#[component]
pub fn Banner() -> impl IntoView {
    let states = BannerContext {
        connection: context::<Connection>(),
        dialer: context::<Dialer>(),
        language: context::<Language>(),
        layout: context::<Layout>(),
    };
    part(move || {
        if let Some(url) = states.connection.unconfirmed_url.get() {
            return Some(foreign(states, &url));
        }
        states.connection.state.with(|state| match state {
            State::Backoff { until_ms, last_failure } => Some(countdown(states, *until_ms, last_failure.code)),
            State::Offline { .. } => Some(offline(states)),
            State::Stopped(stopped) => self::stopped(states, stopped),
            _ => None,
        })
    })
}

fn foreign(states: BannerContext, url: &str) -> AnyView {
    let strings = states.language.strings();
    bar(states, fill(strings.foreign_link, &[("url", &url)]), &[(strings.connect, connect_foreign)])
}

fn offline(states: BannerContext) -> AnyView {
    let strings = states.language.strings();
    bar(states, strings.offline_hint.to_owned(), &[(strings.reconnect_now, |states| states.dialer.retry_now())])
}

fn stopped(states: BannerContext, stopped: &StopReason) -> Option<AnyView> {
    let strings = states.language.strings();
    let edit: Button = (strings.edit_url, |states| states.connection.edit());
    let again: Button = (strings.try_again, |states| states.dialer.connect_again());
    Some(match stopped {
        StopReason::User => return None,
        // The token field is behind Tools.
        StopReason::Fatal { code: code @ CloseCode::UNAUTHORIZED, reason } => {
            bar(states, strings.stopped(*code, reason), &[edit, again, (strings.tools, open_tools)])
        }
        StopReason::Fatal { code, reason } => bar(states, strings.stopped(*code, reason), &[edit, again]),
        StopReason::Exhausted => {
            bar(states, strings.attempts_exhausted.to_owned(), &[(strings.why, open_diagnosis), edit, again])
        }
        StopReason::InvalidUrl(UrlError::Syntax) => bar(states, strings.invalid_url.to_owned(), &[edit]),
        StopReason::InvalidUrl(UrlError::MixedContent) => {
            bar(states, strings.mixed_content.to_owned(), &[(strings.use_wss, use_wss)])
        }
    })
}

/// Returns the countdown to the next attempt. It is not a live region: the row about the close was announced.
fn countdown(states: BannerContext, until_ms: u64, code: CloseCode) -> AnyView {
    let strings = states.language.strings();
    let now = ErasedSignal::new(now_ms());
    let _tick = ErasedValue::new(Interval::new(1_000, move || now.set(now_ms())));
    let text = text(move || fill(strings.reconnecting_in, &[("s", &seconds(until_ms.saturating_sub(now.get())))]));
    let actions = [
        (strings.why, open_diagnosis as fn(BannerContext)),
        (strings.reconnect_now, |states| states.dialer.retry_now()),
        (strings.stop, |states| states.dialer.disconnect()),
    ];
    let actions = if code == CloseCode::ABNORMAL { &actions[..] } else { &actions[1..] };
    view! {
        <aside class="banner">
            <span role="timer">{text}</span>
            {buttons(states, actions)}
        </aside>
    }
    .into_any()
}

fn bar(states: BannerContext, text: String, actions: &[Button]) -> AnyView {
    view! {
        <aside class="banner">
            <span role="alert">{text}</span>
            {buttons(states, actions)}
        </aside>
    }
    .into_any()
}

fn buttons(states: BannerContext, actions: &[Button]) -> Vec<AnyView> {
    let view = |(label, action): &Button| {
        let (label, action) = (*label, *action);
        button("btn", text(move || label), move || action(states))
    };
    actions.iter().map(view).collect()
}

fn connect_foreign(states: BannerContext) {
    if let Some(url) = states.connection.unconfirmed_url.get_untracked() {
        states.dialer.connect(&url);
    }
}

fn open_tools(states: BannerContext) {
    states.layout.tools.set(true);
}

fn open_diagnosis(states: BannerContext) {
    states.layout.overlay.set(Some(Overlay::Diagnosis));
}

fn use_wss(states: BannerContext) {
    states.dialer.connect(&with_tls(&states.connection.url.get_untracked()));
}

/// Returns whole seconds, rounded up.
fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}
