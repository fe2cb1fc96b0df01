//! What happens to a session.

/// Which socket an event is about. Each dial makes a new one; an event of an old one does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

/// What happens to a session. `buffered` is the number of bytes that were handed to the socket
/// and are not written to the network yet (the browser's `bufferedAmount`); 0 without a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person wants a connection to this address. Ends one that is open to another.
    Connect {
        /// `ws://..` or `wss://..`
        url: String,
    },
    /// A person wants none.
    Disconnect,
    /// A person does not want to wait for the next dial.
    RetryNow,
    /// A person sends a message.
    Send {
        /// The caller's name for it.
        id: MessageId,
        /// What to send.
        text: String,
    },
    /// A person does not want a waiting message to be sent after all.
    Delete(MessageId),
    /// The socket is open.
    Opened(Generation),
    /// The socket could not even be made.
    Refused(Generation, BadUrl),
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
