//! Names and values of the variables, and the form for one.

use crate::{
    i18n::{fill, variables::VariableStrings},
    model::variables::{
        BuiltIn, VariableError,
        list::{MAX, MAX_BYTES, MAX_NAME, Variable},
    },
    platform::{dom::focus, storage::StorageFull},
    reactive::ErasedSignal,
    reactive::view::{Text, dynamic_view, text},
    state::{Language, VariableStore, context},
    ui::section::section as titled,
    ui::widgets::{Field, button, error_text, labeled_button},
};
use leptos::prelude::*;

/// Id of the name field.
const NAME: &str = "txtVariable";
/// Maximum number of shown characters of a value.
const SHOWN_CHARS: usize = 100;

/// State of the section. A handle: copies refer to the same section.
#[derive(Clone, Copy)]
struct List {
    language: &'static Language,
    store: &'static VariableStore,
    /// Name of the variable that is edited; empty for a new one.
    edited: ErasedSignal<String>,
    name: ErasedSignal<String>,
    value: ErasedSignal<String>,
    error: ErasedSignal<String>,
}

/// Returns the section.
pub fn section() -> AnyView {
    let list = List {
        language: context::<Language>(),
        store: expect_context::<&'static VariableStore>(),
        edited: ErasedSignal::default(),
        name: ErasedSignal::default(),
        value: ErasedSignal::default(),
        error: ErasedSignal::default(),
    };
    let heading = text(move || {
        let count = list.store.with(|variables| variables.iter().len());
        fill(list.strings().heading, &[("n", &count)])
    });
    let content = view! {
        <div class="variables">
            {dynamic_view(move || Some(list.view()))}
            <div class="fields">
                {list.field(NAME, |strings| strings.name, list.name)}
                {list.field("txtVariableValue", |strings| strings.value, list.value)}
                {button("btn", list.label(|strings| strings.save), move || list.save())}
                {error_text(list.error)}
            </div>
            <p class="muted">{text(move || list.hint())}</p>
        </div>
    };
    titled("variables", heading, content.into_any())
}

impl List {
    fn view(self) -> AnyView {
        let variables: Vec<_> = self.store.with(|variables| variables.iter().cloned().collect());
        if variables.is_empty() {
            return view! { <p class="muted">{self.label(|strings| strings.empty)}</p> }.into_any();
        }
        let items: Vec<_> = variables.into_iter().map(|variable| self.item(variable)).collect();
        view! { <ul class="list-plain">{items}</ul> }.into_any()
    }

    fn item(self, Variable { name, value }: Variable) -> AnyView {
        let strings = self.strings();
        let named = |string: &str| fill(string, &[("name", &name)]);
        let (edit, delete) = (named(strings.edit), named(strings.delete_label));
        let (title, deleted) = (name.clone(), name.clone());
        let shown: String = value.chars().take(SHOWN_CHARS).collect();
        view! {
            <li>
                {labeled_button("btn-text address", text(move || title.clone()), edit, move || self.edit(&name, &value))}
                <span class="muted">{shown}</span>
                {labeled_button("btn-text", text(|| "×"), delete, move || {
                    // A shorter list always fits.
                    let _ = self.store.change(|variables| variables.delete(&deleted));
                    focus(NAME);
                })}
            </li>
        }
        .into_any()
    }

    fn edit(self, name: &str, value: &str) {
        for (signal, text) in [(self.edited, name), (self.name, name), (self.value, value), (self.error, "")] {
            signal.set(text.to_owned());
        }
        focus(NAME);
    }

    fn save(self) {
        let (edited, name) = (self.edited.get_untracked(), self.name.get_untracked());
        let (name, value) = (name.trim(), self.value.get_untracked());
        let saved = untrack(|| {
            self.store.change(|variables| {
                let exists = variables.get(&edited).is_some();
                if exists { variables.replace(&edited, name, &value) } else { variables.set(name, &value) }
            })
        });
        let strings = untrack(|| self.strings());
        let error = match saved {
            Ok(Ok(())) => return self.edit("", ""),
            Ok(Err(VariableError::Name)) => fill(strings.invalid_name, &[("max", &MAX_NAME)]),
            Ok(Err(VariableError::Taken)) => strings.name_taken.to_owned(),
            Ok(Err(VariableError::Size | VariableError::Count)) => {
                fill(strings.limit, &[("n", &MAX), ("max", &MAX_BYTES)])
            }
            Err(StorageFull) => strings.storage_full.to_owned(),
        };
        self.error.set(error);
    }

    fn hint(self) -> String {
        let strings = self.strings();
        let names: Vec<_> = BuiltIn::ALL.into_iter().map(|built_in| ["{{", built_in.name(), "}}"].concat()).collect();
        [fill(strings.built_in, &[("names", &names.join(", "))]), strings.escape.to_owned()].join(" ")
    }

    fn field(
        self,
        id: &'static str,
        string: fn(&VariableStrings) -> &'static str,
        value: ErasedSignal<String>,
    ) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            value.set(typed);
        };
        let (label, value) = (self.label(string), text(move || value.get()));
        Field { id, kind: "text", label, value, change: Box::new(change) }.view()
    }

    fn strings(self) -> &'static VariableStrings {
        VariableStrings::of(self.language.lang.get())
    }

    fn label(self, string: fn(&VariableStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}
