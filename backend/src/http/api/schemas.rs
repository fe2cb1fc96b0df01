//! JSON schemas of values that other crates serialize. Their docs are part of the API description.

use utoipa::ToSchema;

/// One user, or one connection.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub enum Target {
    /// All connections of this user.
    User(String),
    /// This connection.
    Client(String),
}

/// Somebody in a room.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Present {
    /// Who; absent where the server asks nobody.
    #[schema(required = false)]
    user: String,
    /// Which connection, when it has no user.
    #[schema(required = false)]
    client: String,
    /// On how many connections; 0 for somebody who just left and may be back in a moment.
    clients: u32,
    /// What the token says that others may know.
    #[schema(required = false, value_type = serde_json::Value)]
    info: (),
}

/// A message of a room.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Message {
    /// Which room.
    room: String,
    /// Its place.
    offset: u64,
    /// What it is about.
    event: String,
    /// Who published it; absent when the server itself did.
    #[schema(required = false)]
    from: Sender,
    /// The message, byte for byte as it was published.
    #[schema(value_type = serde_json::Value)]
    data: (),
    /// When, in milliseconds since 1970.
    time: u64,
}

/// Who said something.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Sender {
    /// Which connection.
    client: String,
    /// Whose it is, where the server knows.
    #[schema(required = false)]
    user: String,
}
