//! Items of the input: typed lines, or lines of a pipe.

/// An item of the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// A line, without its line ending.
    Line(String),
    /// A read error or an invalid line, with a message for the user. No input follows.
    Invalid(String),
    /// Ctrl-C in the line editor.
    Interrupt,
    /// The end of the input.
    End,
}
