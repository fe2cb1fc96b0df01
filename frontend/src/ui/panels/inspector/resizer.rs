//! The separator that changes the width of the inspector. The width is kept for later visits.

use super::selected_row::Inspector;
use crate::{
    platform::storage::StorageArea,
    reactive::view::text,
    reactive::{ElementRef, ErasedSignal, ErasedValue, effect},
    ui::focus::INSPECTOR,
};
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// Storage name of the width.
const STORAGE_KEY: &str = "yodel.inspector";
/// Smallest width, in pixels.
const MIN_PX: i32 = 300;
/// Width before it was changed, in pixels.
const DEFAULT_PX: i32 = 380;
/// Change of the width by a key, in pixels.
const STEP_PX: i32 = 20;

/// The width of the inspector. A handle: copies refer to the same width.
#[derive(Clone, Copy)]
pub struct Resizer {
    /// The element of the inspector.
    pub element: ElementRef,
    width: ErasedSignal<i32>,
    /// Position of the pointer and width when the separator was pressed.
    pressed: ErasedValue<Option<(i32, i32)>>,
}

impl Resizer {
    /// Creates the state with the stored width.
    pub fn load() -> Self {
        let stored = StorageArea::Local.text(STORAGE_KEY).and_then(|width| width.parse().ok());
        let (element, pressed) = (ElementRef::default(), ErasedValue::new(None));
        let resizer = Self { element, width: ErasedSignal::new(stored.unwrap_or(DEFAULT_PX)), pressed };
        effect(move || {
            let width = resizer.width();
            if let Some(element) = element.get() {
                let _ = HtmlElement::style(&element).set_property("width", &format!("{width}px"));
            }
        });
        resizer
    }

    /// Returns the width within its limits, tracked.
    fn width(self) -> i32 {
        self.width.get().clamp(MIN_PX, max_px())
    }

    fn set(self, width: i32) {
        self.width.set(width.clamp(MIN_PX, max_px()));
    }

    fn store(self) {
        // Without storage, the width is that of this visit.
        let _ = StorageArea::Local.set_text(STORAGE_KEY, &self.width.get_untracked().to_string());
    }

    fn key(self, event: &KeyboardEvent) {
        let width = untrack(|| self.width());
        self.set(match event.key().as_str() {
            "ArrowLeft" => width + STEP_PX,
            "ArrowRight" => width - STEP_PX,
            "Home" => MIN_PX,
            "End" => max_px(),
            _ => return,
        });
        event.prevent_default();
        self.store();
    }

    fn press(self, event: &PointerEvent) {
        if let Some(separator) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            // Without it, the pointer must stay on the separator.
            let _ = separator.set_pointer_capture(event.pointer_id());
        }
        // No text is selected meanwhile.
        event.prevent_default();
        self.pressed.set_value(Some((event.client_x(), untrack(|| self.width()))));
    }

    fn drag(self, event: &PointerEvent) {
        if let Some((x, width)) = self.pressed.get_value() {
            self.set(width + x - event.client_x());
        }
    }

    fn release(self) {
        if self.pressed.try_update_value(Option::take).flatten().is_some() {
            self.store();
        }
    }
}

impl Inspector {
    /// Returns the separator.
    pub(super) fn separator(self) -> AnyView {
        let resizer = self.resizer;
        view! {
            <div
                class="separator"
                role="separator"
                tabindex="0"
                aria-orientation="vertical"
                aria-controls=INSPECTOR
                aria-label=self.label(|strings| strings.resize)
                aria-valuemin=MIN_PX.to_string()
                aria-valuemax=text(|| max_px().to_string())
                aria-valuenow=text(move || resizer.width().to_string())
                on:keydown=move |event| resizer.key(&event)
                on:pointerdown=move |event| resizer.press(&event)
                on:pointermove=move |event| resizer.drag(&event)
                on:pointerup=move |_| resizer.release()
                on:pointercancel=move |_| resizer.release()
            ></div>
        }
        .into_any()
    }
}

/// Returns the largest width: half of the window.
#[expect(clippy::cast_possible_truncation, reason = "a window is some thousand pixels wide")]
fn max_px() -> i32 {
    let window_px = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
    (window_px as i32 / 2).max(MIN_PX)
}
