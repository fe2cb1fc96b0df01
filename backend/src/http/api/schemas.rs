//! JSON schemas of values that other crates serialize. These docs are part of the OpenAPI document.

use utoipa::ToSchema;

/// A user or a connection.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "schema of a type of another crate")]
pub enum Recipient {
    /// All connections of a user.
    User(String),
    /// A single connection.
    Client(String),
}

/// A user in a room, or a connection without a user.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of a type of another crate")]
pub struct PresenceEntry {
    /// User; absent on a server without authentication.
    #[schema(required = false)]
    user: String,
    /// Connection, if it has no user.
    #[schema(required = false)]
    client: String,
    /// Number of the user's connections in the room; 0 for a user that left and may return within the grace period.
    clients: u32,
    /// Public information about the user, from its token.
    #[schema(required = false, value_type = serde_json::Value)]
    info: (),
}

/// A message of a room.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of a type of another crate")]
pub struct RoomMessage {
    /// Name of the room.
    room: String,
    /// Offset of the message.
    offset: u64,
    /// Event name.
    event: String,
    /// Sender; absent if the server or the HTTP API published it.
    #[schema(required = false)]
    from: MessageSender,
    /// Payload, byte for byte as it was published.
    #[schema(value_type = serde_json::Value)]
    data: (),
    /// Time of publication, in milliseconds since the Unix epoch.
    time: u64,
}

/// Sender of a message.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of a type of another crate")]
pub struct MessageSender {
    /// Connection that sent it.
    client: String,
    /// User of that connection, if it is authenticated.
    #[schema(required = false)]
    user: String,
}
