//! The address: text until it is clicked, then a field.

use crate::{
    platform::dom,
    reactive::view::{click, part, text},
    reactive::{ErasedMemo, ErasedValue},
    state::PageState,
};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::queue_microtask, prelude::*};
use web_sys::HtmlInputElement;

/// The id of the address.
const ADDRESS: &str = "address";
/// The id of the field.
const FIELD: &str = "txtUrl";

fn field() -> Option<HtmlInputElement> {
    dom::element(FIELD)
}

/// The address, in the status line.
#[component]
pub fn AddressField(store: &'static PageState) -> impl IntoView {
    let editing = ErasedMemo::new(move || store.connection.editing.with(Option::is_some));
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
fn Address(store: &'static PageState, focus: bool) -> impl IntoView {
    if focus {
        queue_microtask(|| dom::focus(ADDRESS));
    }
    view! {
        <button
            id=ADDRESS
            type="button"
            class="address"
            title=store.language.say(|words| words.change_address)
            on:click=click(move || store.connection.edit())
        >
            <span class="sr">{store.language.say(|words| words.change_address)} ": "</span>
            {text(move || store.connection.url.get())}
        </button>
    }
}

#[component]
fn Form(store: &'static PageState) -> impl IntoView {
    queue_microtask(move || {
        let Some(field) = field() else { return };
        field.set_value(&store.connection.editing.get_untracked().unwrap_or_default());
        let _ = field.focus();
        field.select();
    });
    view! {
        <form
            class="address"
            on:submit=move |event| submit(store, &event)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    store.connection.editing.set(None);
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
                aria-label=store.language.say(|words| words.address)
                on:input=move |_| say("")
            />
            <datalist id="paths">{Vec::from(store.connection.endpoints().map(|url| view! { <option value=url></option> }.into_any()))}</datalist>
            <button type="submit" class="btn">
                {store.language.say(|words| words.connect)}
            </button>
        </form>
    }
}

fn submit(store: &'static PageState, event: &SubmitEvent) {
    event.prevent_default();
    let typed = field().map(|field| field.value()).unwrap_or_default();
    if !store.dialer.connect(&typed) {
        say(store.language.words().bad_address);
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
