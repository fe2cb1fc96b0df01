//! Everything that can be said in `yodel.v1`. On the wire each is one flat JSON object in one text
//! message, with the verb as `type`.

use serde::{Deserialize, Serialize};

use crate::{ClientId, CloseCode, Epoch, ErrorCode, EventName, Id, Json, Key, Offset, Position, RoomName, UserId};

/// What a client says. The reply has the same `id`, and there is exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientFrame {
    /// The client's number for it.
    pub id: Id,
    /// What is wanted.
    #[serde(flatten)]
    pub verb: Verb,
}

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Verb {
    /// Log in, or renew the token. Reply: `ok` with `user` and `expires`.
    Auth(Auth),
    /// Send it back. Reply: `echo`.
    Echo(Echo),
    /// Hear a room, perhaps from a position on. Reply: `joined`.
    Join(Join),
    /// Put a message into a room. Reply: `ok` with its position.
    Publish(Publish),
    /// Tell everybody. Reply: `ok` with `delivered`.
    Broadcast(Broadcast),
    /// Tell one client, or one user on all devices. Reply: `ok` with `delivered`.
    Send(Send),
    /// Have the handler of this event do something. Reply: `result`.
    Call(Call),
    /// Hear a room no longer. Reply: `ok`.
    Leave(InRoom),
    /// Who is in a room? Reply: `presence`.
    Presence(InRoom),
    /// What was said in a room? Reply: `history`.
    History(Before),
    /// Are you there? Reply: `pong`.
    Ping(Nothing),
}

/// A token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// A signed JWT.
    pub token: String,
}

/// Data to be sent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// Comes back byte for byte.
    #[serde(default)]
    pub data: Json,
}

/// A room to hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// Which room.
    pub room: RoomName,
    /// Where the client left off, to get what it missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Position>,
}

/// A message for a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// Which room; one need not be in it.
    pub room: RoomName,
    /// What it is about.
    pub event: EventName,
    /// The message.
    #[serde(default)]
    pub data: Json,
    /// Makes it safe to repeat: for five minutes the same key gets the first offset again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Whether the sender gets its own message too, when it is in the room.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub echo: bool,
}

/// A message for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// What it is about.
    pub event: EventName,
    /// The message.
    #[serde(default)]
    pub data: Json,
}

/// A message for one client or one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// Who gets it.
    pub to: Target,
    /// What it is about.
    pub event: EventName,
    /// The message.
    #[serde(default)]
    pub data: Json,
}

/// Who gets a direct message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// All connections of a user.
    User(UserId),
    /// One connection.
    Client(ClientId),
}

/// Something for a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which handler.
    pub event: EventName,
    /// What it gets.
    #[serde(default)]
    pub data: Json,
}

/// Something about a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRoom {
    /// Which room.
    pub room: RoomName,
}

/// A page of a room's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Which room.
    pub room: RoomName,
    /// Only what is older than this one; without it the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Offset>,
    /// How many at most; the server has a bound of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Nothing but the verb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// What a server says. `M` is a message in a list: a server has them as [`Json`] already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<M = Message> {
    /// The first frame of a connection.
    Welcome(Welcome),
    /// It is done.
    Ok(Done),
    /// What was to be sent back.
    Echo(Echoed),
    /// The room is heard from `offset` on; `messages` are those before it that were missed.
    Joined(Joined<M>),
    /// Somebody published into a room, or told everybody.
    Message(Message),
    /// Somebody told this client or this user.
    Direct(Direct),
    /// What the handler answered.
    Result(Outcome),
    /// Who is in a room.
    Presence(Presence),
    /// Who came to a room and who left it, since the last time or since `joined`.
    PresenceDiff(PresenceDiff),
    /// What was said in a room.
    History(History<M>),
    /// The answer to `ping`.
    Pong(Pong),
    /// It was not done. Without `id` when the frame it is about had none that could be read.
    Error(Failed),
    /// The server closes this connection next.
    Goodbye(Goodbye),
}

/// Who one is, and what the server is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// This connection.
    pub client: ClientId,
    /// Who its token says it is; nobody before `auth`, and where the server asks nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The server's version.
    pub version: String,
    /// Which of several servers this is.
    pub node: String,
    /// What this path does in plain mode: `echo` or `broadcast`.
    pub plain: String,
    /// How often the server pings, in seconds.
    pub ping: u64,
    /// The largest message it takes, in bytes.
    pub max: u64,
    /// Its clock, in milliseconds since 1970.
    pub time: u64,
}

/// It is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Of the frame that this answers.
    pub id: Id,
    /// To `publish`: in which life of the history it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// To `publish`: its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
    /// To `publish`: it had been published before, there.
    #[serde(default, skip_serializing_if = "is_no")]
    pub duplicate: bool,
    /// To `send` and `broadcast`: how many connections it went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<u64>,
    /// To `auth`: who one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// To `auth`: when the token ends, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echoed {
    /// Of the frame that this answers.
    pub id: Id,
    /// What was sent.
    pub data: Json,
    /// The server's clock, in milliseconds since 1970.
    pub time: u64,
}

/// A room is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined<M = Message> {
    /// Of the frame that this answers.
    pub id: Id,
    /// Which room.
    pub room: RoomName,
    /// The life of its history.
    pub epoch: Epoch,
    /// The last message so far; the next one that is pushed comes after it.
    pub offset: Offset,
    /// Whether `messages` is all that came after `since`.
    pub recovered: bool,
    /// What was missed, oldest first; all of it or nothing.
    pub messages: Vec<M>,
    /// Who is in the room, oneself included; absent for those who may not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<Present>>,
    /// More are in the room than `users` says.
    #[serde(default, skip_serializing_if = "is_no")]
    pub more_users: bool,
}

/// A message of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which room; `*` when everybody was told.
    pub room: RoomName,
    /// Its place; none when everybody was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
    /// What it is about.
    pub event: EventName,
    /// Who published it; nobody when the server itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// The message.
    pub data: Json,
    /// When, in milliseconds since 1970.
    pub time: u64,
}

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    /// Which connection.
    pub client: ClientId,
    /// Whose it is, where the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
}

/// A message for this client or user alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// Who sent it; nobody when the server itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// What it is about.
    pub event: EventName,
    /// The message.
    pub data: Json,
    /// When, in milliseconds since 1970.
    pub time: u64,
}

/// What a handler answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Of the frame that this answers.
    pub id: Id,
    /// The answer.
    pub data: Json,
}

/// Somebody in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Who; absent where the server asks nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Which connection, when it has no user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// On how many connections; 0 for somebody who just left and may be back in a moment.
    pub clients: u32,
    /// What the token says that others may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Json>,
}

/// Who is in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Of the frame that this answers.
    pub id: Id,
    /// Which room.
    pub room: RoomName,
    /// How many connections are in it.
    pub clients: u64,
    /// Whose they are.
    pub users: Vec<Present>,
    /// More are in the room than `users` says.
    #[serde(default, skip_serializing_if = "is_no")]
    pub more_users: bool,
}

/// Who came and who left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceDiff {
    /// Which room.
    pub room: RoomName,
    /// Who was not there before.
    pub joined: Vec<Present>,
    /// Who is not there any more.
    pub left: Vec<Present>,
}

/// A page of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History<M = Message> {
    /// Of the frame that this answers.
    pub id: Id,
    /// Which room.
    pub room: RoomName,
    /// The life of its history.
    pub epoch: Epoch,
    /// The last message so far.
    pub offset: Offset,
    /// Oldest first.
    pub messages: Vec<M>,
    /// Whether there are older ones.
    pub more: bool,
}

/// The server is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pong {
    /// Of the frame that this answers.
    pub id: Id,
    /// The server's clock, in milliseconds since 1970.
    pub time: u64,
}

/// It was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Of the frame that this answers, if it had one that could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// What kind of error.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// Whether the same may succeed later.
    pub retry: bool,
}

/// The connection is about to be closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    /// The code that it is closed with.
    pub code: CloseCode,
    /// For people.
    pub reason: String,
    /// When to come back, so that not everybody does at once; in milliseconds from now.
    pub retry_ms: u64,
}

impl Done {
    /// Done, and nothing to add.
    pub fn new(id: Id) -> Self {
        Self { id, epoch: None, offset: None, duplicate: false, delivered: None, user: None, expires: None }
    }
}

impl std::fmt::Debug for Auth {
    /// A token is nobody's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth { token: .. }")
    }
}

fn yes() -> bool {
    true
}

// serde hands references to these.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_yes(value: &bool) -> bool {
    *value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_no(value: &bool) -> bool {
    !*value
}
