//! Labels of the charts.

use crate::{
    i18n::charts::ChartStrings,
    reactive::view::{Text, text},
    state::Language,
};

/// Returns a string of the charts that follows the language.
pub(super) fn label(language: &'static Language, string: fn(&ChartStrings) -> &'static str) -> Text {
    text(move || string(ChartStrings::of(language.lang.get())))
}
