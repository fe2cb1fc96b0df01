//! The messages with a name.

use super::{
    label::label,
    message_text::{put, typed},
    saved::{self, Message, Saved},
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    platform::storage::StorageArea,
    reactive::ErasedSignal,
    reactive::view::{part, text},
    state::{Language, context},
    ui::widgets::{button, field, named_button, wrong},
};
use leptos::prelude::*;

/// Where they are stored.
const SAVED: &str = "yodel.saved";

/// The messages and a field for a name. A handle: copies are the same saved.
#[derive(Clone, Copy)]
struct SavedMessages {
    language: &'static Language,
    saved: ErasedSignal<Saved>,
    name: ErasedSignal<String>,
    wrong: ErasedSignal<String>,
}

pub(super) fn saved_messages() -> AnyView {
    let language = context::<Language>();
    let saved = SavedMessages {
        language: context::<Language>(),
        saved: ErasedSignal::new(StorageArea::Local.load(SAVED).unwrap_or_default()),
        name: ErasedSignal::default(),
        wrong: ErasedSignal::default(),
    };
    let name = text(move || saved.name.get());
    let change = move |typed| {
        saved.wrong.set(String::new());
        saved.name.set(typed);
    };
    view! {
        <div class="fields">
            {field("txtName", "text", label(language, |strings| strings.name), name, Box::new(change))}
            {button("btn", label(language, |strings| strings.save), move || saved.keep())}
            {wrong(saved.wrong)}
        </div>
        {part(move || Some(saved.list()))}
    }
    .into_any()
}

impl SavedMessages {
    fn list(self) -> AnyView {
        let items: Vec<_> = self.saved.get().messages.into_iter().map(|message| self.item(message)).collect();
        if items.is_empty() {
            return ().into_any();
        }
        view! { <ul class="list-plain">{items}</ul> }.into_any()
    }

    fn item(self, message: Message) -> AnyView {
        let Message { name, text: content } = message;
        let strings = SendingStrings::of(self.language.lang.get());
        let named = |text: &str| fill(text, &[("name", &name)]);
        let (insert, rename, delete) =
            (named(strings.insert), named(strings.rename_label), named(strings.delete_label));
        let (shown, renamed, deleted) = (name.clone(), name.clone(), name);
        let word = |word| label(self.language, word);
        view! {
            <li>
                {named_button("btn-text address", text(move || shown.clone()), insert, move || put(&content))}
                {named_button("btn-text", word(|strings| strings.rename), rename, move || self.rename(&renamed))}
                {named_button("btn-text", word(|strings| strings.delete), delete, move || {
                    self.change(|saved| saved.forget(&deleted));
                })}
            </li>
        }
        .into_any()
    }

    fn keep(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let (name, text) = (self.typed_name(), typed());
        if name.is_empty() || text.trim().is_empty() {
            self.wrong.set(strings.name_required.to_owned());
        } else if self.change(|saved| saved.keep(&name, &text)) {
            self.name.set(String::new());
        } else {
            self.wrong.set(fill(strings.saved_limit, &[("n", &saved::MAX), ("max", &saved::MAX_BYTES)]));
        }
    }

    fn rename(self, name: &str) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let to = self.typed_name();
        if to.is_empty() {
            self.wrong.set(strings.name_required.to_owned());
        } else if self.change(|saved| saved.rename(name, &to)) {
            self.name.set(String::new());
        } else {
            self.wrong.set(strings.name_taken.to_owned());
        }
    }

    fn typed_name(self) -> String {
        self.name.get_untracked().trim().to_owned()
    }

    fn change<T>(self, change: impl FnOnce(&mut Saved) -> T) -> T {
        let mut saved = self.saved.get_untracked();
        let changed = change(&mut saved);
        StorageArea::Local.save(SAVED, &saved);
        self.saved.set(saved);
        changed
    }
}
