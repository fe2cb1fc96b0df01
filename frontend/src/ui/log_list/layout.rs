//! Size and position of the message list in the browser.

use crate::{model::window::Viewport, reactive::ErasedValue};
use leptos::leptos_dom::helpers::queue_microtask;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Event, HtmlElement, ResizeObserver};

/// Sets the height of the list to that of all rows, and the padding that positions the rendered rows. Uses the
/// style object because the content security policy forbids style attributes.
pub fn set_geometry(rows: &HtmlElement, count: usize, viewport: Viewport) {
    let above = viewport.content(viewport.rows(count).start);
    let _ = rows.style().set_property("height", &format!("{}px", viewport.content(count)));
    let _ = rows.style().set_property("padding-top", &format!("{above}px"));
}

/// Returns the visible part of the list, whose rows have this height. Forces a layout.
pub fn measure(scroller: &HtmlElement, row: i32) -> Viewport {
    Viewport { top: scroller.scroll_top(), height: scroller.client_height(), row }
}

/// Calls a function before the next frame, after the rows of this change and their texts are in the document.
/// Scrolling forces a layout, so it happens once per change.
pub fn after_render<T>(act: impl FnOnce() -> T + 'static) {
    queue_microtask(move || queue_microtask(move || drop(act())));
}

/// Calls a function on events of this name. The browser scrolls without waiting for it, because it cannot prevent that.
/// The listener lives as long as the reactive owner.
pub fn listen_passively(element: &HtmlElement, event: &str, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler);
    let options = AddEventListenerOptions::new();
    options.set_passive(true);
    let function = handler.as_ref().unchecked_ref();
    let _ = element.add_event_listener_with_callback_and_add_event_listener_options(event, function, &options);
    ErasedValue::new(handler);
}

/// Calls a function whenever the size of an element changes. The observer lives as long as the reactive owner.
pub fn observe_size(element: &HtmlElement, changed: impl FnMut() + 'static) {
    let changed = Closure::<dyn FnMut()>::new(changed);
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    ErasedValue::new(SizeObserver { observer, _changed: changed });
}

/// An observer that ends when it is dropped. The browser calls others also when their element is removed.
struct SizeObserver {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
