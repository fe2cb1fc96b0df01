//! Texts of this area.

use crate::{
    i18n::connection::ConnectionStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns one of this area's texts, in the language that is chosen.
pub fn label(language: &'static Language, string: fn(&ConnectionStrings) -> &'static str) -> Text {
    text(move || string(ConnectionStrings::of(language.lang.get())))
}
