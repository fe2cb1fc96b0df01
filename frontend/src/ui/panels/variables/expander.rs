//! Replaces references before a message is sent.

use crate::{
    i18n::{fill, variables::VariableStrings},
    model::variables::{Template, template::has_braces},
    platform::storage::StorageArea,
    reactive::{effect, view::text},
    state::{PageState, VariableStore, messages::AUTOMATION},
};
use leptos::prelude::untrack;
use std::rc::Rc;

/// Key of the notices about variables.
const NOTICE: &str = "variables";

/// Loads the variables and replaces references from now on.
pub fn install(page: &'static PageState) -> &'static VariableStore {
    let store = VariableStore::load(page, |page| {
        let language = page.language;
        page.layout.notify(NOTICE, text(move || VariableStrings::of(language.lang.get()).not_stored));
    });
    page.messages.expander.set_value(Some(Rc::new(move |typed: &str| expand(page, store, typed))));
    store
}

/// Stores whether new pages need the panels at once: `is_needed`, tracked.
pub fn remember(is_needed: impl Fn() -> bool + 'static) {
    effect(move || {
        if !is_needed() {
            StorageArea::Local.remove(AUTOMATION);
        } else if StorageArea::Local.text(AUTOMATION).is_none() {
            // Without room in the storage there is no room for variables and rules either.
            let _ = StorageArea::Local.set_text(AUTOMATION, "1");
        }
    });
}

/// Returns a message as it is sent. References without a value are reported: above the message field while Tools is
/// open, else in a notice.
fn expand(page: &'static PageState, store: &VariableStore, typed: &str) -> String {
    if !has_braces(typed) {
        return typed.to_owned();
    }
    let expanded = store.expand(&Template::parse(typed));
    if !expanded.undefined.is_empty() && !page.layout.tools.get_untracked() {
        let (language, names) = (page.language, expanded.undefined.join(", "));
        let notice = move || fill(VariableStrings::of(language.lang.get()).sent_undefined, &[("names", &names)]);
        untrack(|| page.layout.notify(NOTICE, text(notice)));
    }
    expanded.text
}
