//! Metrics of the page's own server, requested every two seconds while they are shown and the tab is visible.
//!
//! | content | file |
//! |---|---|
//! | parser and series; pure | `snapshot` |
//! | requests | `poll` |

mod poll;
mod snapshot;

use crate::{
    i18n::{fill, metrics::MetricsStrings},
    platform::dom::element,
    reactive::view::{Text, dynamic_view, text},
    reactive::{ErasedMemo, ErasedSignal},
    state::{Connection, Language, context},
    ui::panels::charts::graph::{self, Graph},
    ui::section::Section,
};
use leptos::{ev::SubmitEvent, prelude::*};
use poll::{FetchError, Poll};
use web_sys::HtmlInputElement;
use yodel_protocol::CloseCode;

/// Id of the credentials field.
const FIELD: &str = "key";

/// Returns the section, collapsed at first: nothing is requested until it is opened.
pub(super) fn section() -> AnyView {
    let connection = context::<Connection>();
    let own = ErasedMemo::new(move || connection.is_own());
    dynamic_view(move || own.get().then(collapsed)).into_any()
}

fn collapsed() -> AnyView {
    let language = context::<Language>();
    let is_open = ErasedSignal::new(false);
    let content = view! { <div class="metrics">{dynamic_view(move || is_open.get().then(charts_or_error))}</div> };
    Section { is_open, ..Section::new("h-server", label(language, |strings| strings.heading)) }.view(content.into_any())
}

fn charts_or_error() -> AnyView {
    let poll = Poll::start();
    let needs_credentials = ErasedMemo::new(move || poll.error.get().is_some_and(FetchError::is_final));
    let form = dynamic_view(move || needs_credentials.get().then(|| credentials_form(poll)));
    let charts = dynamic_view(move || {
        (!needs_credentials.get() && poll.series.with(|series| !series.rooms.is_empty())).then(|| graphs(poll))
    });
    view! {
        <p role="status">{text(move || status(poll))}</p>
        {form}
        {charts}
    }
    .into_any()
}

/// Returns the error or progress text.
fn status(poll: Poll) -> String {
    let strings = strings(poll.language);
    match poll.error.get() {
        None if poll.series.with(|series| series.rooms.is_empty()) => strings.loading.to_owned(),
        None => String::new(),
        Some(FetchError::Unauthorized) => strings.credentials_required.to_owned(),
        Some(FetchError::Forbidden) => strings.forbidden.to_owned(),
        Some(FetchError::Disabled) => strings.disabled.to_owned(),
        Some(FetchError::Unreachable) => strings.unreachable.to_owned(),
        Some(FetchError::Status(status)) => fill(strings.failed, &[("status", &status)]),
    }
}

/// Returns the form for an API key or token.
fn credentials_form(poll: Poll) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        poll.set_key(element::<HtmlInputElement>(FIELD).map(|field| field.value()).unwrap_or_default().trim());
    };
    view! {
        <form class="inline-form" on:submit=submit>
            <input
                id=FIELD
                class="form-control"
                type="password"
                autocomplete="off"
                aria-label=label(poll.language, |strings| strings.credentials)
                placeholder=label(poll.language, |strings| strings.credentials)
            />
            <button type="submit" class="btn">
                {label(poll.language, |strings| strings.show)}
            </button>
        </form>
    }
    .into_any()
}

fn graphs(poll: Poll) -> AnyView {
    let strings = strings(poll.language);
    let series = poll.series.get();
    let lines = [
        (strings.connections, series.connections),
        (strings.rooms, series.rooms),
        (strings.messages_in, series.rate_in),
        (strings.messages_out, series.rate_out),
    ];
    let lines = lines.map(|(metric, samples)| line(poll.language, metric, &samples)).into_iter().collect_view();
    view! {
        {lines}
        <h3>{strings.rejections}</h3>
        {rejection_list(poll.language, &series.rejections)}
    }
    .into_any()
}

fn line(language: &'static Language, metric: &'static str, samples: &[u64]) -> AnyView {
    let now = number(language, samples.last().copied().unwrap_or_default());
    let peak = number(language, samples.iter().copied().max().unwrap_or_default());
    let label = fill(strings(language).chart_label, &[("metric", &metric), ("now", &now), ("peak", &peak)]);
    let samples: Vec<_> = samples.iter().copied().map(Some).collect();
    let path = graph::line(&samples, samples.len(), graph::maximum(&[&samples]));
    let chart =
        Graph { first: text(move || path.clone()), second: graph::no_line(), description: text(move || label.clone()) };
    view! {
        <p class="metric" aria-hidden="true">
            <span>{metric}</span>
            <b>{now}</b>
        </p>
        {chart.view()}
    }
    .into_any()
}

fn rejection_list(language: &'static Language, rejections: &[(String, u64)]) -> AnyView {
    if rejections.is_empty() {
        return view! { <p>{strings(language).no_rejections}</p> }.into_any();
    }
    let one = |(reason, count): &(String, u64)| {
        view! {
            <li class="metric">
                <span>{rejection_label(language, reason)}</span>
                <b>{number(language, *count)}</b>
            </li>
        }
        .into_any()
    };
    view! { <ul>{rejections.iter().map(one).collect_view()}</ul> }.into_any()
}

/// Returns the label of a reason: a close code with its name, or the server's label.
fn rejection_label(language: &'static Language, reason: &str) -> String {
    let strings = language.strings();
    reason.parse().map_or_else(|_| reason.to_owned(), |code| strings.close(CloseCode(code), ""))
}

fn number(language: &'static Language, value: u64) -> String {
    language.strings().number(value)
}

fn strings(language: &'static Language) -> &'static MetricsStrings {
    MetricsStrings::of(language.lang.get())
}

fn label(language: &'static Language, string: fn(&MetricsStrings) -> &'static str) -> Text {
    text(move || string(strings(language)))
}
