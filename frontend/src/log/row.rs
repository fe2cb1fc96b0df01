//! One row. It keeps what happened, not the words for it: those follow the language of the page.

use client::Delivery;
use protocol::CloseCode;
use std::{mem::size_of, sync::Arc};

/// Which row; grows by one with each, so rows are sorted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u64);

/// What a row is about: its colour, icon and hidden word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The connection opened, and other news of it.
    Info,
    /// A message of one's own, in whatever state.
    Sent,
    /// A message that arrived.
    Received,
    /// Closed, refused.
    Error,
}

/// Which bound made the oldest rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The number of rows.
    Rows,
    /// Their bytes.
    Bytes,
}

/// How long there was no connection, and whether anything typed in the meantime was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// Milliseconds without a connection.
    pub ms: u64,
    /// Messages waited, and every one of them was sent.
    pub kept: bool,
}

/// What happened. Texts are shared, so that a row on the screen costs no copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A connection came up.
    Opened {
        /// Where to.
        url: Arc<str>,
        /// `None` for the first one.
        away: Option<Away>,
    },
    /// A connection went down.
    Closed {
        /// Where to.
        url: Arc<str>,
        /// The close code.
        code: CloseCode,
        /// The server's words.
        reason: Arc<str>,
    },
    /// A message of one's own.
    Sent {
        /// Its text.
        text: Arc<str>,
        /// Where it is.
        delivery: Delivery,
    },
    /// A text message that arrived.
    Received(Arc<str>),
    /// A binary message that arrived.
    Binary {
        /// Its size.
        bytes: usize,
        /// How it begins.
        head: Arc<[u8]>,
    },
    /// The oldest rows had to go.
    Trimmed {
        /// How many so far.
        rows: u64,
        /// Why.
        limit: Limit,
    },
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one.
    pub id: RowId,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub body: Body,
}

impl Row {
    /// What it is about.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Opened { .. } | Body::Trimmed { .. } => Kind::Info,
            Body::Closed { .. } => Kind::Error,
            Body::Sent { .. } => Kind::Sent,
            Body::Received(_) | Body::Binary { .. } => Kind::Received,
        }
    }

    /// Whether it is a message of one's own that still waits for a connection.
    pub fn is_waiting(&self) -> bool {
        matches!(self.body, Body::Sent { delivery: Delivery::Waiting, .. })
    }

    /// What can change about a row, as a number: a row with another one is drawn anew.
    pub fn version(&self) -> u64 {
        match self.body {
            Body::Sent { delivery, .. } => delivery as u64,
            Body::Opened { away: Some(away), .. } => u64::from(away.kept),
            Body::Trimmed { rows, .. } => rows,
            _ => 0,
        }
    }

    /// About how many bytes it takes.
    pub fn cost(&self) -> usize {
        let text = match &self.body {
            Body::Opened { url, .. } => url.len(),
            Body::Closed { url, reason, .. } => url.len() + reason.len(),
            Body::Sent { text, .. } | Body::Received(text) => text.len(),
            Body::Binary { head, .. } => head.len(),
            Body::Trimmed { .. } => 0,
        };
        size_of::<Self>() + text
    }
}
