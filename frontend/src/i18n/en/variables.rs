//! English strings of the variables.

use crate::i18n::strings::variables::VariableStrings;

pub(in crate::i18n) const STRINGS: VariableStrings = VariableStrings {
    heading: "Variables ({n})",
    empty: "No variables. Write a name in double braces in a message: it is replaced by the value when you send.",
    name: "Variable name",
    value: "Value",
    save: "Save variable",
    edit: "Edit {name}",
    delete: "Delete",
    delete_label: "Delete {name}",
    built_in: "Built in: {names}.",
    escape: "Type four opening braces to send two.",
    invalid_name: "A name has letters, digits, _ and -, begins with a letter or _, and has at most {max} characters.",
    name_taken: "This name is already in use.",
    limit: "Limit: {n} variables, {max} bytes each.",
    storage_full: "Not saved: the browser’s storage is full.",
    not_stored: "The browser’s storage is full: variables that rules set are lost when the page is closed.",
    insert: "Variables",
    insert_label: "Insert {name}",
    undefined: "Not defined, sent as typed: {names}",
    sent_undefined: "Sent as typed, because it is not defined: {names}.",
};
