//! The log outlasts a reload, until the tab is closed.

use crate::{
    model::log::Log,
    platform::browser::{Keep, now_ms},
    reactive::{ErasedValue, effect},
    state::Store,
};
use gloo_timers::callback::Timeout;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// Where it is stored.
const LOG: &str = "yodel.log";
/// How long a change may wait to be stored, in milliseconds; leaving the page stores it at once.
const EVERY_MS: u32 = 3_000;

/// Begins with the log of the page that was loaded anew.
pub fn restore(store: Store) {
    if let Some(saved) = Keep::Visit.load(LOG) {
        store.change(|journal| journal.restore(now_ms(), saved));
    }
}

/// Stores the log.
pub fn save(store: Store) {
    Keep::Visit.save(LOG, &untrack(|| store.read(Log::save)));
}

/// Stores it from now on: when the page is left, and at times when it changes. A page that comes
/// back from the back/forward cache still has its rows, so only a new one restores them.
pub fn keep(store: Store) {
    let asked = ErasedValue::new(false);
    window_event_listener_untyped("pagehide", move |_| save(store));
    effect(move || {
        store.read(|_| ());
        if !asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            Timeout::new(EVERY_MS, move || {
                asked.set_value(false);
                save(store);
            })
            .forget();
        }
    });
}
