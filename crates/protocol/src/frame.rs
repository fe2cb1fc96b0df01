//! Frames of `yodel.v1`. A frame is one flat JSON object in one text message; its `type` field names the request or
//! event.

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, CloseCode, Epoch, ErrorCode, EventName, Id, IdempotencyKey, Json, Offset, Position, RoomName, UserId,
};

/// A request of a client. The server sends exactly one reply to it, with the same `id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientFrame {
    /// Number of the request, chosen by the client.
    pub id: Id,
    /// Request type and its fields.
    #[serde(flatten)]
    pub verb: Verb,
}

/// Requests of a client, tagged by `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Verb {
    /// Authenticates the connection, or renews its token. Reply: `ok` with `user` and `expires`.
    Auth(Auth),
    /// Returns the data to the sender. Reply: `echo`.
    Echo(Echo),
    /// Subscribes to a room, optionally from a position on. Reply: `joined`.
    Join(Join),
    /// Publishes a message into a room. Reply: `ok` with its position.
    Publish(Publish),
    /// Sends a message to every connection. Reply: `ok` with `delivered`.
    Broadcast(Broadcast),
    /// Sends a message to one client, or to all connections of a user. Reply: `ok` with `delivered`.
    Send(Send),
    /// Calls the handler that the embedding program registered for the event. Reply: `result`.
    Call(Call),
    /// Unsubscribes from a room. Reply: `ok`.
    Leave(RoomRequest),
    /// Requests the users of a room. Reply: `presence`.
    Presence(RoomRequest),
    /// Requests a page of a room's history. Reply: `history`.
    History(HistoryRequest),
    /// Measures the round-trip time and keeps the connection alive. Reply: `pong`.
    Ping(Ping),
}

/// Fields of an `auth` request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// A signed JWT.
    pub token: String,
}

/// Fields of an `echo` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// Payload, returned byte for byte.
    #[serde(default)]
    pub data: Json,
}

/// Fields of a `join` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// Room to join.
    pub room: RoomName,
    /// Last position that the client received; the reply contains the messages after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Position>,
}

/// Fields of a `publish` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// Room to publish into; the sender need not have joined it.
    pub room: RoomName,
    /// Event name of the message.
    pub event: EventName,
    /// Payload.
    #[serde(default)]
    pub data: Json,
    /// Makes the request idempotent: within five minutes, a repeated key returns the position of the first publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// Delivers the message to the sender too, if it has joined the room. Default: true.
    #[serde(default = "default_true", skip_serializing_if = "is_true")]
    pub echo: bool,
}

/// Fields of a `broadcast` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// Event name of the message.
    pub event: EventName,
    /// Payload.
    #[serde(default)]
    pub data: Json,
}

/// Fields of a `send` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// Recipient.
    pub to: Target,
    /// Event name of the message.
    pub event: EventName,
    /// Payload.
    #[serde(default)]
    pub data: Json,
}

/// Recipient of a direct message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// All connections of a user.
    User(UserId),
    /// One connection.
    Client(ClientId),
}

/// Fields of a `call` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Event whose handler is called.
    pub event: EventName,
    /// Argument of the handler.
    #[serde(default)]
    pub data: Json,
}

/// Fields of a request about one room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRequest {
    /// Name of the room.
    pub room: RoomName,
}

/// Fields of a `history` request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRequest {
    /// Name of the room.
    pub room: RoomName,
    /// Returns only messages with a lower offset; without it, the latest ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Offset>,
    /// Maximum number of messages; the server applies its own limit as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Fields of a `ping` request: none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {}

/// A reply or event of the server. `M` is a message in a list; the server uses [`Json`], so that it serializes each
/// message once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<M = Message> {
    /// First frame of a connection.
    Welcome(Welcome),
    /// Acknowledgment of a request without a reply type of its own.
    Ok(Ack),
    /// Reply to `echo`.
    Echo(EchoReply),
    /// Reply to `join`. Messages after `offset` follow as events; `messages` are the missed ones up to it.
    Joined(Joined<M>),
    /// A message that was published into a room or broadcast.
    Message(Message),
    /// A message for this client or its user.
    Direct(Direct),
    /// Reply to `call`.
    Result(CallResult),
    /// Reply to `presence`.
    Presence(Presence),
    /// Users that joined or left a room since the previous frame of this kind, or since `joined`.
    PresenceDiff(PresenceDiff),
    /// Reply to `history`.
    History(History<M>),
    /// Reply to `ping`.
    Pong(Pong),
    /// Reply to a request that failed. Without `id` if the request had no valid one.
    Error(ErrorReply),
    /// Announces that the server closes this connection next.
    Goodbye(Goodbye),
}

/// Identity of the connection, and properties of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Identifier of this connection.
    pub client: ClientId,
    /// User named by the token; absent before `auth`, and on a server without authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Version of the server.
    pub version: String,
    /// Identifier of the server process.
    pub node: String,
    /// Behavior of this path for plain connections: `echo` or `broadcast`.
    pub plain: String,
    /// Interval between pings of the server, in seconds.
    pub ping: u64,
    /// Largest message that the server accepts, in bytes.
    pub max: u64,
    /// Time of the server, in milliseconds since the Unix epoch.
    pub time: u64,
    /// `true` if the server handles no request before `auth`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub auth_required: bool,
}

/// Acknowledgment of a request. Which fields are present depends on the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// Identifier of the request.
    pub id: Id,
    /// `publish`: epoch of the room's history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// `publish`: offset of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
    /// `publish`: `true` if the key was used before, for the message at this offset.
    #[serde(default, skip_serializing_if = "is_false")]
    pub duplicate: bool,
    /// `send` and `broadcast`: number of connections to the node that received the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<u64>,
    /// `send` and `broadcast`: `true` if the message was also sent to other nodes, whose connections are not counted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forwarded: bool,
    /// `auth`: authenticated user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// `auth`: expiry of the token, in seconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

/// Reply to `echo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EchoReply {
    /// Identifier of the request.
    pub id: Id,
    /// Data of the request, unchanged.
    pub data: Json,
    /// Time of the server, in milliseconds since the Unix epoch.
    pub time: u64,
}

/// Reply to `join`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined<M = Message> {
    /// Identifier of the request.
    pub id: Id,
    /// Name of the room.
    pub room: RoomName,
    /// Epoch of the room's history.
    pub epoch: Epoch,
    /// Offset of the latest message; the next event of this room follows it.
    pub offset: Offset,
    /// `true` if `messages` contains every message after `since`.
    pub recovered: bool,
    /// Missed messages, oldest first: all of them, or none.
    pub messages: Vec<M>,
    /// Users in the room, including the client's own; absent without the permission `presence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<PresenceEntry>>,
    /// `true` if the room has more users than listed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub more_users: bool,
}

/// A message of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Name of the room; `*` for a broadcast.
    pub room: RoomName,
    /// Offset in the room; absent for a broadcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
    /// Event name of the message.
    pub event: EventName,
    /// Sender; absent if the server or the HTTP API published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// Payload.
    pub data: Json,
    /// Time of publication, in milliseconds since the Unix epoch.
    pub time: u64,
}

/// Sender of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    /// Connection that sent it.
    pub client: ClientId,
    /// User of that connection, if it is authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
}

/// A message for one client or user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// Sender; absent if the server or the HTTP API sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// Event name of the message.
    pub event: EventName,
    /// Payload.
    pub data: Json,
    /// Time of sending, in milliseconds since the Unix epoch.
    pub time: u64,
}

/// Reply to `call`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResult {
    /// Identifier of the request.
    pub id: Id,
    /// Return value of the handler.
    pub data: Json,
}

/// A user in a room, or a connection without a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceEntry {
    /// User; absent on a server without authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Connection, if it has no user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// Number of the user's connections in the room; 0 for a user that left and may return within the grace period.
    pub clients: u32,
    /// Public information about the user, from its token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Json>,
}

/// Reply to `presence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Identifier of the request.
    pub id: Id,
    /// Name of the room.
    pub room: RoomName,
    /// Number of connections in the room.
    pub clients: u64,
    /// Users of these connections.
    pub users: Vec<PresenceEntry>,
    /// `true` if the room has more users than listed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub more_users: bool,
}

/// Changes of a room's presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceDiff {
    /// Name of the room.
    pub room: RoomName,
    /// Users that joined.
    pub joined: Vec<PresenceEntry>,
    /// Users that left.
    pub left: Vec<PresenceEntry>,
}

/// Reply to `history`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History<M = Message> {
    /// Identifier of the request.
    pub id: Id,
    /// Name of the room.
    pub room: RoomName,
    /// Epoch of the room's history.
    pub epoch: Epoch,
    /// Offset of the latest message in the room.
    pub offset: Offset,
    /// Messages of this page, oldest first.
    pub messages: Vec<M>,
    /// `true` if the history has older messages.
    pub more: bool,
}

/// Reply to `ping`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pong {
    /// Identifier of the request.
    pub id: Id,
    /// Time of the server, in milliseconds since the Unix epoch.
    pub time: u64,
}

/// Reply to a request that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// Identifier of the request, if it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// Error code.
    pub code: ErrorCode,
    /// Explanation for people.
    pub message: String,
    /// `true` if the same request may succeed later.
    pub retry: bool,
}

/// Announcement that the server closes the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    /// Code of the close frame that follows.
    pub code: CloseCode,
    /// Explanation for people.
    pub reason: String,
    /// Delay in milliseconds before the client should reconnect. It differs between clients, so that they do not all
    /// reconnect at the same time.
    pub retry_ms: u64,
}

impl Ack {
    /// Creates an acknowledgment without optional fields.
    pub fn new(id: Id) -> Self {
        Self {
            id,
            epoch: None,
            offset: None,
            duplicate: false,
            delivered: None,
            forwarded: false,
            user: None,
            expires: None,
        }
    }
}

impl std::fmt::Debug for Auth {
    /// Omits the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth { token: .. }")
    }
}

fn default_true() -> bool {
    true
}

// serde's `skip_serializing_if` passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_true(value: &bool) -> bool {
    *value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}
