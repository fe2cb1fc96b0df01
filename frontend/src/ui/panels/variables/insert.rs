//! The references that can be inserted into the message field, and those in it that have no value.

use crate::{
    i18n::{fill, variables::VariableStrings},
    model::variables::{BuiltIn, Template, template::has_braces},
    reactive::view::{Text, dynamic_view, text},
    reactive::{ErasedSignal, listen_to_window},
    state::{Language, VariableStore, context},
    ui::{focus::message_field, widgets::labeled_button},
};
use leptos::prelude::*;

/// Length of a text, in UTF-16 code units, that is searched for references at each key press.
const MAX_SEARCHED: u32 = 64 << 10;

/// Returns the buttons that insert a reference, with the function that inserts it.
pub fn insert(insert_text: fn(&str)) -> AnyView {
    let (language, store) = (context::<Language>(), expect_context::<&'static VariableStore>());
    let buttons = move || {
        let names = store.with(|variables| variables.iter().map(|variable| variable.name.clone()).collect::<Vec<_>>());
        let built_in = BuiltIn::ALL.into_iter().map(|built_in| built_in.name().to_owned());
        let strings = VariableStrings::of(language.lang.get());
        names.into_iter().chain(built_in).map(|name| one(strings, &name, insert_text)).collect::<Vec<_>>()
    };
    view! { <div class="references">{dynamic_view(move || Some(buttons().into_any()))}</div> }.into_any()
}

/// Returns the names in the message field that are not defined. The text follows the field.
pub fn undefined() -> Text {
    let (language, store) = (context::<Language>(), expect_context::<&'static VariableStore>());
    let typed = ErasedSignal::new(template());
    listen_to_window("input", move |_| {
        let now = template();
        if typed.with_untracked(|before| *before != now) {
            typed.set(now);
        }
    });
    text(move || {
        let names = typed.with(|template| store.undefined(template));
        let strings = VariableStrings::of(language.lang.get());
        if names.is_empty() { String::new() } else { fill(strings.undefined, &[("names", &names.join(", "))]) }
    })
}

fn one(strings: &VariableStrings, name: &str, insert_text: fn(&str)) -> AnyView {
    let reference = ["{{", name, "}}"].concat();
    let description = fill(strings.insert_label, &[("name", &name)]);
    let shown = reference.clone();
    labeled_button("btn-text", text(move || shown.clone()), description, move || insert_text(&reference))
}

/// Returns the content of the message field.
fn template() -> Template {
    let field = message_field().filter(|field| field.text_length() <= MAX_SEARCHED);
    let text = field.map(|field| field.value()).filter(|text| has_braces(text)).unwrap_or_default();
    Template::parse(&text)
}
