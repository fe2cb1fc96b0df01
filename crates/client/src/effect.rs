//! The output of a session: actions for its driver, and reports.

use std::sync::Arc;

use yodel_protocol::frame::{Direct, ErrorReply, Goodbye, Message, PresenceDiff, PresenceEntry, Welcome};
use yodel_protocol::{Position, RoomName, ServerFrame, UserId};

use crate::{Generation, MessageId, Secret, State, Target};

/// The effects of one step, in the order in which the driver carries them out.
pub type Effects = Vec<Effect>;

/// The delivery state of a message that the caller sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the outbox, until there is an open socket.
    Waiting,
    /// Handed to the socket.
    Sent,
    /// Handed to a socket that closed before it wrote the message, or before the server replied. The message may or may
    /// not have arrived, and is not sent again.
    Unconfirmed,
    /// Not sent and never will be: the message waited too long, or was rejected. The [reply](Effect::Reply) before
    /// this effect contains the reason.
    Failed,
    /// Acknowledged by the server. Only in envelope mode.
    Acknowledged,
}

/// An action for the driver, or a report for its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a socket to this target, and report its events under this generation.
    ///
    /// In envelope mode the driver offers the subprotocol `yodel.v1`. It reports a server that does not select it as
    /// closed with [`CloseCode::BAD_PROTOCOL`](yodel_protocol::CloseCode::BAD_PROTOCOL).
    Dial {
        /// The new socket's generation.
        socket: Generation,
        /// The target of the last [`Event::Connect`](crate::Event::Connect).
        target: Target,
    },
    /// Send a close frame.
    Close {
        /// The socket to close.
        socket: Generation,
        /// The close code. Browsers let a page send only 1000 and 3000 to 4999; a driver in a browser omits other
        /// codes.
        code: u16,
        /// The close reason, at most 123 bytes; empty without one.
        reason: String,
    },
    /// Drop this socket with its event handlers. Its later events are ignored.
    Abandon(Generation),
    /// Send a text message over the socket.
    Transmit {
        /// The socket to send over.
        socket: Generation,
        /// The caller's message; `None` for a frame of the session's own.
        id: Option<MessageId>,
        /// The text of the message.
        text: String,
    },
    /// Send a binary message over the socket. In plain mode only.
    TransmitBinary {
        /// The socket to send over.
        socket: Generation,
        /// The caller's message.
        id: MessageId,
        /// The content of the message.
        bytes: Arc<[u8]>,
    },
    /// Send a text message that contains a token.
    Authenticate {
        /// The socket to send over.
        socket: Generation,
        /// The text of the message.
        text: Secret,
    },
    /// Pass [`Event::Timer`](crate::Event::Timer) to the session at this time. Replaces the previous timer.
    Arm {
        /// Wall-clock time in milliseconds, as passed to `step`.
        at_ms: u64,
    },
    /// Cancel the timer.
    Disarm,
    /// The session entered this state.
    State(State),
    /// The delivery state of a message changed.
    Delivery(MessageId, Delivery),
    /// The outbox is full and rejected this message.
    OutboxFull(MessageId),
    /// A connection is established.
    Up {
        /// The server's address [without secrets](crate::target::without_secrets).
        url: String,
        /// Milliseconds since the last connection was lost; `None` for the first connection.
        away_ms: Option<u64>,
    },
    /// A connection was lost, or the first dial of an outage failed. Reported once per outage.
    Down {
        /// The server's address [without secrets](crate::target::without_secrets).
        url: String,
        /// The close code.
        code: u16,
        /// The close reason that the server sent; empty without one.
        reason: String,
        /// `true` if the caller closed the connection, with [`Event::Disconnect`](crate::Event::Disconnect) or by
        /// connecting to another target.
        requested: bool,
    },
    /// The target changed to another [server](crate::target::server_of). The session has left all rooms without a
    /// [`Left`](Self::Left), and forgotten the token.
    ServerChanged,
    /// The server's welcome frame. This effect and the following ones occur in envelope mode only.
    Welcome(Box<Welcome>),
    /// The session needs a token: the driver replies with [`Event::Token`](crate::Event::Token) when it has one.
    TokenRequested {
        /// The address that needs the token.
        url: String,
    },
    /// The server accepted the token.
    Authenticated {
        /// The user that the token identifies.
        user: Option<UserId>,
        /// The time at which the token expires, in seconds since 1970 on the server's clock.
        expires: Option<u64>,
    },
    /// The reply to a request. The session itself replies with an `error` frame when it rejects the request.
    Reply(MessageId, Box<ServerFrame>),
    /// A room was joined or joined again. Missed messages follow as [`Message`](Self::Message) effects. If the room was
    /// reset in the meantime, these are the messages since then, and a [`Gap`](Self::Gap) follows them.
    Joined {
        /// The room.
        room: RoomName,
        /// The room's position at the time of the join.
        position: Position,
        /// The members of the room; `None` without the permission to see them.
        users: Option<Vec<PresenceEntry>>,
        /// `true` if the room has more members than `users` lists.
        more_users: bool,
    },
    /// A room was left, or could not be joined.
    Left {
        /// The room.
        room: RoomName,
        /// The server's error; `None` if the caller left the room.
        error: Option<ErrorReply>,
    },
    /// The server cannot let this client join a room now; the session repeats the join. Reported once until it has joined.
    JoinDelayed {
        /// The room.
        room: RoomName,
        /// The server's error.
        error: ErrorReply,
    },
    /// Messages of a room are lost. Reported before the next message of the room, and after those that were recovered
    /// from a new epoch.
    Gap {
        /// The room.
        room: RoomName,
        /// The position of the last message before the gap.
        after: Position,
        /// The end of the gap: every message after `after` and up to this position is lost, except those that follow as
        /// effects. If the epochs differ, messages of the earlier epoch may be lost, and their number is unknown.
        upto: Position,
    },
    /// A message of a room or a broadcast to all clients. Messages of a room arrive once and in order.
    Message(Box<Message>),
    /// A message for this client or its user alone.
    Direct(Box<Direct>),
    /// Members that joined and left a room.
    PresenceDiff(PresenceDiff),
    /// The round-trip time of a ping in milliseconds.
    Latency(u64),
    /// The server announced that it will close this connection.
    Goodbye(Goodbye),
    /// An error that concerns no request, or a frame of the session's own.
    Error(ErrorReply),
    /// The first [`MAX_REPORTED_CHARS`](crate::yodel::MAX_REPORTED_CHARS) characters of a frame that cannot be decoded
    /// or is not expected. Only the first [`MAX_REPORTED_FRAMES`](crate::yodel::MAX_REPORTED_FRAMES) of a connection
    /// are reported.
    UnrecognizedFrame(String),
}
