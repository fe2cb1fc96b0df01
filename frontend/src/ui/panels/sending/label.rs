//! Strings of this panel.

use crate::{
    i18n::sending::SendingStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns a string of this panel that follows the language.
pub fn label(language: &'static Language, string: fn(&SendingStrings) -> &'static str) -> Text {
    text(move || string(SendingStrings::of(language.lang.get())))
}
