//! Whether a row is looked for.

use super::{
    pattern::{PIECE, Pattern, SHARED},
    search::Look,
};
use crate::{
    i18n::ShellStrings,
    model::log::{Body, Kind, LogEntry},
    model::text::boundary,
    ui::log_list::row_text::{content, lead, server},
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

/// Which of these rows have it: a piece of their text, or what the list says of them.
pub fn look(
    strings: &ShellStrings,
    pattern: Option<&Pattern>,
    kinds: Kinds,
    rows: &[&LogEntry],
    piece: usize,
) -> Vec<Look> {
    let wanted = |row: &LogEntry| kinds.has(row.kind());
    let Some(pattern) = pattern else {
        return rows.iter().map(|row| if wanted(row) { Look::Found } else { Look::Not }).collect();
    };
    let mut texts = Texts::default();
    let places: Vec<_> = rows.iter().map(|row| wanted(row).then(|| texts.add(strings, row, piece))).collect();
    let found = pattern.is_in_each(&texts.texts);
    let look = |place: Option<Place>| match place {
        Some(place) if found[place.text] || place.lead.is_some_and(|lead| found[lead]) => Look::Found,
        Some(place) if place.more => Look::More,
        _ => Look::Not,
    };
    places.into_iter().map(look).collect()
}

/// What rows say, all of it to be looked at together. What stands before the message is mostly the same.
#[derive(Default)]
struct Texts<'a> {
    texts: Vec<Cow<'a, str>>,
    lead: Option<usize>,
}

/// Where the text of a row is, and what stands before it.
struct Place {
    text: usize,
    lead: Option<usize>,
    more: bool,
}

impl<'a> Texts<'a> {
    fn add(&mut self, strings: &ShellStrings, row: &'a LogEntry, piece: usize) -> Place {
        let (from, to) = (piece * PIECE, (piece + 1) * PIECE + SHARED);
        let (text, more) = match &row.body {
            Body::Sent { text, .. } | Body::Received { text, .. } => cut(text.as_bytes(), from, to),
            Body::Binary { bytes, .. } if is_text(bytes) => cut(bytes, from, to),
            body => (Cow::Owned(server(strings, body) + &content(strings, body, PIECE)), false),
        };
        self.texts.push(text);
        let text = self.texts.len() - 1;
        let lead = (piece == 0 && row.is_message()).then(|| self.add_lead(lead(&row.body)));
        Place { text, lead, more }
    }

    fn add_lead(&mut self, lead: String) -> usize {
        if let Some(place) = self.lead.filter(|place| self.texts[*place] == lead) {
            return place;
        }
        self.texts.push(Cow::Owned(lead));
        *self.lead.insert(self.texts.len() - 1)
    }
}

fn is_text(bytes: &[u8]) -> bool {
    str::from_utf8(&bytes[..boundary(bytes, PIECE)]).is_ok()
}

/// A part of a text, and whether there is more after it.
fn cut(text: &[u8], from: usize, to: usize) -> (Cow<'_, str>, bool) {
    let part = &text[boundary(text, from)..boundary(text, to)];
    (str::from_utf8(part).unwrap_or_default().into(), to < text.len())
}
