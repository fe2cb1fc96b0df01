//! What the page is put together from. Each is one type whatever it shows, so that its code is
//! downloaded once.

use crate::{
    reactive::view::{Click, Flag, Text, click, flag, text},
    reactive::{ErasedMemo, ErasedSignal},
};
use leptos::{ev, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// What happens to what is in a field.
pub type Change = Box<dyn FnMut(String)>;

/// What an event of a field does.
type Input = Box<dyn FnMut(ev::Event)>;

/// A button: its looks, its word, and what it does.
pub fn button(class: &'static str, word: Text, act: impl FnMut() + 'static) -> AnyView {
    view! {
        <button type="button" class=class on:click=click(act)>
            {word}
        </button>
    }
    .into_any()
}

/// Buttons of which one is pressed: the group's name, and for each its word, whether it is the one,
/// and what it does.
pub fn choice(name: Text, buttons: Vec<(Text, Flag, Click)>) -> AnyView {
    let buttons: Vec<_> = buttons
        .into_iter()
        .map(|(word, pressed, act)| {
            view! {
                <button type="button" aria-pressed=text(move || pressed().to_string()) on:click=act>
                    {word}
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

/// A button with a name for screen readers that says more than its word.
pub fn named_button(class: &'static str, word: Text, name: String, act: impl FnMut() + 'static) -> AnyView {
    view! {
        <button type="button" class=class aria-label=name.clone() title=name on:click=click(act)>
            {word}
        </button>
    }
    .into_any()
}

/// Things that come and go, each made once for its name.
pub fn each(
    names: impl Fn() -> Vec<String> + Send + Sync + 'static,
    make: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let names = ErasedMemo::new(names);
    keyed(names, Arc::new(make))
}

fn keyed(names: ErasedMemo<Vec<String>>, make: Arc<dyn Fn(String) -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || names.get() key=String::clone children=move |name| make(name)/> }.into_any()
}

/// A part of a side with its heading.
pub fn section(id: &'static str, heading: Text, content: AnyView) -> AnyView {
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// A field with its label: its id, its type, what is in it, and what happens when that changes.
pub fn field(id: &'static str, kind: &'static str, label: Text, value: Text, mut change: Change) -> AnyView {
    let input: Input = Box::new(move |event| change(typed(&event)));
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                id=id
                class="form-control"
                type=kind
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=value
                on:input=input
            />
        </label>
    }
    .into_any()
}

/// A choice with its label: values with their words.
pub fn select(id: &'static str, label: Text, values: &[(&'static str, Text)], chosen: ErasedSignal<String>) -> AnyView {
    let option = |(value, word): &(&'static str, Text)| {
        let value = *value;
        view! {
            <option value=value selected=chosen.get_untracked() == value>
                {word.clone()}
            </option>
        }
        .into_any()
    };
    let change: Input = Box::new(move |event| chosen.set(typed(&event)));
    let options: Vec<_> = values.iter().map(option).collect();
    view! {
        <label class="field">
            <span>{label}</span>
            <select id=id class="form-control" prop:value=text(move || chosen.get()) on:change=change>
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// A box to tick.
pub fn tick(label: Text, ticked: ErasedSignal<bool>) -> AnyView {
    let change: Input = Box::new(move |_| ticked.update(|ticked| *ticked = !*ticked));
    view! {
        <label class="checkbox">
            <input type="checkbox" prop:checked=flag(move || ticked.get()) on:change=change/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// What is wrong, said as soon as it is; nothing while the text is empty.
pub fn wrong(wrong: ErasedSignal<String>) -> AnyView {
    view! {
        <p class="error" role="alert">
            {text(move || wrong.get())}
        </p>
    }
    .into_any()
}

/// A part that is opened with a click on its words.
pub fn fold(word: Text, content: AnyView) -> AnyView {
    view! {
        <details>
            <summary>{word}</summary>
            {content}
        </details>
    }
    .into_any()
}

/// What is in the field or chosen. A choice has its value under the same name.
fn typed(event: &ev::Event) -> String {
    event.target().map(|target| target.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
