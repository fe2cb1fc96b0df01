//! Limits of history, presence, rooms and users.

use std::time::Duration;

/// Limits of history, presence, rooms and users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Limits of one room's history.
    pub history: HistoryConfig,
    /// Maximum memory for messages and idempotency keys of all rooms together, in bytes.
    pub total_bytes: usize,
    /// Maximum number of messages in one recovery.
    pub recover_max: usize,
    /// Maximum number of users in a presence list.
    pub presence_max: usize,
    /// Maximum size of a presence change, in bytes.
    pub presence_bytes: usize,
    /// Maximum number of rooms.
    pub rooms: usize,
    /// Maximum number of connections of a user.
    pub per_user: u32,
    /// Bytes queued for delivery in a room above which publishers wait.
    pub in_flight_bytes: usize,
}

/// Limits of one room's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryConfig {
    /// Maximum number of messages; 0 for none.
    pub messages: usize,
    /// Age after which a message is no longer kept.
    pub age: Duration,
    /// Maximum size of all messages, in bytes.
    pub bytes: usize,
}
