//! Strings of the variables.

/// Strings of the variables in one language.
#[derive(Debug)]
pub struct VariableStrings {
    /// Heading; `{n}` variables.
    pub heading: &'static str,
    /// Text without variables.
    pub empty: &'static str,
    /// Label of the name field.
    pub name: &'static str,
    /// Label of the value field.
    pub value: &'static str,
    /// Button that stores the variable.
    pub save: &'static str,
    /// Description of the button; `{name}`.
    pub edit: &'static str,
    /// Button that deletes a variable.
    pub delete: &'static str,
    /// Description of the button; `{name}`.
    pub delete_label: &'static str,
    /// Names of the built-in references; `{names}`.
    pub built_in: &'static str,
    /// Hint about sending two braces.
    pub escape: &'static str,
    /// Error: the name is invalid; `{max}` bytes.
    pub invalid_name: &'static str,
    /// Error: the name is in use.
    pub name_taken: &'static str,
    /// Error: limits of `{n}` variables and `{max}` bytes.
    pub limit: &'static str,
    /// Error: the browser's storage is full.
    pub storage_full: &'static str,
    /// Notice: values of rules are kept in memory only.
    pub not_stored: &'static str,
    /// Label of the list of references that can be inserted.
    pub insert: &'static str,
    /// Description of a button; `{name}`.
    pub insert_label: &'static str,
    /// Hint before sending: the message has these references without a value; `{names}`.
    pub undefined: &'static str,
    /// Notice after sending; `{names}`.
    pub sent_undefined: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        variables::VariableStrings:
        heading empty name value save edit delete delete_label built_in escape invalid_name name_taken limit storage_full
        not_stored insert insert_label undefined sent_undefined
    }
}
