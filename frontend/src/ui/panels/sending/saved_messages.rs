//! Form for saved messages.

use super::{
    label::label,
    message_text::{insert_text, message_text},
    saved_store::{self, SavedMessage, SavedStore},
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    platform::storage::StorageFull,
    reactive::view::{dynamic_view, text},
    reactive::{ErasedSignal, ErasedValue},
    state::{Connection, ConnectionPart, Language, context},
    ui::widgets::{Field, button, error_text, labeled_button},
};
use leptos::prelude::*;

/// Storage name of the saved messages without a saved connection.
const STORAGE_KEY: &str = "yodel.saved";

/// State of the form. A handle: copies refer to the same form.
#[derive(Clone, Copy)]
struct SavedMessagesForm {
    language: &'static Language,
    saved: ConnectionPart<SavedStore>,
    name: ErasedSignal<String>,
    error: ErasedSignal<String>,
    /// The name that the user was asked about, because a message has it already.
    asked: ErasedValue<String>,
}

pub(super) fn saved_messages() -> AnyView {
    let language = context::<Language>();
    let form = SavedMessagesForm {
        language: context::<Language>(),
        saved: ConnectionPart::load(STORAGE_KEY, context::<Connection>()),
        name: ErasedSignal::default(),
        error: ErasedSignal::default(),
        asked: ErasedValue::new(String::new()),
    };
    let change = move |typed| {
        form.error.set(String::new());
        form.asked.set_value(String::new());
        form.name.set(typed);
    };
    let name = Field {
        id: "txtName",
        kind: "text",
        label: label(language, |strings| strings.name),
        value: text(move || form.name.get()),
        change: Box::new(change),
    };
    view! {
        <div class="fields">
            {name.view()}
            {button("btn", label(language, |strings| strings.save), move || form.save())}
            {error_text(form.error)}
        </div>
        {dynamic_view(move || Some(form.list()))}
    }
    .into_any()
}

impl SavedMessagesForm {
    fn list(self) -> AnyView {
        let items: Vec<_> = self.saved.get().messages.into_iter().map(|message| self.item(message)).collect();
        if items.is_empty() {
            return ().into_any();
        }
        view! { <ul class="list-plain">{items}</ul> }.into_any()
    }

    fn item(self, message: SavedMessage) -> AnyView {
        let SavedMessage { name, text: content } = message;
        let strings = SendingStrings::of(self.language.lang.get());
        let named = |text: &str| fill(text, &[("name", &name)]);
        let (insert, rename, delete) =
            (named(strings.insert), named(strings.rename_label), named(strings.delete_label));
        let (title, renamed, deleted) = (name.clone(), name.clone(), name);
        let text_of = |string| label(self.language, string);
        view! {
            <li>
                {labeled_button("btn-text address", text(move || title.clone()), insert, move || insert_text(&content))}
                {labeled_button("btn-text", text_of(|strings| strings.rename), rename, move || self.rename(&renamed))}
                {labeled_button("btn-text", text_of(|strings| strings.delete), delete, move || {
                    // A shorter list always fits.
                    let _ = self.saved.change(|saved| saved.delete(&deleted));
                })}
            </li>
        }
        .into_any()
    }

    fn save(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let (name, text) = (self.typed_name(), message_text());
        if name.is_empty() || text.trim().is_empty() {
            self.error.set(strings.name_required.to_owned());
        } else if self.must_ask(&name) {
            self.error.set(fill(strings.name_exists, &[("name", &name)]));
            self.asked.set_value(name);
        } else {
            self.asked.set_value(String::new());
            let max = untrack(|| self.language.strings()).number(saved_store::MAX_BYTES as u64);
            let limit = fill(strings.saved_limit, &[("n", &saved_store::MAX), ("max", &max)]);
            self.finish(self.saved.change(|saved| saved.save(&name, &text)), limit);
        }
    }

    /// Returns whether saving would replace a message and the user was not asked yet.
    fn must_ask(self, name: &str) -> bool {
        let exists = untrack(|| self.saved.with(|saved| saved.text(name).is_some()));
        exists && self.asked.with_value(|asked| asked != name)
    }

    fn rename(self, name: &str) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let to = self.typed_name();
        if to.is_empty() {
            self.error.set(strings.name_required.to_owned());
        } else {
            self.finish(self.saved.change(|saved| saved.rename(name, &to)), strings.name_taken.to_owned());
        }
    }

    fn typed_name(self) -> String {
        self.name.get_untracked().trim().to_owned()
    }

    /// Clears the name after a change, or shows why the list is unchanged.
    fn finish(self, changed: Result<bool, StorageFull>, rejection: String) {
        match changed {
            Ok(true) => {
                self.error.set(String::new());
                self.name.set(String::new());
            }
            Ok(false) => self.error.set(rejection),
            Err(StorageFull) => {
                let strings = SendingStrings::of(self.language.lang.get_untracked());
                self.error.set(strings.storage_full.to_owned());
            }
        }
    }
}
