//! The input of a session: commands of the caller and events of sockets, timer and page.

use std::sync::Arc;

use yodel_protocol::{CloseCode, RoomName, Verb};

use crate::{Secret, Target};

/// The number of a socket, counted from 1 with each dial. Events of an old socket are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// The caller's id of a message; unique within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub u64);

/// The reason why an address cannot be dialed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Not a WebSocket address.
    Syntax,
    /// `ws:` from a page that was loaded over https, which browsers block.
    MixedContent,
    /// The address contains a user name or a password. A driver in a browser rejects it, because browsers do not send
    /// them to a WebSocket server.
    Credentials,
}

/// The mode of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Text messages as they are, with any server. Received messages do not pass through the session.
    Plain,
    /// Frames of [`yodel_protocol::SUBPROTOCOL`], which the driver offers in the handshake.
    Envelope {
        /// Joins [`LOBBY`](crate::session::LOBBY) if the server has a lobby for plain clients.
        lobby: bool,
    },
}

/// A command or an event.
///
/// `buffered` is the number of bytes that were handed to the socket and not yet written to the network (the browser's
/// `bufferedAmount`); 0 without a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Connect to this target. Closes the connection to any other target first, even if only its token or its
    /// subprotocols differ.
    ///
    /// On another [server](crate::target::server_of) the session forgets the rooms and the token of the last one
    /// ([`Effect::ServerChanged`](crate::Effect::ServerChanged)). A caller that returns to a server joins its rooms
    /// again.
    Connect {
        /// The server, and everything that belongs to it.
        target: Target,
    },
    /// Close the connection and stop dialing; [`Event::disconnect`] has the usual code. Code and reason go into the close
    /// frame of a connection that is open. While the connection is already closing, its frame is sent and stays as it is.
    Disconnect {
        /// The close code. Browsers let a page send only 1000 and 3000 to 4999.
        code: u16,
        /// The close reason, at most 123 bytes.
        reason: String,
    },
    /// Enable or disable automatic reconnects, which are enabled at first. While they are disabled, the session stops
    /// after a lost connection or a failed dial, with [`StopReason::Exhausted`](crate::StopReason::Exhausted). Ends the
    /// wait for a dial.
    SetReconnect(bool),
    /// Dial now instead of waiting, even if the server asked for a longer wait.
    RetryNow,
    /// Send a text. In envelope mode the server handles it like a text of a plain client: it echoes the text or
    /// publishes it in the lobby.
    Send {
        /// The caller's id of the message.
        id: MessageId,
        /// The text.
        text: String,
    },
    /// Send a binary message; only in plain mode. In envelope mode it fails.
    SendBinary {
        /// The caller's id of the message.
        id: MessageId,
        /// The content, shared with the caller.
        bytes: Arc<[u8]>,
    },
    /// Send a request; only in envelope mode. The reply is an [`Effect::Reply`](crate::Effect::Reply).
    Request {
        /// The caller's id of the request.
        id: MessageId,
        /// The request. A `publish` without a key gets one. `auth`, `join` and `leave` fail here: they outlast a
        /// connection and have events of their own.
        verb: Verb,
    },
    /// Remove a waiting message from the outbox. Has no effect on a message that was sent.
    Delete(MessageId),
    /// Join a room, now and on every later connection.
    Join(RoomName),
    /// Leave a room.
    Leave(RoomName),
    /// The [requested](crate::Effect::TokenRequested) token, or a new token without a request. Ignored if the target
    /// has changed to another server.
    Token {
        /// The address that the token is for, as in the request.
        url: String,
        /// The token; `None` if there is none.
        token: Option<Secret>,
    },
    /// The socket is open.
    Opened(Generation),
    /// The socket could not be created because of its address.
    InvalidUrl(Generation, UrlError),
    /// A text message arrived. Needed in envelope mode only.
    Received {
        /// The socket.
        socket: Generation,
        /// The message.
        text: String,
    },
    /// The socket is closed. An error event before the close is part of the same failure and is not reported.
    Closed {
        /// The socket.
        socket: Generation,
        /// The close code; 1006 without a close frame.
        code: u16,
        /// The close reason that the server sent, at most 123 bytes.
        reason: String,
        /// Number of bytes that were never written.
        buffered: u64,
    },
    /// The armed timer fired, perhaps late.
    Timer {
        /// Number of bytes not yet written.
        buffered: u64,
    },
    /// Ping the server, unless the last ping is unanswered; only in envelope mode. The result is an
    /// [`Effect::Latency`](crate::Effect::Latency).
    MeasureLatency,
    /// The browser's `online` event: the device has a network.
    Online,
    /// The browser's `offline` event: the device has no network.
    Offline,
    /// The page became visible again.
    Visible,
    /// The browser's `pagehide` event: the page is left and may enter the back/forward cache.
    PageHide,
    /// The page was restored from the back/forward cache.
    PageShow,
}

impl Event {
    /// Returns a [`Disconnect`](Self::Disconnect) with code 1000 and without a reason.
    pub fn disconnect() -> Self {
        Self::Disconnect { code: CloseCode::NORMAL.0, reason: String::new() }
    }
}
