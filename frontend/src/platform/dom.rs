//! The document.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{Element, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// Returns whether the browser supports a value of a CSS property.
    #[wasm_bindgen(js_namespace = CSS)]
    pub fn supports(property: &str, value: &str) -> bool;

    type Selection;

    #[wasm_bindgen(js_name = getSelection)]
    fn selection() -> Option<Selection>;

    #[wasm_bindgen(method, getter, js_name = isCollapsed)]
    fn is_collapsed(this: &Selection) -> bool;

    #[wasm_bindgen(method, js_name = containsNode)]
    fn contains_node(this: &Selection, node: &Element, partly: bool) -> bool;
}

/// Returns whether text outside fields is selected.
pub fn has_selection() -> bool {
    selection().is_some_and(|selection| !selection.is_collapsed())
}

/// Returns whether text in this element is selected.
pub fn has_selection_in(element: &Element) -> bool {
    selection().is_some_and(|selection| !selection.is_collapsed() && selection.contains_node(element, true))
}

/// Returns the element with this id; `None` while the page has none.
pub fn element<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = element::<HtmlElement>(id) {
        let _ = element.focus();
    }
}

/// Sets the language of the document (BCP 47).
pub fn set_language(tag: &str) {
    set_root_attribute("lang", tag);
}

/// Sets an attribute of the document's root element.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}
