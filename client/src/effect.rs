//! What a session asks its driver to do.

use crate::{Generation, MessageId, State};

/// All that one step asks for, in order.
pub type Effects = Vec<Effect>;

/// Where a message of one's own is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the outbox, for the next open socket.
    Waiting,
    /// Handed to the socket.
    Sent,
    /// Handed to a socket that closed before it was written: it may not have arrived.
    Doubtful,
    /// Not sent, and will not be: it waited too long.
    Failed,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a socket to this address and report what happens under this generation.
    Dial {
        /// The new socket's generation.
        socket: Generation,
        /// Where to.
        url: String,
    },
    /// Send a close frame.
    Close {
        /// Which socket.
        socket: Generation,
        /// The code. Browsers let a page send only 1000 and 3000 to 4999: its driver leaves others out.
        code: u16,
    },
    /// Forget this socket: take its handlers away and let it go.
    Abandon(Generation),
    /// Hand a message to the socket.
    Transmit {
        /// Which socket.
        socket: Generation,
        /// Which message.
        id: MessageId,
        /// Its text.
        text: String,
    },
    /// Call [`Event::Timer`](crate::Event::Timer) at this time; replaces an earlier one.
    Arm {
        /// Milliseconds on the clock that `step` is called with.
        at_ms: u64,
    },
    /// No timer any more.
    Disarm,
    /// The state is now this.
    State(State),
    /// A message is now here.
    Delivery(MessageId, Delivery),
    /// The outbox is full and did not take this message: the person keeps the text.
    Full(MessageId),
    /// A connection came up: the words of the blue row.
    Up {
        /// Where to.
        url: String,
        /// How long there was none, in milliseconds; `None` for the first.
        away_ms: Option<u64>,
    },
    /// A connection went down or the first dial of an outage failed: the words of the red row.
    Down {
        /// Where to.
        url: String,
        /// The close code.
        code: u16,
        /// The server's words.
        reason: String,
    },
}
