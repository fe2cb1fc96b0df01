//! The connection and one message as a command or a program: the same step outside of the page.
//!
//! | content | file |
//! |---|---|
//! | the tools, and the text to copy | [`tool`], [`snippet`] |
//! | the connection, without secrets | [`connection_facts`] |
//! | what to do after connecting | [`step`] |
//! | commands | [`yodel`], [`websocat`], [`wscat`] |
//! | programs | [`javascript`], [`python`], [`rust`] |
//! | words of a POSIX shell | [`shell_word`] |
//! | string literals | [`literal`] |

mod connection_facts;
mod javascript;
mod literal;
mod python;
mod rust;
mod shell_word;
mod snippet;
mod step;
mod tool;
mod websocat;
mod wscat;
mod yodel;

#[cfg(test)]
mod tests;

pub use connection_facts::ConnectionFacts;
pub use snippet::{LeftOut, Snippet};
pub use step::Step;
pub use tool::Tool;
