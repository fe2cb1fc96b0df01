//! The bar below the status line: what is the matter with the connection, and what to do about it.

use crate::{
    i18n::fill,
    model::address::secured,
    platform::time::now_ms,
    reactive::view::{part, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Extra, PageState},
    ui::widgets::button,
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::{BadUrl, State, Stopped};
use yodel_protocol::CloseCode;

/// A button: its word and what it does.
type Button = (&'static str, fn(&'static PageState));

/// The bar, when there is something to say.
#[component]
pub fn Banner(store: &'static PageState) -> impl IntoView {
    part(move || {
        if let Some(url) = store.connection.foreign.get() {
            return Some(foreign(store, &url));
        }
        store.connection.state.with(|state| match state {
            State::Backoff { until_ms, why } => Some(countdown(store, *until_ms, why.code)),
            State::Offline { .. } => Some(offline(store)),
            State::Stopped(stopped) => self::stopped(store, stopped),
            _ => None,
        })
    })
}

fn foreign(store: &'static PageState, url: &str) -> AnyView {
    let words = store.language.words();
    bar(store, fill(words.foreign, &[("url", &url)]), &[(words.connect, connect_foreign)])
}

fn offline(store: &'static PageState) -> AnyView {
    let words = store.language.words();
    bar(store, words.offline.to_owned(), &[(words.retry_now, |store| store.dialer.retry_now())])
}

fn stopped(store: &'static PageState, stopped: &Stopped) -> Option<AnyView> {
    let words = store.language.words();
    let edit: Button = (words.edit, |store| store.connection.edit());
    let again: Button = (words.try_again, |store| store.dialer.connect_again());
    Some(match stopped {
        Stopped::User => return None,
        // The place for a token is among the tools.
        Stopped::Fatal { code: code @ CloseCode::UNAUTHORIZED, reason } => {
            bar(store, words.stopped(*code, reason), &[edit, again, (words.tools, open_tools)])
        }
        Stopped::Fatal { code, reason } => bar(store, words.stopped(*code, reason), &[edit, again]),
        Stopped::Exhausted => bar(store, words.exhausted.to_owned(), &[(words.why, why), edit, again]),
        Stopped::BadUrl(BadUrl::Syntax) => bar(store, words.bad_address.to_owned(), &[edit]),
        Stopped::BadUrl(BadUrl::MixedContent) => bar(store, words.mixed.to_owned(), &[(words.use_wss, use_wss)]),
    })
}

/// Seconds to the next dial. Not read out each second: the row about the close was.
fn countdown(store: &'static PageState, until_ms: u64, code: CloseCode) -> AnyView {
    let words = store.language.words();
    let now = ErasedSignal::new(now_ms());
    let _tick = ErasedValue::new(Interval::new(1_000, move || now.set(now_ms())));
    let text = text(move || fill(words.retrying, &[("s", &seconds(until_ms.saturating_sub(now.get())))]));
    let actions = [
        (words.why, why as fn(&'static PageState)),
        (words.retry_now, |store| store.dialer.retry_now()),
        (words.stop, |store| store.dialer.disconnect()),
    ];
    let actions = if code == CloseCode::ABNORMAL { &actions[..] } else { &actions[1..] };
    view! {
        <aside class="notice">
            <span role="timer">{text}</span>
            {buttons(store, actions)}
        </aside>
    }
    .into_any()
}

fn bar(store: &'static PageState, text: String, actions: &[Button]) -> AnyView {
    view! {
        <aside class="notice">
            <span role="alert">{text}</span>
            {buttons(store, actions)}
        </aside>
    }
    .into_any()
}

fn buttons(store: &'static PageState, actions: &[Button]) -> Vec<AnyView> {
    let made = |(word, act): &Button| {
        let (word, act) = (*word, *act);
        button("btn", text(move || word), move || act(store))
    };
    actions.iter().map(made).collect()
}

fn connect_foreign(store: &'static PageState) {
    if let Some(url) = store.connection.foreign.get_untracked() {
        store.dialer.connect(&url);
    }
}

fn open_tools(store: &'static PageState) {
    store.layout.tools.set(true);
}

fn why(store: &'static PageState) {
    store.layout.extra.set(Some(Extra::Why));
}

fn use_wss(store: &'static PageState) {
    store.dialer.connect(&secured(&store.connection.url.get_untracked()));
}

/// Whole seconds, begun ones counted.
fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}
