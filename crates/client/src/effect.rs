//! What a session asks its driver to do.

use yodel_protocol::frame::{Direct, ErrorReply, Goodbye, Message, PresenceDiff, PresenceEntry, Welcome};
use yodel_protocol::{Position, RoomName, ServerFrame, UserId};

use crate::{Generation, MessageId, Mode, Secret, State};

/// All that one step asks for, in order.
pub type Effects = Vec<Effect>;

/// Where a message of one's own is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the outbox, for the next open socket.
    Waiting,
    /// Handed to the socket.
    Sent,
    /// Handed to a socket that closed before it was written, or before the server answered: it may
    /// not have arrived.
    Doubtful,
    /// Not sent, and will not be: it waited too long, or the [reply](Effect::Reply) before this says why.
    Failed,
    /// The server has answered; only in envelope mode.
    Acknowledged,
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
        /// In envelope mode the subprotocol is offered; a server that does not take it is reported
        /// as closed with [`CloseCode::BAD_PROTOCOL`](yodel_protocol::CloseCode::BAD_PROTOCOL).
        mode: Mode,
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
        /// Which message; none for a frame that is the session's own.
        id: Option<MessageId>,
        /// Its text.
        text: String,
    },
    /// The same with a token in it.
    Authenticate {
        /// Which socket.
        socket: Generation,
        /// The message.
        text: Secret,
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
    // What follows happens in envelope mode only.
    /// The server's first words.
    Welcome(Box<Welcome>),
    /// [`Event::Token`](crate::Event::Token) is wanted, sooner or later.
    TokenWanted,
    /// The token was taken.
    LoggedIn {
        /// Whose it is.
        user: Option<UserId>,
        /// When it ends, in seconds since 1970 on the server's clock.
        expires: Option<u64>,
    },
    /// What the server said to a request; an `error` also when the session refused it in its place.
    Reply(MessageId, Box<ServerFrame>),
    /// A room is heard, again or for the first time. What was missed follows as messages; that another
    /// life of the room has begun was told before, as a gap.
    Joined {
        /// Which room.
        room: RoomName,
        /// Up to where.
        position: Position,
        /// Who is in it; `None` for those who may not know.
        users: Option<Vec<PresenceEntry>>,
        /// More are in it than `users` says.
        more_users: bool,
    },
    /// A room is not heard any more, or never was.
    Left {
        /// Which room.
        room: RoomName,
        /// Why, when nobody wanted to leave it.
        why: Option<ErrorReply>,
    },
    /// Messages of a room are lost: what comes next does not follow what came last.
    Gap {
        /// Which room.
        room: RoomName,
        /// The last one that came.
        after: Position,
        /// The one that all up to are lost, except those that come next. In another epoch nobody knows
        /// how many these are.
        upto: Position,
    },
    /// A message of a room or for everybody; each once, those of a room in their order.
    Message(Box<Message>),
    /// A message for this client or user alone.
    Direct(Box<Direct>),
    /// Who came to a room and who left it.
    PresenceDiff(PresenceDiff),
    /// How long the server took to answer, in milliseconds.
    Latency(u64),
    /// The server is about to close this connection.
    Goodbye(Goodbye),
    /// An error that is about no request, or one in the session's own frames.
    Error(ErrorReply),
    /// A frame that this version does not understand, or its beginning. Of many the first few are told.
    Strange(String),
}
