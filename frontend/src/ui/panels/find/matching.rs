//! Matches rows against the filter.

use super::{
    pattern::{PIECE, Pattern, SHARED},
    search::MatchResult,
};
use crate::{
    i18n::ShellStrings,
    model::log::{Body, Kind, LogEntry},
    model::text::boundary,
    ui::log_list::row_text::{connection_prefix, content, message_prefix},
};
use std::borrow::Cow;

/// Filter by kind of row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KindFilter {
    /// All rows.
    #[default]
    All,
    /// Sent messages.
    Sent,
    /// Received messages.
    Received,
    /// Connection events.
    Events,
}

impl KindFilter {
    /// Returns whether the filter includes rows of this kind.
    pub fn includes(self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Sent => kind == Kind::Sent,
            Self::Received => kind == Kind::Received,
            Self::Events => matches!(kind, Kind::Info | Kind::Error),
        }
    }
}

/// Matches a piece of each of these rows: of the text of a message, or of the text that the list shows. Without a
/// pattern, every row of an included kind matches.
pub fn match_rows(
    strings: &ShellStrings,
    pattern: Option<&Pattern>,
    kinds: KindFilter,
    rows: &[&LogEntry],
    piece: usize,
) -> Vec<MatchResult> {
    let Some(pattern) = pattern else {
        let result =
            |row: &&LogEntry| if kinds.includes(row.kind()) { MatchResult::Match } else { MatchResult::NoMatch };
        return rows.iter().map(result).collect();
    };
    let (texts, batch) = Batch::new(strings, kinds, rows, piece);
    batch.results(&pattern.test_each(&texts))
}

/// Rows that are matched in one call.
pub struct Batch(Vec<Option<TextIndexes>>);

impl Batch {
    /// Returns the texts to match, and the batch that interprets the results.
    pub fn new<'a>(
        strings: &ShellStrings,
        kinds: KindFilter,
        rows: &[&'a LogEntry],
        piece: usize,
    ) -> (Vec<Cow<'a, str>>, Self) {
        let mut haystack = Haystack::default();
        let add = |row: &&'a LogEntry| kinds.includes(row.kind()).then(|| haystack.add(strings, row, piece));
        let indexes = rows.iter().map(add).collect();
        (haystack.texts, Self(indexes))
    }

    /// Returns the result of each row from the result of each text.
    pub fn results(self, found: &[bool]) -> Vec<MatchResult> {
        let is_found = |index: usize| found.get(index).copied().unwrap_or_default();
        let result = |indexes: Option<TextIndexes>| match indexes {
            Some(indexes) if is_found(indexes.text) || indexes.prefix.is_some_and(is_found) => MatchResult::Match,
            Some(indexes) if indexes.more => MatchResult::NextPiece,
            _ => MatchResult::NoMatch,
        };
        self.0.into_iter().map(result).collect()
    }
}

/// Texts of several rows, matched in one call. Most rows have the same prefix, so it is added once.
#[derive(Default)]
struct Haystack<'a> {
    texts: Vec<Cow<'a, str>>,
    prefix: Option<usize>,
}

/// Indexes of a row's text and prefix.
struct TextIndexes {
    text: usize,
    prefix: Option<usize>,
    more: bool,
}

impl<'a> Haystack<'a> {
    fn add(&mut self, strings: &ShellStrings, row: &'a LogEntry, piece: usize) -> TextIndexes {
        let (from, to) = (piece * PIECE, (piece + 1) * PIECE + SHARED);
        let (text, more) = match &row.body {
            Body::Sent { text, .. } | Body::Received { text, .. } => cut(text.as_bytes(), from, to),
            Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } if is_text(bytes) => cut(bytes, from, to),
            body => (Cow::Owned(connection_prefix(strings, body) + &content(strings, body, PIECE)), false),
        };
        self.texts.push(text);
        let text = self.texts.len() - 1;
        let prefix = (piece == 0 && row.is_message()).then(|| self.add_prefix(message_prefix(&row.body)));
        TextIndexes { text, prefix, more }
    }

    fn add_prefix(&mut self, prefix: String) -> usize {
        if let Some(index) = self.prefix.filter(|index| self.texts[*index] == prefix) {
            return index;
        }
        self.texts.push(Cow::Owned(prefix));
        *self.prefix.insert(self.texts.len() - 1)
    }
}

fn is_text(bytes: &[u8]) -> bool {
    str::from_utf8(&bytes[..boundary(bytes, PIECE)]).is_ok()
}

/// Returns a part of a text, cut between characters, and whether more follows.
fn cut(text: &[u8], from: usize, to: usize) -> (Cow<'_, str>, bool) {
    let part = &text[boundary(text, from)..boundary(text, to)];
    (str::from_utf8(part).unwrap_or_default().into(), to < text.len())
}
