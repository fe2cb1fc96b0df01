//! Strings of the menu that copies a connection or a message as a command.

/// Strings of the menu in one language.
#[derive(Debug)]
pub struct CopyAsStrings {
    /// Label of the menu; the name of a tool follows.
    pub copy_as: &'static str,
    /// Label of the copied text.
    pub snippet: &'static str,
    /// Result of copying for `{tool}`.
    pub copied: &'static str,
    /// Error: the browser does not permit copying; the text is shown below.
    pub copy_blocked: &'static str,
    /// Note: the token is not part of the text; `{name}` is its placeholder.
    pub token: &'static str,
    /// Note: secrets in the address are not part of the text.
    pub secrets: &'static str,
    /// Note: `{tool}` cannot send or expect binary messages.
    pub binary: &'static str,
    /// Note: the message contains U+0000.
    pub null: &'static str,
    /// Note: the message is longer than `{n}` bytes.
    pub too_long: &'static str,
    /// Note: `{tool}` cannot send to one user or one connection.
    pub recipient: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        copy_as::CopyAsStrings:
        copy_as snippet copied copy_blocked token secrets binary null too_long recipient
    }
}
