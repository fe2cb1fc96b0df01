//! Announces the number of new rows to screen readers when rows arrive too fast to be announced one by one.

use crate::{
    i18n::fill,
    model::announcement_rate::{AnnouncementRate, PERIOD_S},
    reactive::view::text,
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Language, ListState, LogState, context},
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// A live region that is visually hidden.
#[component]
pub fn Announcer() -> impl IntoView {
    let language = context::<Language>();
    let list = context::<ListState>();
    let log = context::<LogState>();
    let announced = ErasedSignal::new(0);
    let rate = ErasedValue::new(AnnouncementRate::default());
    let timer = ErasedValue::new(None::<Interval>);
    let end_period = move || {
        let rows = rate.try_update_value(AnnouncementRate::end_period).unwrap_or_default();
        let fast = rows > u64::from(PERIOD_S);
        list.announce_counts.set(fast);
        announced.set(if fast { rows } else { 0 });
        if rows == 0 {
            timer.set_value(None);
        }
    };
    let mut previous = None;
    effect(move || {
        let rows = log.read(|log| log.entries.pushed());
        let new = rows - previous.replace(rows).unwrap_or(rows);
        if rate.try_update_value(|rate| rate.add(new)).unwrap_or_default() {
            list.announce_counts.set(true);
        }
        if new > 0 && timer.with_value(Option::is_none) {
            timer.set_value(Some(Interval::new(PERIOD_S * 1_000, end_period)));
        }
    });
    let announcement = text(move || match announced.get() {
        0 => String::new(),
        rows => fill(language.strings().announcement, &[("n", &language.strings().number(rows)), ("s", &PERIOD_S)]),
    });
    view! {
        <p class="sr-only" role="status">
            {announcement}
        </p>
    }
}
