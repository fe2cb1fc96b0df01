//! Figures of the page's own server, for whoever may see them: over HTTP, every two seconds, while
//! they are shown and the tab is visible.
//!
//! | idea | file |
//! |---|---|
//! | the server's figures as text -> what is drawn; pure | `figures` |
//! | asking for them | `poll` |

mod figures;
mod poll;

use crate::{
    i18n::{fill, metrics::MetricsStrings},
    platform::dom::element,
    reactive::view::{Text, click, part, text},
    reactive::{ErasedMemo, ErasedSignal},
    state::{Connection, Language, context},
    ui::panels::charts::graph::{self, graph},
};
use leptos::{ev::SubmitEvent, prelude::*};
use poll::{Poll, Trouble};
use web_sys::HtmlInputElement;
use yodel_protocol::CloseCode;

/// The field's id.
const FIELD: &str = "key";

/// The figures, closed at first: nobody is asked before somebody wants to know.
pub(super) fn section() -> AnyView {
    let connection = context::<Connection>();
    let own = ErasedMemo::new(move || connection.is_own());
    part(move || own.get().then(closed)).into_any()
}

fn closed() -> AnyView {
    let language = context::<Language>();
    let open = ErasedSignal::new(false);
    view! {
        <section class="metrics" aria-labelledby="h-server">
            <h2 id="h-server">
                <button
                    type="button"
                    aria-expanded=text(move || open.get().to_string())
                    on:click=click(move || open.update(|open| *open = !*open))
                >
                    {label(language, |strings| strings.heading)}
                </button>
            </h2>
            {part(move || open.get().then(figures))}
        </section>
    }
    .into_any()
}

fn figures() -> AnyView {
    let poll = Poll::start();
    let refused = ErasedMemo::new(move || poll.trouble.get().is_some_and(Trouble::is_final));
    let form = part(move || refused.get().then(|| key(poll)));
    let shown =
        part(move || (!refused.get() && poll.series.with(|series| !series.rooms.is_empty())).then(|| graphs(poll)));
    view! {
        <p role="status">{text(move || state(poll))}</p>
        {form}
        {shown}
    }
    .into_any()
}

/// What is wrong, in words.
fn state(poll: Poll) -> String {
    let strings = strings(poll.language);
    match poll.trouble.get() {
        None if poll.series.with(|series| series.rooms.is_empty()) => strings.loading.to_owned(),
        None => String::new(),
        Some(Trouble::Wanted) => strings.credentials_required.to_owned(),
        Some(Trouble::Forbidden) => strings.forbidden.to_owned(),
        Some(Trouble::Off) => strings.disabled.to_owned(),
        Some(Trouble::Unreachable) => strings.unreachable.to_owned(),
        Some(Trouble::Failed(status)) => fill(strings.failed, &[("status", &status)]),
    }
}

/// The way in.
fn key(poll: Poll) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        poll.unlock(element::<HtmlInputElement>(FIELD).map(|field| field.value()).unwrap_or_default().trim());
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
        {drops(poll.language, &series.drops)}
    }
    .into_any()
}

fn line(language: &'static Language, metric: &'static str, samples: &[u64]) -> AnyView {
    let now = number(language, samples.last().copied().unwrap_or_default());
    let peak = number(language, samples.iter().copied().max().unwrap_or_default());
    let label = fill(strings(language).chart_label, &[("metric", &metric), ("now", &now), ("peak", &peak)]);
    let samples: Vec<_> = samples.iter().copied().map(Some).collect();
    let path = graph::line(&samples, samples.len(), graph::most(&[&samples]));
    view! {
        <p class="metric" aria-hidden="true">
            <span>{metric}</span>
            <b>{now}</b>
        </p>
        {graph(text(move || path.clone()), graph::none(), text(move || label.clone()))}
    }
    .into_any()
}

fn drops(language: &'static Language, drops: &[(String, u64)]) -> AnyView {
    if drops.is_empty() {
        return view! { <p>{strings(language).no_rejections}</p> }.into_any();
    }
    let one = |(why, count): &(String, u64)| {
        view! {
            <li class="metric">
                <span>{named(language, why)}</span>
                <b>{number(language, *count)}</b>
            </li>
        }
        .into_any()
    };
    view! { <ul>{drops.iter().map(one).collect_view()}</ul> }.into_any()
}

/// A close code with its name; anything else as the server calls it.
fn named(language: &'static Language, why: &str) -> String {
    let strings = language.strings();
    why.parse().map_or_else(|_| why.to_owned(), |code| strings.close(CloseCode(code), ""))
}

fn number(language: &'static Language, figure: u64) -> String {
    language.strings().number(figure)
}

fn strings(language: &'static Language) -> &'static MetricsStrings {
    MetricsStrings::of(language.lang.get())
}

fn label(language: &'static Language, string: fn(&MetricsStrings) -> &'static str) -> Text {
    text(move || string(strings(language)))
}
