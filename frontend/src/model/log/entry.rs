//! One row. It keeps what happened, not the words for it: those follow the language of the page.

use super::Envelope;
use crate::model::Destination;
use std::{mem::size_of, sync::Arc};
use yodel_client::Delivery;
use yodel_protocol::{CloseCode, RoomName};

/// Which row; grows by one with each, so rows are sorted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub u64);

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
pub struct Outage {
    /// Milliseconds without a connection.
    pub ms: u64,
    /// Messages waited, and every one of them was sent.
    pub all_sent: bool,
}

/// What happened. Texts are shared, so that a row on the screen costs no copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A connection came up.
    Opened {
        /// Where to.
        url: Arc<str>,
        /// `None` for the first one.
        outage: Option<Outage>,
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
        /// It was handed to a socket, perhaps to one that is gone.
        counted: bool,
        /// Why the server did not take it.
        error: Option<Arc<str>>,
        /// Who gets it; `None`: what the server's path does with a text.
        to: Option<Destination>,
        /// The server has it, and there was no_recipient to get it.
        no_recipient: bool,
    },
    /// A text message that arrived.
    Received {
        /// Its text, or its JSON.
        text: Arc<str>,
        /// What is known besides, of a message in an envelope.
        envelope: Option<Envelope>,
    },
    /// A binary message that arrived.
    Binary {
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// What is known besides, of a message in an envelope.
        envelope: Option<Envelope>,
    },
    /// Messages of a room are lost.
    Gap {
        /// Which room.
        room: RoomName,
        /// How many; no_recipient knows when the room has begun anew.
        lost: Option<u64>,
    },
    /// Messages of a room that were told while there was no connection follow.
    Recovered {
        /// Which room.
        room: RoomName,
        /// How many.
        messages: u64,
    },
    /// Something the server says about the connection or a room: an error, a goodbye.
    Notice(Arc<str>),
    /// The rows before it are from before the page was loaded anew.
    Reloaded {
        /// How many of them were not kept.
        left_out: u64,
    },
    /// The oldest rows had to go.
    Trimmed {
        /// How many so far.
        rows: u64,
        /// Why.
        limit: Limit,
    },
}

/// A row is read and copied a lot, and there are a hundred thousand of them.
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<LogEntry>() == 48);

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Which one.
    pub id: EntryId,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub body: Body,
}

impl LogEntry {
    /// What a Yodel server told about it, when it is a message of one.
    pub fn envelope(&self) -> Option<&Envelope> {
        match &self.body {
            Body::Received { envelope, .. } | Body::Binary { envelope, .. } => envelope.as_ref(),
            _ => None,
        }
    }

    /// What it is about.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Opened { .. } | Body::Trimmed { .. } | Body::Recovered { .. } | Body::Reloaded { .. } => Kind::Info,
            Body::Closed { .. } | Body::Gap { .. } | Body::Notice(_) => Kind::Error,
            Body::Sent { .. } => Kind::Sent,
            Body::Received { .. } | Body::Binary { .. } => Kind::Received,
        }
    }

    /// Whether it is a message, not news of the connection.
    pub fn is_message(&self) -> bool {
        matches!(self.kind(), Kind::Sent | Kind::Received)
    }

    /// Whether it is a message of one's own that still waits for a connection.
    pub fn is_waiting(&self) -> bool {
        matches!(self.body, Body::Sent { delivery: Delivery::Waiting, .. })
    }

    /// Who gets a message of one's own, if not encode_destination the server's path leads to.
    pub fn destination(&self) -> Option<&Destination> {
        if let Body::Sent { to, .. } = &self.body { to.as_ref() } else { None }
    }

    /// What can change about a row, as a number: a row with another one is drawn anew.
    pub fn version(&self) -> u64 {
        match self.body {
            Body::Sent { delivery, .. } => delivery as u64,
            Body::Opened { outage: Some(outage), .. } => u64::from(outage.all_sent),
            Body::Trimmed { rows, .. } => rows,
            Body::Recovered { messages, .. } => messages,
            _ => 0,
        }
    }

    /// About how many bytes it takes. SharedFields are few and not counted.
    pub fn cost(&self) -> usize {
        let text = match &self.body {
            Body::Opened { url, .. } => shared(url.len()),
            Body::Closed { url, reason, .. } => shared(url.len()) + shared(reason.len()),
            Body::Sent { text, .. } | Body::Notice(text) | Body::Received { text, .. } => shared(text.len()),
            Body::Binary { bytes, .. } => shared(bytes.len()),
            Body::Gap { .. } | Body::Recovered { .. } | Body::Reloaded { .. } | Body::Trimmed { .. } => 0,
        };
        size_of::<Self>() + text
    }
}

/// What so many shared bytes take: with their two counts, the allocator's own word, and its gaps.
fn shared(bytes: usize) -> usize {
    const WORD: usize = size_of::<usize>();
    (bytes + 3 * WORD).next_multiple_of(2 * WORD)
}
