//! Strings of this panel.

use crate::{
    i18n::connection::ConnectionStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns a string of this panel that follows the language.
pub fn label(language: &'static Language, string: fn(&ConnectionStrings) -> &'static str) -> Text {
    text(move || string(ConnectionStrings::of(language.lang.get())))
}
