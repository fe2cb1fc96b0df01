//! What happens to a session.

use yodel_protocol::{RoomName, Verb};

use crate::Secret;

/// Which socket an event is about. Each dial makes a new one, from 1; an event of an old one does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// The caller's name for a message it sends; unique within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub u64);

/// Why an address cannot be dialled at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadUrl {
    /// Not a WebSocket address.
    Syntax,
    /// `ws:` from a page that came over https: browsers block it.
    MixedContent,
}

/// What is spoken over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Texts as they are, with any server. What arrives is the driver's: the session does not look at it.
    Plain,
    /// Frames of [`yodel_protocol::SUBPROTOCOL`], which the driver offers in the handshake.
    Envelope {
        /// Whether to be in the room of the server's plain clients, where it has them in one.
        lobby: bool,
    },
}

/// What happens to a session. `buffered` is the number of bytes that were handed to the socket
/// and are not written to the network yet (the browser's `bufferedAmount`); 0 without a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person wants a connection to this address. Ends one that is open to another.
    Connect {
        /// `ws://..` or `wss://..`
        url: String,
        /// What to speak.
        mode: Mode,
    },
    /// A person wants none.
    Disconnect,
    /// A person does not want to wait for the next dial.
    RetryNow,
    /// A person sends a text. In envelope mode the server does with it what it does with a plain
    /// client's: sends it back, or tells it to the room of those.
    Send {
        /// The caller's name for it.
        id: MessageId,
        /// What to send.
        text: String,
    },
    /// A frame to be sent; only in envelope mode. [`Effect::Reply`](crate::Effect::Reply) is the answer.
    Request {
        /// The caller's name for it.
        id: MessageId,
        /// What is wanted. A `publish` gets a key if it has none. `auth`, `join` and `leave` outlive a
        /// connection and are events of their own: here they fail.
        verb: Verb,
    },
    /// A person does not want a waiting message to be sent after all.
    Delete(MessageId),
    /// A room to hear, from now on and on every connection.
    Join(RoomName),
    /// A room to hear no longer.
    Leave(RoomName),
    /// The token that was [wanted](crate::Effect::TokenWanted), or a new one unasked. `None`: there is none.
    Token(Option<Secret>),
    /// The socket is open.
    Opened(Generation),
    /// The socket could not even be made.
    Refused(Generation, BadUrl),
    /// A text message arrived. Needed in envelope mode only.
    Received {
        /// Over which socket.
        socket: Generation,
        /// The message.
        text: String,
    },
    /// The socket is closed; an error before it is part of the same failure and is not told apart.
    Closed {
        /// Which socket.
        socket: Generation,
        /// The close code; 1006 where there was none.
        code: u16,
        /// The server's words, at most 123 bytes.
        reason: String,
        /// Bytes that never left.
        buffered: u64,
    },
    /// The armed timer fired, perhaps late.
    Timer {
        /// Bytes not yet written.
        buffered: u64,
    },
    /// A person looks at the latency: the server is asked now, unless it is being asked already. Only in envelope
    /// mode. [`Effect::Latency`](crate::Effect::Latency) is the answer.
    TakePulse,
    /// The browser says that there is a network.
    Online,
    /// The browser says that there is none.
    Offline,
    /// The page became visible again.
    Visible,
    /// The page is left, perhaps into the back/forward cache.
    PageHide,
    /// The page came back from there.
    PageShow,
}
