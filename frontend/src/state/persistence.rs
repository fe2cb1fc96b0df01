//! The log outlasts a reload, until the tab is closed.

use crate::{
    model::log::Log,
    platform::{storage::StorageArea, time::now_ms},
    reactive::{ErasedValue, effect},
    state::LogState,
};
use gloo_timers::callback::Timeout;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// Where it is stored.
const LOG: &str = "yodel.log";
/// How long a change may wait to be stored, in milliseconds; leaving the page stores it at once.
const EVERY_MS: u32 = 3_000;

/// Restores the log from before the reload.
pub fn restore(log: &'static LogState) {
    if let Some(saved) = StorageArea::Session.load(LOG) {
        log.change(|log| log.restore(now_ms(), saved));
    }
}

/// Saves the log.
pub fn save(log: &'static LogState) {
    StorageArea::Session.save(LOG, &untrack(|| log.read(Log::save)));
}

/// Stores it from now on: when the page is left, and at times when it changes. A page that comes
/// back from the back/forward cache still has its rows, so only a new one restores them.
pub fn keep(log: &'static LogState) {
    let asked = ErasedValue::new(false);
    window_event_listener_untyped("pagehide", move |_| save(log));
    effect(move || {
        log.read(|_| ());
        if !asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            Timeout::new(EVERY_MS, move || {
                asked.set_value(false);
                save(log);
            })
            .forget();
        }
    });
}
