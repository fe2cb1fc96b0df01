//! The step that a snippet carries out after it has connected.

use super::{ConnectionFacts, LeftOut};
use crate::{
    model::{
        Destination, lobby,
        log::{Body, LogEntry},
        well_known::{BINARY, TEXT},
    },
    platform::encoding,
};
use std::sync::Arc;
use yodel_protocol::{
    ClientFrame, Id, Json, RoomName, Verb,
    frame::{Echo, Join},
};

/// Maximum size of a message in a snippet, in bytes. A command line has 128 KiB per argument on Linux and 32 KiB in all
/// on Windows.
pub const MAX_MESSAGE_BYTES: usize = 32 * 1024;

/// Step that a snippet carries out after it has connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it prints what it receives.
    Connect,
    /// Sends a text.
    Send {
        /// The text.
        text: Arc<str>,
        /// The recipient; `None` for the default of the server's path.
        to: Option<Destination>,
    },
    /// Sends a binary message.
    SendBinary(Arc<[u8]>),
    /// Receives a message.
    Receive {
        /// The text; `None` for a binary message.
        text: Option<Arc<str>>,
        /// The room that the message was published in.
        room: Option<RoomName>,
    },
}

/// A WebSocket message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Arc<[u8]>),
}

impl Step {
    /// Returns the step that repeats an entry of the log.
    pub fn of(entry: &LogEntry) -> Self {
        let room = || entry.envelope().and_then(|envelope| envelope.room.clone()).filter(|room| !room.is_everyone());
        match &entry.body {
            Body::Sent { text, to, .. } => Self::Send { text: text.clone(), to: to.clone() },
            Body::SentBinary { bytes, .. } => Self::SendBinary(bytes.clone()),
            Body::Received { text, .. } => Self::Receive { text: Some(text.clone()), room: room() },
            Body::Binary { .. } => Self::Receive { text: None, room: room() },
            _ => Self::Connect,
        }
    }

    /// Checks the size of the message.
    pub(super) fn check_size(&self) -> Result<(), LeftOut> {
        let size = match self {
            Self::Send { text, .. } | Self::Receive { text: Some(text), .. } => text.len(),
            Self::SendBinary(bytes) => bytes.len(),
            Self::Connect | Self::Receive { text: None, .. } => 0,
        };
        if size > MAX_MESSAGE_BYTES { Err(LeftOut::TooLong(MAX_MESSAGE_BYTES)) } else { Ok(()) }
    }

    /// Returns the message that a client without knowledge of `yodel.v1` sends: the frame, as the page sends it, or one
    /// that joins the room whose message is to be received.
    pub(super) fn frame(&self, connection: &ConnectionFacts) -> Option<Frame> {
        if connection.is_plain() {
            return match self {
                Self::Send { text, .. } => Some(Frame::Text(text.to_string())),
                Self::SendBinary(bytes) => Some(Frame::Binary(bytes.clone())),
                Self::Connect | Self::Receive { .. } => None,
            };
        }
        let verb = match self {
            Self::Send { text, to: Some(to) } => to.verb(text),
            Self::Send { text, to: None } if connection.has_lobby => lobby::publish(TEXT, Json::string(text))?,
            Self::Send { text, to: None } => Verb::Echo(Echo { data: Json::string(text) }),
            Self::SendBinary(bytes) => lobby::publish(BINARY, Json::string(&encoding::encode(bytes)))?,
            Self::Receive { room, .. } => Verb::Join(Join { room: room.clone()?, since: None }),
            Self::Connect => return None,
        };
        Some(Frame::Text(ClientFrame { id: Id::new(1)?, verb }.encode()))
    }
}
