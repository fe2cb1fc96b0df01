//! Widgets. Each has one type for all contents, so that its code is generated once.

use crate::{
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedMemo, ErasedSignal},
    ui::keys::is_composing,
};
use leptos::{ev, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Callback for changes of a field's value.
pub type OnChange = Box<dyn FnMut(String)>;

/// Event handler of a field.
type OnEvent = Box<dyn FnMut(ev::Event)>;

/// Returns a button with this class and label.
pub fn button(class: &'static str, label: Text, on_click: impl FnMut() + 'static) -> AnyView {
    view! {
        <button type="button" class=class on:click=click_handler(on_click)>
            {label}
        </button>
    }
    .into_any()
}

/// Returns a group of toggle buttons: the label of the group, and for each button its label, whether it is pressed,
/// and its click handler.
pub fn toggle_group(name: Text, buttons: Vec<(Text, BoolAttribute, ClickHandler)>) -> AnyView {
    let buttons: Vec<_> = buttons
        .into_iter()
        .map(|(label, pressed, on_click)| {
            view! {
                <button type="button" aria-pressed=text(move || pressed().to_string()) on:click=on_click>
                    {label}
                </button>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="toggle-group" role="group" aria-label=name>
            {buttons}
        </div>
    }
    .into_any()
}

/// Returns a button whose accessible name and tooltip differ from its label.
pub fn labeled_button(class: &'static str, label: Text, name: String, on_click: impl FnMut() + 'static) -> AnyView {
    view! {
        <button type="button" class=class aria-label=name.clone() title=name on:click=click_handler(on_click)>
            {label}
        </button>
    }
    .into_any()
}

/// Returns a keyed list: the view of each name is created once.
pub fn keyed_list(
    names: impl Fn() -> Vec<String> + Send + Sync + 'static,
    make: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let names = ErasedMemo::new(names);
    keyed_items(names, Arc::new(make))
}

fn keyed_items(names: ErasedMemo<Vec<String>>, make: Arc<dyn Fn(String) -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || names.get() key=String::clone children=move |name| make(name)/> }.into_any()
}

/// A labeled input. Enter clicks the button beside it, unless the field is in a form.
pub struct Field {
    /// Id of the input.
    pub id: &'static str,
    /// Type of the input. One of the type `number` keeps what is typed, a number or not: browsers return an empty text
    /// for what is none.
    pub kind: &'static str,
    /// Label above the input.
    pub label: Text,
    /// Value of the input.
    pub value: Text,
    /// Handler of a change.
    pub change: OnChange,
}

impl Field {
    /// Returns the view.
    pub fn view(self) -> AnyView {
        let Self { id, kind, label, value, mut change } = self;
        let input: OnEvent = Box::new(move |event| change(input_value(&event)));
        let (kind, keyboard) = if kind == "number" { ("text", "numeric") } else { (kind, "") };
        view! {
            <label class="field">
                <span>{label}</span>
                <input
                    id=id
                    class="form-control"
                    type=kind
                    inputmode=keyboard
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=value
                    on:input=input
                    on:keydown=move |event| click_button(&event)
                />
            </label>
        }
        .into_any()
    }
}

/// Clicks the first button of the fields around the target when Enter is pressed. A form does this itself.
fn click_button(event: &KeyboardEvent) {
    if event.key() != "Enter" || is_composing(event) || event.repeat() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let fields = target.and_then(|target| target.closest("div.fields").ok().flatten());
    let button = fields.and_then(|fields| fields.query_selector("button.btn").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// Returns a labeled drop-down list of values and their labels.
pub fn select(
    id: &'static str,
    label: Text,
    values: &[(&'static str, Text)],
    selected_value: ErasedSignal<String>,
) -> AnyView {
    let option = |(value, label): &(&'static str, Text)| {
        let value = *value;
        view! {
            <option value=value selected=selected_value.get_untracked() == value>
                {label.clone()}
            </option>
        }
        .into_any()
    };
    let change: OnEvent = Box::new(move |event| selected_value.set(input_value(&event)));
    let options: Vec<_> = values.iter().map(option).collect();
    view! {
        <label class="field">
            <span>{label}</span>
            <select id=id class="form-control" prop:value=text(move || selected_value.get()) on:change=change>
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// Returns a labeled checkbox.
pub fn checkbox(label: Text, checked: ErasedSignal<bool>) -> AnyView {
    let change: OnEvent = Box::new(move |_| checked.update(|checked| *checked = !*checked));
    view! {
        <label class="checkbox">
            <input type="checkbox" prop:checked=bool_attribute(move || checked.get()) on:change=change/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// Returns an alert with an error while there is one.
pub fn error_alert(error: ErasedSignal<String>) -> DynamicView {
    dynamic_view(move || error.with(|text| !text.is_empty()).then(|| error_text(error)))
}

/// Returns a live region for an error; hidden while the text is empty.
pub fn error_text(error: ErasedSignal<String>) -> AnyView {
    view! {
        <p class="error" role="alert">
            {text(move || error.get())}
        </p>
    }
    .into_any()
}

/// Returns a disclosure: content that a click on its label shows.
pub fn disclosure(label: Text, content: AnyView) -> AnyView {
    view! {
        <details>
            <summary>{label}</summary>
            {content}
        </details>
    }
    .into_any()
}

/// Returns the value of the input or select that is the target of an event. Both have a property `value`.
fn input_value(event: &ev::Event) -> String {
    event.target().map(|target| target.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
