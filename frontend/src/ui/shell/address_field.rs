//! The URL in the status line: a button that turns into a field.

use crate::{
    platform::dom,
    reactive::view::{click_handler, dynamic_view, text},
    reactive::{ErasedSignal, ErasedValue, listen_to_window},
    state::{Connection, Dialer, Language, context},
    ui::keys::is_composing,
};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::queue_microtask, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Id of the button.
const ADDRESS: &str = "address";
/// Selector of the field with its button.
const FORM: &str = "form.address";
/// Id of the field.
const FIELD: &str = "txtUrl";

fn field() -> Option<HtmlInputElement> {
    dom::element(FIELD)
}

/// The URL, as a button or as a field.
#[component]
pub fn AddressField() -> impl IntoView {
    let connection = context::<Connection>();
    let editing = ErasedSignal::following(move || connection.editing.with(Option::is_some));
    close_on_outside_click(connection);
    dynamic_view(move || {
        Some(if editing.get() {
            view! { <Form/> }.into_any()
        } else {
            view! { <Address focus=has_focus()/> }.into_any()
        })
    })
}

/// Closes the field after a press outside of it. Waits for the release, because the layout changes and the press must
/// reach its target; a press that began in the field selects text.
fn close_on_outside_click(connection: &'static Connection) {
    let outside = ErasedValue::new(false);
    listen_to_window("pointerdown", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let field = target.and_then(|target| target.closest(FORM).ok().flatten());
        outside.set_value(field.is_none() && connection.editing.with_untracked(Option::is_some));
    });
    listen_to_window("pointerup", move |_| {
        if outside.try_update_value(std::mem::take) == Some(true) {
            connection.editing.set(None);
        }
    });
}

/// Returns whether the focus is in the field or on its button.
fn has_focus() -> bool {
    document().active_element().is_some_and(|focus| focus.closest(FORM).is_ok_and(|form| form.is_some()))
}

/// The URL as a button. It takes the focus when the field closes, unless that is elsewhere.
#[component]
fn Address(focus: bool) -> impl IntoView {
    let connection = context::<Connection>();
    let language = context::<Language>();
    if focus {
        queue_microtask(|| dom::focus(ADDRESS));
    }
    view! {
        <button
            id=ADDRESS
            type="button"
            class="address"
            title=language.label(|strings| strings.edit_url)
            on:click=click_handler(move || connection.edit())
        >
            <span class="sr-only">{language.label(|strings| strings.edit_url)} ": "</span>
            {text(move || connection.public_url())}
        </button>
    }
}

#[component]
fn Form() -> impl IntoView {
    let dialer = context::<Dialer>();
    let connection = context::<Connection>();
    let language = context::<Language>();
    queue_microtask(move || {
        let Some(field) = field() else { return };
        field.set_value(&connection.editing.get_untracked().unwrap_or_default());
        let _ = field.focus();
        field.select();
    });
    view! {
        <form
            class="address"
            on:submit=move |event| submit(dialer, language, &event)
            on:keydown=move |event| {
                if event.key() == "Escape" && !is_composing(&event) {
                    connection.editing.set(None);
                }
            }
        >
            <input
                id=FIELD
                class="form-control"
                type="text"
                inputmode="url"
                list="paths"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=language.label(|strings| strings.url)
                on:input=move |_| set_error("")
            />
            <datalist id="paths">{Vec::from(connection.endpoints().map(|url| view! { <option value=url></option> }.into_any()))}</datalist>
            <button type="submit" class="btn">
                {language.label(|strings| strings.connect)}
            </button>
        </form>
    }
}

fn submit(dialer: &Dialer, language: &Language, event: &SubmitEvent) {
    event.prevent_default();
    let typed = field().map(|field| field.value()).unwrap_or_default();
    if let Err(error) = dialer.connect(&typed) {
        set_error(language.strings().url_error(error));
    }
}

/// Sets the error of the field; an empty text removes it.
fn set_error(text: &str) {
    if let Some(field) = field() {
        field.set_custom_validity(text);
        if !text.is_empty() {
            field.report_validity();
        }
    }
}
