//! Listeners of the window and the document.

use super::ErasedValue;
use leptos::{
    leptos_dom::helpers::window_event_listener_untyped,
    prelude::{document, on_cleanup},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

/// Calls a function on each event of the window with this name, until the reactive owner ends.
pub fn listen_to_window(name: &str, handler: impl Fn(Event) + 'static) {
    let listener = window_event_listener_untyped(name, handler);
    on_cleanup(move || listener.remove());
}

/// Calls a function on each event of the document with this name, until the reactive owner ends. For events that do not
/// reach the window.
pub fn listen_to_document(name: &'static str, handler: impl Fn() + 'static) {
    let handler = Closure::<dyn Fn()>::new(handler);
    let _ = document().add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    ErasedValue::new(DocumentListener { name, handler });
}

/// A listener that ends when it is dropped.
struct DocumentListener {
    name: &'static str,
    handler: Closure<dyn Fn()>,
}

impl Drop for DocumentListener {
    fn drop(&mut self) {
        let _ = document().remove_event_listener_with_callback(self.name, self.handler.as_ref().unchecked_ref());
    }
}
