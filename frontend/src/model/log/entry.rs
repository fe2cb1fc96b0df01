//! One entry of the log. It stores facts, not texts: those follow the language of the page.

use super::{Envelope, envelope::SharedFields};
use crate::model::Destination;
use std::{mem::size_of, sync::Arc};
use yodel_client::Delivery;
use yodel_protocol::{CloseCode, RoomName};

/// The id of an entry. Ids increase, so entries are sorted by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub u64);

/// The kind of an entry, which selects its color, icon and hidden label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Information about the connection.
    Info,
    /// A message of the user.
    Sent,
    /// A received message.
    Received,
    /// A connection that the user did not close, or an error.
    Error,
}

/// The limit that removed the oldest entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The number of entries.
    Entries,
    /// The size of the entries.
    Bytes,
}

/// The outage before a reconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Milliseconds without a connection.
    pub ms: u64,
    /// `true` if messages waited and all of them were sent.
    pub all_sent: bool,
}

/// The content of an entry. Texts are shared, so that a visible row does not copy them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A connection was established.
    Opened {
        /// The server's address.
        url: Arc<str>,
        /// The outage before it; `None` for the first connection.
        outage: Option<Outage>,
    },
    /// A connection was closed.
    Closed {
        /// The server's address.
        url: Arc<str>,
        /// The close code.
        code: CloseCode,
        /// The close reason that the server sent.
        reason: Arc<str>,
        /// `true` if the user closed it.
        requested: bool,
    },
    /// A message of the user.
    Sent {
        /// Its text.
        text: Arc<str>,
        /// The delivery state.
        delivery: Delivery,
        /// `true` if the message was ever handed to a socket.
        counted: bool,
        /// The error with which the server rejected it.
        error: Option<Arc<str>>,
        /// The recipient; `None` for the default of the server's path.
        to: Option<Destination>,
        /// `true` if the server accepted a direct message without a recipient.
        no_recipient: bool,
    },
    /// A binary message of the user.
    SentBinary {
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// The delivery state.
        delivery: Delivery,
        /// `true` if the message was ever handed to a socket.
        counted: bool,
        /// The error with which the server rejected it.
        error: Option<Arc<str>>,
    },
    /// A received text message.
    Received {
        /// Its text, or its JSON.
        text: Arc<str>,
        /// Metadata of a message in an envelope.
        envelope: Option<Envelope>,
    },
    /// A received binary message.
    Binary {
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// Metadata of a message in an envelope.
        envelope: Option<Envelope>,
    },
    /// Messages of a room are lost.
    Gap {
        /// The room.
        room: RoomName,
        /// Number of lost messages; unknown after a reset of the room.
        lost: Option<u64>,
    },
    /// Missed messages of a room follow.
    Recovered {
        /// The room.
        room: RoomName,
        /// Number of missed messages that arrived.
        messages: u64,
    },
    /// An error or a notice of the server.
    Notice(Arc<str>),
    /// A report of the panels about a rule, in the language of the page at that time.
    Rule {
        /// The report.
        text: Arc<str>,
        /// `true` if the rule failed or was switched off.
        is_error: bool,
    },
    /// The entries before this one are from before a reload.
    Reloaded {
        /// Number of entries that were not stored.
        left_out: u64,
    },
    /// The oldest entries were removed.
    Trimmed {
        /// Number of removed entries so far.
        entries: u64,
        /// The limit that was reached.
        limit: Limit,
    },
}

impl Body {
    /// Returns the delivery state of a message of the user.
    pub fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Sent { delivery, .. } | Self::SentBinary { delivery, .. } => Some(*delivery),
            _ => None,
        }
    }

    /// Returns the error with which the server rejected a message of the user.
    pub fn error(&self) -> Option<&Arc<str>> {
        match self {
            Self::Sent { error, .. } | Self::SentBinary { error, .. } => error.as_ref(),
            _ => None,
        }
    }
}

/// Up to 100,000 entries are stored, and each visible one is copied per frame.
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<LogEntry>() == 48);

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The id.
    pub id: EntryId,
    /// The time in milliseconds since 1970.
    pub at_ms: u64,
    /// The content.
    pub body: Body,
}

impl LogEntry {
    /// Returns the metadata of a message in an envelope.
    pub fn envelope(&self) -> Option<&Envelope> {
        match &self.body {
            Body::Received { envelope, .. } | Body::Binary { envelope, .. } => envelope.as_ref(),
            _ => None,
        }
    }

    /// Returns the kind of the entry.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Opened { .. }
            | Body::Closed { requested: true, .. }
            | Body::Trimmed { .. }
            | Body::Recovered { .. }
            | Body::Rule { is_error: false, .. }
            | Body::Reloaded { .. } => Kind::Info,
            Body::Closed { .. } | Body::Gap { .. } | Body::Notice(_) | Body::Rule { .. } => Kind::Error,
            Body::Sent { .. } | Body::SentBinary { .. } => Kind::Sent,
            Body::Received { .. } | Body::Binary { .. } => Kind::Received,
        }
    }

    /// Returns whether the entry is a message.
    pub fn is_message(&self) -> bool {
        matches!(self.kind(), Kind::Sent | Kind::Received)
    }

    /// Returns whether the entry is a message of the user that waits for a connection.
    pub fn is_waiting(&self) -> bool {
        self.body.delivery() == Some(Delivery::Waiting)
    }

    /// Returns the recipient of a message of the user; `None` for the default of the server's path.
    pub fn destination(&self) -> Option<&Destination> {
        if let Body::Sent { to, .. } = &self.body { to.as_ref() } else { None }
    }

    /// Returns a number that changes with the mutable part of the entry. The row is rendered again when it changes.
    pub fn version(&self) -> u64 {
        match self.body {
            Body::Sent { delivery, .. } | Body::SentBinary { delivery, .. } => delivery as u64,
            Body::Opened { outage: Some(outage), .. } => u64::from(outage.all_sent),
            Body::Trimmed { entries, .. } => entries,
            Body::Recovered { messages, .. } => messages,
            _ => 0,
        }
    }

    /// Returns the approximate memory of the entry in bytes, without fields that it shares with others. An event with an
    /// id shares none.
    pub fn cost(&self) -> usize {
        let text = match &self.body {
            Body::Opened { url, .. } => shared(url.len()),
            Body::Closed { url, reason, .. } => shared(url.len()) + shared(reason.len()),
            Body::Sent { text, .. } | Body::Notice(text) | Body::Rule { text, .. } | Body::Received { text, .. } => {
                shared(text.len())
            }
            Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } => shared(bytes.len()),
            Body::Gap { .. } | Body::Recovered { .. } | Body::Reloaded { .. } | Body::Trimmed { .. } => 0,
        };
        let stream_id = self.envelope().and_then(|envelope| envelope.stream_id.as_ref());
        size_of::<Self>() + text + stream_id.map_or(0, |id| shared(size_of::<SharedFields>()) + shared(id.len()))
    }
}

/// Returns the memory of an `Arc` of this many bytes: with its two counts, the allocator's header and rounding.
fn shared(bytes: usize) -> usize {
    const WORD: usize = size_of::<usize>();
    (bytes + 3 * WORD).next_multiple_of(2 * WORD)
}
