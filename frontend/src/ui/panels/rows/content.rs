//! Content of a row, and the views of it.

use crate::{
    i18n::ShellStrings,
    model::log::{Body, LogEntry},
    ui::log_list::row_text::{connection_prefix, content, message_prefix},
};
use std::sync::Arc;

/// A view of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentView {
    /// Indented JSON.
    #[default]
    Pretty,
    /// The text as received.
    Raw,
    /// A hex dump.
    Hex,
    /// The content decoded from its format.
    Decoded,
    /// The comparison with another message.
    Diff,
}

/// Content of a row.
#[derive(Clone, Debug)]
pub enum Content {
    /// A text message, or a binary one that is UTF-8.
    Text(Arc<str>),
    /// A binary message that is not UTF-8.
    Bytes(Arc<[u8]>),
}

impl Content {
    /// Returns the content of a message, or the text of any other row.
    pub fn of_row(row: &LogEntry, strings: &'static ShellStrings) -> Self {
        match &row.body {
            Body::Sent { text, .. } | Body::Received { text, .. } => Self::Text(text.clone()),
            Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } => Self::of(bytes),
            body => Self::Text(
                (connection_prefix(strings, body) + &message_prefix(body) + &content(strings, body, usize::MAX)).into(),
            ),
        }
    }

    /// Returns the content of a binary message.
    pub fn of(bytes: &Arc<[u8]>) -> Self {
        str::from_utf8(bytes).map_or_else(|_| Self::Bytes(Arc::clone(bytes)), |text| Self::Text(text.into()))
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}
