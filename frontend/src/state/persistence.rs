//! Persistence of the log across reloads, until the tab is closed.

use crate::{
    model::log::Log,
    platform::{storage::StorageArea, time::now_ms},
    reactive::{ErasedValue, effect},
    state::LogState,
};
use gloo_timers::callback::Timeout;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// Storage key of the log.
const LOG: &str = "yodel.log";
/// Longest time between a change and its storage, in milliseconds. Leaving the page stores the log at once.
const SAVE_DELAY_MS: u32 = 3_000;

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

/// Stores the log from now on, after changes and when the page is left. A page from the back/forward cache still has
/// its log, so only a new page restores it.
pub fn persist(log: &'static LogState) {
    let is_scheduled = ErasedValue::new(false);
    window_event_listener_untyped("pagehide", move |_| save(log));
    effect(move || {
        log.read(|_| ());
        if !is_scheduled.try_update_value(|is_scheduled| std::mem::replace(is_scheduled, true)).unwrap_or(true) {
            Timeout::new(SAVE_DELAY_MS, move || {
                is_scheduled.set_value(false);
                save(log);
            })
            .forget();
        }
    });
}
