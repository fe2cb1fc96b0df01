//! The layout of the list in the browser.

use crate::{
    model::window::{self, View},
    reactive::ErasedValue,
};
use leptos::leptos_dom::helpers::queue_microtask;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// The list is as high as all its rows; those in the document begin where they belong. Set
/// through the style object: the page's policy forbids style attributes.
pub fn set_geometry(rows: &HtmlElement, count: usize, view: View) {
    let above = window::height(view.rows(count).start);
    let _ = rows.style().set_property("height", &format!("{}px", window::height(count)));
    let _ = rows.style().set_property("padding-top", &format!("{above}px"));
}

/// What is visible_slots of the list.
pub fn measure(scroller: &HtmlElement) -> View {
    View { top: scroller.scroll_top(), height: scroller.client_height() }
}

/// Does something after the rows of this change are chosen, and after what they say is, before the next
/// frame. Whoever scrolls has the browser measure everything: once is enough.
pub fn after_render<T>(act: impl FnOnce() -> T + 'static) {
    queue_microtask(move || queue_microtask(move || drop(act())));
}

/// Calls this when the size of an element changes.
pub fn observe_size(element: &HtmlElement, changed: impl FnMut() + 'static) {
    let changed = Closure::<dyn FnMut()>::new(changed);
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    ErasedValue::new((observer, changed));
}
