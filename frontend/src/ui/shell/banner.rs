//! The bar below the status line: what is the matter with the connection, and what to do about it.

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

/// Parts of the state that the banner shows and changes.
#[derive(Clone, Copy)]
struct Parts {
    connection: &'static Connection,
    dialer: &'static Dialer,
    language: &'static Language,
    layout: &'static Layout,
}

/// A button: its word and what it does.
type Button = (&'static str, fn(Parts));

/// The bar, when there is something to say.
#[component]
pub fn Banner() -> impl IntoView {
    let parts = Parts {
        connection: context::<Connection>(),
        dialer: context::<Dialer>(),
        language: context::<Language>(),
        layout: context::<Layout>(),
    };
    part(move || {
        if let Some(url) = parts.connection.unconfirmed_url.get() {
            return Some(foreign(parts, &url));
        }
        parts.connection.state.with(|state| match state {
            State::Backoff { until_ms, last_failure } => Some(countdown(parts, *until_ms, last_failure.code)),
            State::Offline { .. } => Some(offline(parts)),
            State::Stopped(stopped) => self::stopped(parts, stopped),
            _ => None,
        })
    })
}

fn foreign(parts: Parts, url: &str) -> AnyView {
    let words = parts.language.words();
    bar(parts, fill(words.foreign, &[("url", &url)]), &[(words.connect, connect_foreign)])
}

fn offline(parts: Parts) -> AnyView {
    let words = parts.language.words();
    bar(parts, words.offline.to_owned(), &[(words.retry_now, |parts| parts.dialer.retry_now())])
}

fn stopped(parts: Parts, stopped: &StopReason) -> Option<AnyView> {
    let words = parts.language.words();
    let edit: Button = (words.edit, |parts| parts.connection.edit());
    let again: Button = (words.try_again, |parts| parts.dialer.connect_again());
    Some(match stopped {
        StopReason::User => return None,
        // The place for a token is among the tools.
        StopReason::Fatal { code: code @ CloseCode::UNAUTHORIZED, reason } => {
            bar(parts, words.stopped(*code, reason), &[edit, again, (words.tools, open_tools)])
        }
        StopReason::Fatal { code, reason } => bar(parts, words.stopped(*code, reason), &[edit, again]),
        StopReason::Exhausted => bar(parts, words.exhausted.to_owned(), &[(words.why, why), edit, again]),
        StopReason::InvalidUrl(UrlError::Syntax) => bar(parts, words.bad_address.to_owned(), &[edit]),
        StopReason::InvalidUrl(UrlError::MixedContent) => {
            bar(parts, words.mixed.to_owned(), &[(words.use_wss, use_wss)])
        }
    })
}

/// Seconds to the next dial. Not read out each second: the row about the close was.
fn countdown(parts: Parts, until_ms: u64, code: CloseCode) -> AnyView {
    let words = parts.language.words();
    let now = ErasedSignal::new(now_ms());
    let _tick = ErasedValue::new(Interval::new(1_000, move || now.set(now_ms())));
    let text = text(move || fill(words.retrying, &[("s", &seconds(until_ms.saturating_sub(now.get())))]));
    let actions = [
        (words.why, why as fn(Parts)),
        (words.retry_now, |parts| parts.dialer.retry_now()),
        (words.stop, |parts| parts.dialer.disconnect()),
    ];
    let actions = if code == CloseCode::ABNORMAL { &actions[..] } else { &actions[1..] };
    view! {
        <aside class="notice">
            <span role="timer">{text}</span>
            {buttons(parts, actions)}
        </aside>
    }
    .into_any()
}

fn bar(parts: Parts, text: String, actions: &[Button]) -> AnyView {
    view! {
        <aside class="notice">
            <span role="alert">{text}</span>
            {buttons(parts, actions)}
        </aside>
    }
    .into_any()
}

fn buttons(parts: Parts, actions: &[Button]) -> Vec<AnyView> {
    let made = |(word, act): &Button| {
        let (word, act) = (*word, *act);
        button("btn", text(move || word), move || act(parts))
    };
    actions.iter().map(made).collect()
}

fn connect_foreign(parts: Parts) {
    if let Some(url) = parts.connection.unconfirmed_url.get_untracked() {
        parts.dialer.connect(&url);
    }
}

fn open_tools(parts: Parts) {
    parts.layout.tools.set(true);
}

fn why(parts: Parts) {
    parts.layout.overlay.set(Some(Overlay::Diagnosis));
}

fn use_wss(parts: Parts) {
    parts.dialer.connect(&with_tls(&parts.connection.url.get_untracked()));
}

/// Whole seconds, begun ones counted.
fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}
