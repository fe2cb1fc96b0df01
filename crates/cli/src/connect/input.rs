//! What is typed, or comes through a pipe.

/// What comes in.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// A line without its end.
    Line(String),
    /// A line that is none.
    Wrong(String),
    /// Ctrl-C while a line is edited.
    Interrupt,
    /// Nothing more comes.
    End,
}
