//! Strings of this panel.

use crate::{
    i18n::connections::SavedConnectionStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns a string of this panel that follows the language.
pub fn label(language: &'static Language, string: fn(&SavedConnectionStrings) -> &'static str) -> Text {
    text(move || string(SavedConnectionStrings::of(language.lang.get())))
}
