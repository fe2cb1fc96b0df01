//! Whether a row is looked for.

use super::{
    pattern::{PIECE, Pattern, SHARED},
    search::Look,
};
use crate::{
    components::{content, lead, server},
    i18n::Strings,
    log::{Body, Kind, Row},
    tools::inspector::boundary,
};
use std::borrow::Cow;

/// Which rows are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kinds {
    /// Every row.
    #[default]
    All,
    /// One's own messages.
    Sent,
    /// Those that arrived.
    Received,
    /// News of the connection.
    Events,
}

impl Kinds {
    /// Whether a row of this kind is among them.
    pub fn has(self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Sent => kind == Kind::Sent,
            Self::Received => kind == Kind::Received,
            Self::Events => matches!(kind, Kind::Info | Kind::Error),
        }
    }
}

/// Whether a row has it: its text, or what the list says of it.
pub fn look(words: &Strings, pattern: Option<&Pattern>, row: &Row, piece: usize) -> Look {
    let Some(pattern) = pattern else { return Look::Found };
    let (from, to) = (piece * PIECE, (piece + 1) * PIECE + SHARED);
    let (text, more) = match &row.body {
        Body::Sent { text, .. } | Body::Received { text, .. } => cut(text.as_bytes(), from, to),
        Body::Binary { bytes, .. } if str::from_utf8(&bytes[..boundary(bytes, PIECE)]).is_ok() => cut(bytes, from, to),
        body => (Cow::Owned(server(words, body) + &content(words, body, PIECE)), false),
    };
    let found = pattern.is_in(&text) || (piece == 0 && row.is_message() && pattern.is_in(&lead(&row.body)));
    match (found, more) {
        (true, _) => Look::Found,
        (false, true) => Look::More,
        (false, false) => Look::Not,
    }
}

/// A part of a text, and whether there is more after it.
fn cut(text: &[u8], from: usize, to: usize) -> (Cow<'_, str>, bool) {
    let part = &text[boundary(text, from)..boundary(text, to)];
    (str::from_utf8(part).unwrap_or_default().into(), to < text.len())
}
