//! Strings of the saved connections.

/// Strings of the saved connections in one language.
#[derive(Debug)]
pub struct SavedConnectionStrings {
    /// Heading of the section.
    pub heading: &'static str,
    /// Hint while none is saved.
    pub empty: &'static str,
    /// Label of the search field.
    pub search: &'static str,
    /// Nothing matches the search.
    pub no_match: &'static str,
    /// Button that opens the form for the current connection.
    pub save_current: &'static str,
    /// Label of the name field.
    pub name: &'static str,
    /// Checkbox: store the token, too.
    pub save_token: &'static str,
    /// Hint below it.
    pub save_token_hint: &'static str,
    /// Button that saves the connection.
    pub save: &'static str,
    /// Button that closes the form.
    pub cancel: &'static str,
    /// Description of the button for the actions of `{name}`.
    pub more: &'static str,
    /// Button that renames the connection.
    pub rename: &'static str,
    /// Button that copies the connection.
    pub duplicate: &'static str,
    /// Name of the copy of `{name}`.
    pub copy_name: &'static str,
    /// Button that replaces URL and protocol by the current ones.
    pub update: &'static str,
    /// Button.
    pub move_up: &'static str,
    /// Button.
    pub move_down: &'static str,
    /// Button that deletes the connection.
    pub delete: &'static str,
    /// Status: `{name}` was deleted.
    pub deleted: &'static str,
    /// Button that restores it.
    pub undo: &'static str,
    /// Heading of import and export.
    pub transfer: &'static str,
    /// Checkbox: export tokens, too.
    pub include_tokens: &'static str,
    /// Hint about the content of an export.
    pub include_hint: &'static str,
    /// Button that exports all connections.
    pub export: &'static str,
    /// Label of the file field.
    pub import: &'static str,
    /// Result: `{added}`, `{renamed}`, `{unchanged}`.
    pub imported: &'static str,
    /// Error of an import; `{reason}`.
    pub not_imported: &'static str,
    /// Error: what is stored; `{reason}`.
    pub unreadable: &'static str,
    /// Error at `{line}` and `{column}`.
    pub syntax: &'static str,
    /// Error: JSON of another kind.
    pub other_content: &'static str,
    /// Error: unknown format `{version}`.
    pub version: &'static str,
    /// Error in connection `{n}`, `{field}`.
    pub invalid_field: &'static str,
    /// Error: connection `{n}` exceeds `{max}` bytes.
    pub too_large: &'static str,
    /// Error: more than `{max}`.
    pub too_many: &'static str,
    /// Error: limits of `{n}` connections and `{max}` bytes.
    pub limit: &'static str,
    /// Error: the file exceeds `{max}` bytes.
    pub file_too_large: &'static str,
    /// Error: the browser cannot read the file.
    pub file_unreadable: &'static str,
    /// Error; `{max}` characters.
    pub name_invalid: &'static str,
    /// Error: the name is in use.
    pub name_taken: &'static str,
    /// Error: another tab deleted it.
    pub missing: &'static str,
    /// Error: no room.
    pub storage_full: &'static str,
    /// Error: no storage.
    pub storage_unavailable: &'static str,
    /// Notice: a link to a connection that is not saved.
    pub unknown_link: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        connections::SavedConnectionStrings:
        heading empty search no_match save_current name save_token save_token_hint save cancel more rename duplicate
        copy_name update move_up move_down delete deleted undo transfer include_tokens include_hint export import
        imported not_imported unreadable syntax other_content version invalid_field too_large too_many limit
        file_too_large file_unreadable name_invalid name_taken missing storage_full storage_unavailable unknown_link
    }
}
