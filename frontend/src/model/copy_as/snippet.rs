//! A command or a program to copy.

/// A command or a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The text to copy.
    pub text: String,
    /// The reason for which the message is not part of it.
    pub left_out: Option<LeftOut>,
}

/// Reason for which a message is not part of a snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The tool cannot send binary messages.
    Binary,
    /// The message contains U+0000, which an argument of a command cannot contain.
    Null,
    /// The message has more bytes than this.
    TooLong(usize),
    /// The tool cannot send to one user or one connection.
    Recipient,
}
