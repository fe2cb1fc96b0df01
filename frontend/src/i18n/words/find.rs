//! The words of the bar over the list: finding, pausing, exporting.

/// The words of one language.
#[derive(Debug)]
pub struct FindWords {
    /// The bar, for screen readers.
    pub title: &'static str,
    /// The field.
    pub find: &'static str,
    /// In the empty field.
    pub hint: &'static str,
    /// Which rows, for screen readers.
    pub kinds: &'static str,
    /// All of them.
    pub all: &'static str,
    /// One's own.
    pub sent: &'static str,
    /// Those that arrived.
    pub received: &'static str,
    /// News of the connection.
    pub events: &'static str,
    /// How many were found; `{n}`, `{of}`.
    pub count: &'static str,
    /// The list stays as it is.
    pub pause: &'static str,
    /// It goes on.
    pub resume: &'static str,
    /// It goes on; `{n}` rows wait.
    pub resume_some: &'static str,
    /// To a file.
    pub export: &'static str,
    /// A file with an object in each line.
    pub json_lines: &'static str,
    /// A table.
    pub csv: &'static str,
    /// The file is being written; `{n}`.
    pub exporting: &'static str,
    /// It is written; `{n}`, and `{of}` that there are.
    pub exported: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        find::FindWords:
        title find hint kinds all sent received events count pause resume resume_some export json_lines csv
        exporting exported
    }
}
