//! Charts of latency, throughput and connection history.

pub mod graph;
mod label;
mod measure;
mod samples;
mod strip;
mod timeline;

pub use strip::strip;

use crate::{
    i18n::{charts::ChartStrings, fill},
    model::log::timeline::ConnectionChange,
    platform::time::{LocalTime, now_ms},
    reactive::view::{Text, dynamic_view, text},
    reactive::{ErasedMemo, ErasedSignal},
    state::{Connection, Dispatcher, Language, LogState, context},
    ui::section::section as titled,
    ui::widgets::disclosure,
};
use graph::{Graph, line, maximum};
use label::label;
use leptos::prelude::*;
use measure::measure;
use samples::{SLOTS, Samples, SeriesOf};
use yodel_protocol::CloseCode;

/// Returns the section with the charts.
pub fn section() -> AnyView {
    let connection = context::<Connection>();
    let dispatcher = context::<Dispatcher>();
    let language = context::<Language>();
    let log = context::<LogState>();
    let samples = measure(move || dispatcher.measure_latency());
    let changes = ErasedMemo::new(move || log.read(|log| log.timeline.changes.last().map_or(0, |change| change.at_ms)));
    let plain = ErasedMemo::new(move || {
        connection.state.track();
        connection.is_plain()
    });
    let content = view! {
        <h3>{label(language, |strings| strings.latency)}</h3>
        {dynamic_view(move || Some(if plain.get() { latency_unavailable() } else { latency(samples) }))}
        <h3>{label(language, |strings| strings.messages)}</h3>
        {rates(samples, |strings| strings.messages, |samples| &samples.received, |samples| &samples.sent)}
        <h3>{label(language, |strings| strings.bytes)}</h3>
        {rates(samples, |strings| strings.bytes, |samples| &samples.received_bytes, |samples| &samples.sent_bytes)}
        <h3>{label(language, |strings| strings.timeline)}</h3>
        {dynamic_view(move || Some(connection_timeline(samples)))}
        {dynamic_view(move || (changes.get() > 0).then(list))}
    };
    titled("live", label(language, |strings| strings.heading), content.into_any())
}

/// Returns the hint that plain messages have no response to measure.
fn latency_unavailable() -> AnyView {
    let language = context::<Language>();
    view! { <p class="muted">{label(language, |strings| strings.no_latency)}</p> }.into_any()
}

fn latency(samples: ErasedSignal<Samples>) -> AnyView {
    let language = context::<Language>();
    let log = context::<LogState>();
    let path = text(move || samples.with(|samples| line(&samples.latency, SLOTS, maximum(&[&samples.latency]))));
    let description = text(move || {
        let strings = ChartStrings::of(language.lang.get());
        samples
            .with(|samples| {
                let (now, min, max) = samples.latency_range()?;
                Some(fill(strings.latency_label, &[("now", &now), ("min", &min), ("max", &max)]))
            })
            .unwrap_or_else(|| strings.no_data.to_owned())
    });
    let now = text(move || {
        let strings = ChartStrings::of(language.lang.get());
        // The value of the status line, not that of the last measurement.
        match log.read(|log| log.latency_ms) {
            Some(now) => fill(strings.ms, &[("n", &language.strings().number(now))]),
            None => strings.no_data.to_owned(),
        }
    });
    view! {
        {Graph { first: path, second: graph::no_line(), description }.view()}
        {caption(now)}
    }
    .into_any()
}

/// Returns a chart of both directions on one scale.
fn rates(
    samples: ErasedSignal<Samples>,
    metric: fn(&ChartStrings) -> &'static str,
    received: SeriesOf,
    sent: SeriesOf,
) -> AnyView {
    let language = context::<Language>();
    let path = move |series: SeriesOf| {
        text(move || samples.with(|samples| line(series(samples), SLOTS, maximum(&[received(samples), sent(samples)]))))
    };
    let number = move |value: u64| language.strings().number(value);
    let last =
        move |series: SeriesOf| number(samples.with(|samples| series(samples).last().copied().flatten().unwrap_or(0)));
    let description = text(move || {
        let strings = ChartStrings::of(language.lang.get());
        let peak = number(samples.with(|samples| maximum(&[received(samples), sent(samples), &[Some(0)]])));
        fill(
            strings.rate_label,
            &[("metric", &metric(strings)), ("in", &last(received)), ("out", &last(sent)), ("peak", &peak)],
        )
    });
    let now = text(move || {
        fill(ChartStrings::of(language.lang.get()).rates, &[("in", &last(received)), ("out", &last(sent))])
    });
    view! {
        {Graph { first: path(received), second: path(sent), description }.view()}
        {caption(now)}
    }
    .into_any()
}

fn caption(now: Text) -> AnyView {
    let language = context::<Language>();
    view! {
        <p class="caption">
            <span class="muted">{label(language, |strings| strings.last_minute)}</span>
            <b>{now}</b>
        </p>
    }
    .into_any()
}

/// Returns the timeline of connections.
fn connection_timeline(samples: ErasedSignal<Samples>) -> AnyView {
    let language = context::<Language>();
    let log = context::<LogState>();
    samples.track();
    let strings = ChartStrings::of(language.lang.get());
    let changes = log.peek(|log| log.timeline.changes.clone());
    if changes.is_empty() {
        return view! { <p class="muted">{label(language, |strings| strings.no_connection_yet)}</p> }.into_any();
    }
    let spans: Vec<_> = timeline::spans(&changes, now_ms()).into_iter().map(span).collect();
    let label = fill(strings.timeline_label, &[("n", &changes.len())]);
    view! {
        <svg class="timeline" role="img" aria-label=label viewBox=format!("0 0 {} 8", timeline::LENGTH) preserveAspectRatio="none">
            {spans}
        </svg>
    }
    .into_any()
}

/// Returns the list of changes, newest first.
fn list() -> AnyView {
    let language = context::<Language>();
    let log = context::<LogState>();
    let strings = ChartStrings::of(language.lang.get());
    let describe = |change: &ConnectionChange| match change.code {
        None => fill(strings.connected, &[("url", &change.url)]),
        Some(code) => fill(strings.disconnected, &[("reason", &language.strings().close(CloseCode(code), ""))]),
    };
    let line = |change: &ConnectionChange| {
        let time = LocalTime::new(change.at_ms);
        let line = format!("{}{} {}", time.minutes(), time.seconds(), describe(change));
        view! { <li>{text(move || line.clone())}</li> }.into_any()
    };
    let lines: Vec<_> = log.peek(|log| log.timeline.changes.iter().rev().map(line).collect());
    disclosure(label(language, |strings| strings.details), view! { <ol class="changes">{lines}</ol> }.into_any())
}

fn span(span: timeline::Span) -> AnyView {
    let class = if span.up { "up" } else { "down" };
    let (y, height) = if span.up { ("0", "8") } else { ("5", "3") };
    view! { <rect class=class x=span.from.to_string() y=y width=span.length.to_string() height=height></rect> }
        .into_any()
}
