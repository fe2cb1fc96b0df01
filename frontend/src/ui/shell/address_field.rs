//! The address: text until it is clicked, then a field.

use crate::{
    platform::browser,
    reactive::view::{click, part, text},
    reactive::{ErasedMemo, ErasedValue},
    state::Store,
};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::queue_microtask, prelude::*};
use web_sys::HtmlInputElement;

/// The id of the address.
const ADDRESS: &str = "address";
/// The id of the field.
const FIELD: &str = "txtUrl";

fn field() -> Option<HtmlInputElement> {
    browser::element(FIELD)
}

/// The address, in the status line.
#[component]
pub fn AddressField(store: Store) -> impl IntoView {
    let editing = ErasedMemo::new(move || store.editing.with(Option::is_some));
    let edited = ErasedValue::new(false);
    part(move || {
        Some(if editing.get() {
            edited.set_value(true);
            view! { <Form store/> }.into_any()
        } else {
            view! { <Address store focus=edited.get_value()/> }.into_any()
        })
    })
}

/// The address as a button; it takes the focus back when the field was closed.
#[component]
fn Address(store: Store, focus: bool) -> impl IntoView {
    if focus {
        queue_microtask(|| browser::focus(ADDRESS));
    }
    view! {
        <button
            id=ADDRESS
            type="button"
            class="address"
            title=store.say(|words| words.change_address)
            on:click=click(move || store.edit())
        >
            <span class="sr">{store.say(|words| words.change_address)} ": "</span>
            {text(move || store.url.get())}
        </button>
    }
}

#[component]
fn Form(store: Store) -> impl IntoView {
    queue_microtask(move || {
        let Some(field) = field() else { return };
        field.set_value(&store.editing.get_untracked().unwrap_or_default());
        let _ = field.focus();
        field.select();
    });
    view! {
        <form
            class="address"
            on:submit=move |event| submit(store, &event)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    store.editing.set(None);
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
                aria-label=store.say(|words| words.address)
                on:input=move |_| say("")
            />
            <datalist id="paths">{Vec::from(store.endpoints().map(|url| view! { <option value=url></option> }.into_any()))}</datalist>
            <button type="submit" class="btn">
                {store.say(|words| words.connect)}
            </button>
        </form>
    }
}

fn submit(store: Store, event: &SubmitEvent) {
    event.prevent_default();
    let typed = field().map(|field| field.value()).unwrap_or_default();
    if !store.connect(&typed) {
        say(store.words().bad_address);
    }
}

/// Says beside the field what is wrong with it; nothing is wrong with an empty text.
fn say(text: &str) {
    if let Some(field) = field() {
        field.set_custom_validity(text);
        if !text.is_empty() {
            field.report_validity();
        }
    }
}
