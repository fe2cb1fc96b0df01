//! Strings of the tabs.

use crate::{
    i18n::tabs::TabStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns a string of the tabs that follows the language.
pub(super) fn label(language: &'static Language, string: fn(&TabStrings) -> &'static str) -> Text {
    text(move || string(strings(language)))
}

/// Returns the strings of the tabs, tracked.
pub(super) fn strings(language: &Language) -> &'static TabStrings {
    TabStrings::of(language.lang.get())
}
