//! The strip below the list: latency and rates of the last minute, on one line.

use super::{
    graph::{HEIGHT, WIDTH, line, maximum},
    label::label,
    measure::measure,
    samples::{SLOTS, Samples, SeriesOf},
};
use crate::{
    i18n::{charts::ChartStrings, fill},
    reactive::ErasedSignal,
    reactive::view::{Text, text},
    state::{Language, LogState, context},
};
use leptos::prelude::*;

/// Returns the strip. The section of the charts has the same values with descriptions, so the lines are hidden from
/// screen readers.
pub fn strip() -> AnyView {
    let language = context::<Language>();
    let log = context::<LogState>();
    // The section of the charts measures the latency.
    let samples = measure(|| ());
    let latency = text(move || {
        let strings = ChartStrings::of(language.lang.get());
        let now = log.read(|log| log.latency_ms);
        now.map_or_else(|| "–".to_owned(), |now| fill(strings.ms, &[("n", &language.strings().number(now))]))
    });
    let name = text(move || {
        let strings = ChartStrings::of(language.lang.get());
        [strings.latency, strings.messages, strings.bytes].join(", ")
    });
    view! {
        <section class="strip" aria-label=name>
            {value(label(language, |strings| strings.latency), latency)}
            {spark(samples, |samples| &samples.latency)}
            {value(label(language, |strings| strings.messages), rates(samples, |samples| &samples.received, |samples| &samples.sent))}
            {spark(samples, |samples| &samples.received)}
            {value(
                label(language, |strings| strings.bytes),
                rates(samples, |samples| &samples.received_bytes, |samples| &samples.sent_bytes),
            )}
        </section>
    }
    .into_any()
}

fn value(name: Text, value: Text) -> AnyView {
    view! {
        <span>
            {name}
            " "
            <b>{value}</b>
        </span>
    }
    .into_any()
}

fn rates(samples: ErasedSignal<Samples>, received: SeriesOf, sent: SeriesOf) -> Text {
    let language = context::<Language>();
    let last = move |series: SeriesOf| {
        let last = samples.with(|samples| series(samples).last().copied().flatten().unwrap_or_default());
        language.strings().number(last)
    };
    text(move || fill(ChartStrings::of(language.lang.get()).rates, &[("in", &last(received)), ("out", &last(sent))]))
}

fn spark(samples: ErasedSignal<Samples>, series: SeriesOf) -> AnyView {
    let path = text(move || samples.with(|samples| line(series(samples), SLOTS, maximum(&[series(samples)]))));
    view! {
        <svg aria-hidden="true" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
