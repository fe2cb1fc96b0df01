//! Listeners of the window.

use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::on_cleanup};
use web_sys::Event;

/// Calls a function on each event of the window with this name, until the reactive owner ends.
pub fn listen_to_window(name: &str, handler: impl Fn(Event) + 'static) {
    let listener = window_event_listener_untyped(name, handler);
    on_cleanup(move || listener.remove());
}
