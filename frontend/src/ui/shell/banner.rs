//! The banner below the status line: a problem of the connection, and the actions for it.

use crate::{
    i18n::fill,
    model::address::with_tls,
    platform::time::now_ms,
    reactive::view::{dynamic_view, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Connection, Dialer, Language, Layout, Overlay, context},
    ui::{focus::keep_banner_focus, widgets::button},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use yodel_client::{State, StopReason, UrlError, target::without_secrets, yodel::TOKEN_REQUIRED};
use yodel_protocol::CloseCode;

/// State that the banner reads, and that its buttons change.
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
    let cx = BannerContext {
        connection: context::<Connection>(),
        dialer: context::<Dialer>(),
        language: context::<Language>(),
        layout: context::<Layout>(),
    };
    dynamic_view(move || {
        keep_banner_focus();
        if let Some(url) = cx.connection.unconfirmed_url.get() {
            return Some(link_confirmation(cx, &without_secrets(&url)));
        }
        cx.connection.state.with(|state| match state {
            State::Backoff { until_ms, last_failure } => Some(countdown(cx, *until_ms, last_failure.code)),
            State::Offline { .. } => Some(offline(cx)),
            State::Stopped(stopped) => self::stopped(cx, stopped),
            _ => None,
        })
    })
}

/// Returns the banner that asks before connecting to another server from a link.
fn link_confirmation(cx: BannerContext, url: &str) -> AnyView {
    let strings = cx.language.strings();
    bar(cx, fill(strings.external_link, &[("url", &url)]), &[(strings.connect, connect_to_link)])
}

fn offline(cx: BannerContext) -> AnyView {
    let strings = cx.language.strings();
    bar(cx, strings.offline_hint.to_owned(), &[(strings.reconnect_now, |cx| cx.dialer.retry_now())])
}

fn stopped(cx: BannerContext, stopped: &StopReason) -> Option<AnyView> {
    let strings = cx.language.strings();
    let edit: Button = (strings.edit_url, |cx| cx.connection.edit());
    let again: Button = (strings.try_again, |cx| cx.dialer.connect_again());
    Some(match stopped {
        StopReason::User => return None,
        // The token field is behind Tools.
        StopReason::Fatal { code: code @ CloseCode::UNAUTHORIZED, reason } => {
            let text = if reason == TOKEN_REQUIRED {
                strings.token_required.to_owned()
            } else {
                strings.stopped(*code, reason)
            };
            bar(cx, text, &[edit, again, (strings.tools, open_tools)])
        }
        StopReason::Fatal { code, reason } => bar(cx, strings.stopped(*code, reason), &[edit, again]),
        StopReason::Exhausted(_) => {
            bar(cx, strings.reconnect_off.to_owned(), &[(strings.why, open_diagnosis), edit, again])
        }
        StopReason::InvalidUrl(UrlError::MixedContent) => {
            let label = if cx.connection.is_event_stream() { strings.use_https } else { strings.use_wss };
            bar(cx, strings.mixed_content.to_owned(), &[(label, use_tls)])
        }
        StopReason::InvalidUrl(error) => bar(cx, strings.url_error(*error).to_owned(), &[edit]),
    })
}

/// Returns the countdown to the next attempt. It is not a live region: the row about the close was announced.
fn countdown(cx: BannerContext, until_ms: u64, code: CloseCode) -> AnyView {
    let strings = cx.language.strings();
    let now = ErasedSignal::new(now_ms());
    let _tick = ErasedValue::new(Interval::new(1_000, move || now.set(now_ms())));
    let text = text(move || fill(strings.reconnecting_in, &[("s", &seconds(until_ms.saturating_sub(now.get())))]));
    let actions = [
        (strings.why, open_diagnosis as fn(BannerContext)),
        (strings.reconnect_now, |cx| cx.dialer.retry_now()),
        (strings.stop, |cx| cx.dialer.disconnect()),
    ];
    let actions = if code == CloseCode::ABNORMAL { &actions[..] } else { &actions[1..] };
    view! {
        <aside class="banner">
            <span role="timer">{text}</span>
            {buttons(cx, actions)}
        </aside>
    }
    .into_any()
}

fn bar(cx: BannerContext, text: String, actions: &[Button]) -> AnyView {
    view! {
        <aside class="banner">
            <span role="alert">{text}</span>
            {buttons(cx, actions)}
        </aside>
    }
    .into_any()
}

fn buttons(cx: BannerContext, actions: &[Button]) -> Vec<AnyView> {
    let view = |(label, action): &Button| {
        let (label, action) = (*label, *action);
        button("btn", text(move || label), move || action(cx))
    };
    actions.iter().map(view).collect()
}

fn connect_to_link(cx: BannerContext) {
    if let Some(url) = cx.connection.unconfirmed_url.get_untracked() {
        let _ = cx.dialer.connect(&url);
    }
}

fn open_tools(cx: BannerContext) {
    cx.layout.tools.set(true);
}

fn open_diagnosis(cx: BannerContext) {
    cx.layout.overlay.set(Some(Overlay::Diagnosis));
}

fn use_tls(cx: BannerContext) {
    let _ = cx.dialer.connect(&with_tls(&cx.connection.url.get_untracked()));
}

/// Returns whole seconds, rounded up.
fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}
