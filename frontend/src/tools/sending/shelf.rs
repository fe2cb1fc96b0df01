//! The messages with a name.

use super::{
    put, saved,
    saved::{Message, Saved},
    say, typed,
};
use crate::{
    browser::Keep,
    i18n::{fill, sending::Words},
    parts::{button, field, named_button, wrong},
    reactive::RwSignal,
    store::Store,
    view::{part, text},
};
use leptos::prelude::*;

/// Where they are stored.
const SAVED: &str = "yodel.saved";

/// The messages and a field for a name. A handle: copies are the same shelf.
#[derive(Clone, Copy)]
struct Shelf {
    store: Store,
    saved: RwSignal<Saved>,
    name: RwSignal<String>,
    wrong: RwSignal<String>,
}

pub(super) fn shelf(store: Store) -> AnyView {
    let shelf = Shelf {
        store,
        saved: RwSignal::new(Keep::Always.load(SAVED).unwrap_or_default()),
        name: RwSignal::default(),
        wrong: RwSignal::default(),
    };
    let name = text(move || shelf.name.get());
    let change = move |typed| {
        shelf.wrong.set(String::new());
        shelf.name.set(typed);
    };
    view! {
        <div class="fields">
            {field("txtName", "text", say(store, |words| words.name), name, Box::new(change))}
            {button("btn", say(store, |words| words.keep), move || shelf.keep())}
            {wrong(shelf.wrong)}
        </div>
        {part(move || Some(shelf.list()))}
    }
    .into_any()
}

impl Shelf {
    fn list(self) -> AnyView {
        let items: Vec<_> = self.saved.get().messages.into_iter().map(|message| self.item(message)).collect();
        if items.is_empty() {
            return ().into_any();
        }
        view! { <ul class="plain-list">{items}</ul> }.into_any()
    }

    fn item(self, message: Message) -> AnyView {
        let Message { name, text: content } = message;
        let words = Words::of(self.store.lang.get());
        let named = |text: &str| fill(text, &[("name", &name)]);
        let (insert, rename, delete) = (named(words.insert), named(words.rename), named(words.delete));
        let (shown, renamed, deleted) = (name.clone(), name.clone(), name);
        let word = |word| say(self.store, word);
        view! {
            <li>
                {named_button("quiet address", text(move || shown.clone()), insert, move || put(&content))}
                {named_button("quiet", word(|words| words.rename_short), rename, move || self.rename(&renamed))}
                {named_button("quiet", word(|words| words.delete_short), delete, move || {
                    self.change(|saved| saved.forget(&deleted));
                })}
            </li>
        }
        .into_any()
    }

    fn keep(self) {
        let words = Words::of(self.store.lang.get_untracked());
        let (name, text) = (self.typed_name(), typed());
        if name.is_empty() || text.trim().is_empty() {
            self.wrong.set(words.unnamed.to_owned());
        } else if self.change(|saved| saved.keep(&name, &text)) {
            self.name.set(String::new());
        } else {
            self.wrong.set(fill(words.not_kept, &[("n", &saved::MAX), ("max", &saved::MAX_BYTES)]));
        }
    }

    fn rename(self, name: &str) {
        let words = Words::of(self.store.lang.get_untracked());
        let to = self.typed_name();
        if to.is_empty() {
            self.wrong.set(words.unnamed.to_owned());
        } else if self.change(|saved| saved.rename(name, &to)) {
            self.name.set(String::new());
        } else {
            self.wrong.set(words.name_taken.to_owned());
        }
    }

    fn typed_name(self) -> String {
        self.name.get_untracked().trim().to_owned()
    }

    fn change<T>(self, change: impl FnOnce(&mut Saved) -> T) -> T {
        let mut saved = self.saved.get_untracked();
        let changed = change(&mut saved);
        Keep::Always.save(SAVED, &saved);
        self.saved.set(saved);
        changed
    }
}
