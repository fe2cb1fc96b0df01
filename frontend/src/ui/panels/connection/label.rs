//! Texts of this area.

use crate::{
    i18n::connection::Words,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns one of this area's texts, in the language that is chosen.
pub fn label(language: &'static Language, word: fn(&Words) -> &'static str) -> Text {
    text(move || word(Words::of(language.lang.get())))
}
