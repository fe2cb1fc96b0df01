//! The bar below the status line: what is the matter with the connection, and what to do about it.

use crate::{
    i18n::fill,
    model::address::secured,
    platform::time::now_ms,
    reactive::view::{part, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Connection, Dialer, Extra, Language, Layout, context},
    ui::widgets::button,
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::{BadUrl, State, Stopped};
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
        if let Some(url) = parts.connection.foreign.get() {
            return Some(foreign(parts, &url));
        }
        parts.connection.state.with(|state| match state {
            State::Backoff { until_ms, why } => Some(countdown(parts, *until_ms, why.code)),
            State::Offline { .. } => Some(offline(parts)),
            State::Stopped(stopped) => self::stopped(parts, stopped),
            _ => None,
        })
    })
}

fn foreign(parts: Parts, url: &str) -> AnyView {
    let strings = parts.language.strings();
    bar(parts, fill(strings.foreign_link, &[("url", &url)]), &[(strings.connect, connect_foreign)])
}

fn offline(parts: Parts) -> AnyView {
    let strings = parts.language.strings();
    bar(parts, strings.offline_hint.to_owned(), &[(strings.reconnect_now, |parts| parts.dialer.retry_now())])
}

fn stopped(parts: Parts, stopped: &Stopped) -> Option<AnyView> {
    let strings = parts.language.strings();
    let edit: Button = (strings.edit_url, |parts| parts.connection.edit());
    let again: Button = (strings.try_again, |parts| parts.dialer.connect_again());
    Some(match stopped {
        Stopped::User => return None,
        // The place for a token is among the tools.
        Stopped::Fatal { code: code @ CloseCode::UNAUTHORIZED, reason } => {
            bar(parts, strings.stopped(*code, reason), &[edit, again, (strings.tools, open_tools)])
        }
        Stopped::Fatal { code, reason } => bar(parts, strings.stopped(*code, reason), &[edit, again]),
        Stopped::Exhausted => bar(parts, strings.attempts_exhausted.to_owned(), &[(strings.why, why), edit, again]),
        Stopped::BadUrl(BadUrl::Syntax) => bar(parts, strings.invalid_url.to_owned(), &[edit]),
        Stopped::BadUrl(BadUrl::MixedContent) => {
            bar(parts, strings.mixed_content.to_owned(), &[(strings.use_wss, use_wss)])
        }
    })
}

/// Seconds to the next dial. Not read out each second: the row about the close was.
fn countdown(parts: Parts, until_ms: u64, code: CloseCode) -> AnyView {
    let strings = parts.language.strings();
    let now = ErasedSignal::new(now_ms());
    let _tick = ErasedValue::new(Interval::new(1_000, move || now.set(now_ms())));
    let text = text(move || fill(strings.reconnecting_in, &[("s", &seconds(until_ms.saturating_sub(now.get())))]));
    let actions = [
        (strings.why, why as fn(Parts)),
        (strings.reconnect_now, |parts| parts.dialer.retry_now()),
        (strings.stop, |parts| parts.dialer.disconnect()),
    ];
    let actions = if code == CloseCode::ABNORMAL { &actions[..] } else { &actions[1..] };
    view! {
        <aside class="banner">
            <span role="timer">{text}</span>
            {buttons(parts, actions)}
        </aside>
    }
    .into_any()
}

fn bar(parts: Parts, text: String, actions: &[Button]) -> AnyView {
    view! {
        <aside class="banner">
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
    if let Some(url) = parts.connection.foreign.get_untracked() {
        parts.dialer.connect(&url);
    }
}

fn open_tools(parts: Parts) {
    parts.layout.tools.set(true);
}

fn why(parts: Parts) {
    parts.layout.extra.set(Some(Extra::Why));
}

fn use_wss(parts: Parts) {
    parts.dialer.connect(&secured(&parts.connection.url.get_untracked()));
}

/// Whole seconds, begun ones counted.
fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}
