//! Elements that other parts of the page move the focus to.

use crate::platform::dom::{element, focus};
use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

/// Id of the message field.
pub const MESSAGE_FIELD: &str = "txtContent";
/// Id of the message list.
pub const LIST: &str = "list";
/// Id of the inspector.
pub const INSPECTOR: &str = "inspector";

/// Moves the focus to the message field.
pub fn focus_message_field() {
    focus(MESSAGE_FIELD);
}

/// Returns the message field.
pub fn message_field() -> Option<HtmlTextAreaElement> {
    element(MESSAGE_FIELD)
}

/// Keeps the focus while the banner is redrawn: on the button at the same position, else in the message field. Must be
/// called before the redraw.
pub fn keep_banner_focus() {
    let nth = |n: u32| document().query_selector(&format!(".banner button:nth-of-type({n})")).ok().flatten();
    let active = document().active_element();
    let Some(n) = (1..=3).find(|n| active.is_some() && nth(*n) == active) else { return };
    request_animation_frame(move || match nth(n).map(Element::unchecked_into::<HtmlElement>) {
        Some(button) => drop(button.focus()),
        None => focus_message_field(),
    });
}
