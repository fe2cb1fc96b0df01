//! Errors of saved connections as text.

use crate::{
    i18n::{connections::SavedConnectionStrings, fill},
    model::connections::{FormatError, saved_connection::MAX_BYTES, saved_connections::MAX},
    state::{Language, StoreError},
};
use leptos::prelude::untrack;

/// Returns what is wrong with a text, and where.
pub(super) fn format_error(language: &Language, error: &FormatError) -> String {
    let strings = SavedConnectionStrings::of(language.lang.get_untracked());
    let bytes = || untrack(|| language.strings()).number(MAX_BYTES as u64);
    match error {
        FormatError::Syntax(line, column) => fill(strings.syntax, &[("line", line), ("column", column)]),
        FormatError::OtherContent => strings.other_content.to_owned(),
        FormatError::Version(version) => fill(strings.version, &[("version", version)]),
        FormatError::Field(number, field) => fill(strings.invalid_field, &[("n", number), ("field", field)]),
        FormatError::TooLarge(number) => fill(strings.too_large, &[("n", number), ("max", &bytes())]),
        FormatError::TooMany => fill(strings.too_many, &[("max", &MAX)]),
    }
}

/// Returns why a change was not stored.
pub(super) fn store_error(language: &Language, error: &StoreError) -> String {
    let strings = SavedConnectionStrings::of(language.lang.get_untracked());
    match error {
        StoreError::Full => strings.storage_full.to_owned(),
        StoreError::Unavailable => strings.storage_unavailable.to_owned(),
        StoreError::Unreadable(error) => unreadable(language, error),
    }
}

/// Returns that the stored connections are not readable, and why.
pub(super) fn unreadable(language: &Language, error: &FormatError) -> String {
    let strings = SavedConnectionStrings::of(language.lang.get_untracked());
    fill(strings.unreadable, &[("reason", &format_error(language, error))])
}
