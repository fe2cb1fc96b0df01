//! Words: what the keys do. `{name}` is a place for a value.

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The dialog.
    pub heading: &'static str,
    /// Its button.
    pub close: &'static str,
    /// Enter.
    pub send: &'static str,
    /// Shift+Enter.
    pub line: &'static str,
    /// The arrow keys.
    pub history: &'static str,
    /// Ctrl+K.
    pub tools: &'static str,
    /// A slash.
    pub search: &'static str,
    /// Escape.
    pub escape: &'static str,
    /// A question mark.
    pub this: &'static str,
    /// In the list.
    pub rows: &'static str,
    /// Enter there.
    pub whole: &'static str,
    /// Where the last ones work.
    pub outside: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        help::Words:
        heading close send line history tools search escape this rows whole outside
    }
}
