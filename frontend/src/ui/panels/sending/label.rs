//! Texts of this area.

use crate::{
    i18n::sending::SendingStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns one of this area's texts, in the language that is chosen.
pub fn label(language: &'static Language, string: fn(&SendingStrings) -> &'static str) -> Text {
    text(move || string(SendingStrings::of(language.lang.get())))
}
