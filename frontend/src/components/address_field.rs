//! The address: text until it is clicked, then a field.

use crate::{
    store::Store,
    view::{click, part, text},
};
use leptos::{
    ev::SubmitEvent,
    html::{Button, Input},
    prelude::*,
};

/// The address, in the status line.
#[component]
pub fn AddressField(store: Store) -> impl IntoView {
    let editing = Memo::new(move |_| store.editing.with(Option::is_some));
    let edited = StoredValue::new(false);
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
    let button = NodeRef::<Button>::new();
    if focus {
        button.on_load(|button| drop(button.focus()));
    }
    view! {
        <button
            type="button"
            class="address"
            title=store.say(|words| words.change_address)
            node_ref=button
            on:click=click(move || store.edit())
        >
            <span class="sr">{store.say(|words| words.change_address)} ": "</span>
            {text(move || store.url.get())}
        </button>
    }
}

#[component]
fn Form(store: Store) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    field.on_load(move |field| {
        field.set_value(&store.editing.get_untracked().unwrap_or_default());
        let _ = field.focus();
        field.select();
    });
    view! {
        <form
            class="address"
            on:submit=move |event| submit(store, field, &event)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    store.editing.set(None);
                }
            }
        >
            <input
                id="txtUrl"
                class="form-control"
                type="text"
                inputmode="url"
                list="paths"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=store.say(|words| words.address)
                node_ref=field
                on:input=move |_| say(field, "")
            />
            <datalist id="paths">{store.endpoints().map(|url| view! { <option value=url></option> })}</datalist>
            <button type="submit" class="btn">
                {store.say(|words| words.connect)}
            </button>
        </form>
    }
}

fn submit(store: Store, field: NodeRef<Input>, event: &SubmitEvent) {
    event.prevent_default();
    let typed = field.get_untracked().map(|field| field.value()).unwrap_or_default();
    if !store.connect(&typed) {
        say(field, store.words().bad_address);
    }
}

/// Says beside the field what is wrong with it; nothing is wrong with an empty text.
fn say(field: NodeRef<Input>, text: &str) {
    if let Some(field) = field.get_untracked() {
        field.set_custom_validity(text);
        if !text.is_empty() {
            field.report_validity();
        }
    }
}
