//! The programs that can repeat a step.

use super::{ConnectionFacts, Snippet, Step, javascript, python, rust, websocat, wscat, yodel};

/// A program that can repeat a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `yodel connect`.
    Yodel,
    /// websocat 1.
    Websocat,
    /// wscat.
    Wscat,
    /// JavaScript for browsers.
    JavaScript,
    /// Python with the package `websockets`.
    Python,
    /// Rust with the crate `tokio-tungstenite`.
    Rust,
}

impl Tool {
    /// All tools, in the order in which they are shown.
    pub const ALL: [Self; 6] = [Self::Yodel, Self::Websocat, Self::Wscat, Self::JavaScript, Self::Python, Self::Rust];

    /// Returns the name, which is the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yodel => "yodel connect",
            Self::Websocat => "websocat",
            Self::Wscat => "wscat",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    /// Returns the snippet that connects and carries out this step. If the tool cannot carry it out, the snippet only
    /// connects.
    pub fn snippet(self, connection: &ConnectionFacts, step: &Step) -> Snippet {
        let write = match self {
            Self::Yodel => yodel::command,
            Self::Websocat => websocat::command,
            Self::Wscat => wscat::command,
            Self::JavaScript => javascript::program,
            Self::Python => python::program,
            Self::Rust => rust::program,
        };
        let (text, left_out) = match step.check_size().and_then(|()| write(connection, step)) {
            Ok(text) => (text, None),
            Err(reason) => (write(connection, &Step::Connect).unwrap_or_default(), Some(reason)),
        };
        Snippet { text, left_out }
    }
}
