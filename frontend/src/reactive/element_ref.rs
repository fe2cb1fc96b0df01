//! A reference to an element of a view. Leptos's `NodeRef` generates its code for every type of element.

use super::{ErasedSignal, effect};
use leptos::{
    prelude::untrack,
    tachys::html::{element::ElementType, node_ref::NodeRefContainer},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A reference to an element, for the attribute `node_ref`. It is empty until the element is created.
#[derive(Clone, Copy, Default)]
pub struct ElementRef(ErasedSignal<Option<HtmlElement>>);

impl ElementRef {
    /// Returns the element, tracked.
    pub fn get(self) -> Option<HtmlElement> {
        self.0.get()
    }

    /// Returns the element, untracked.
    pub fn get_untracked(self) -> Option<HtmlElement> {
        self.0.get_untracked()
    }

    /// Calls a function once, when the element is created.
    pub fn on_load(self, act: impl FnOnce(HtmlElement) + 'static) {
        let mut act = Some(act);
        effect(move || {
            if let Some(element) = self.get()
                && let Some(act) = act.take()
            {
                untrack(|| act(element));
            }
        });
    }
}

impl<E: ElementType> NodeRefContainer<E> for ElementRef {
    fn load(self, element: &Element) {
        self.0.set(Some(element.clone().unchecked_into()));
    }
}
