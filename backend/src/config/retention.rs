//! Limits of what rooms keep.

use std::time::Duration;

/// Limits of history, presence and rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Limits of one room's history.
    pub history: HistoryConfig,
    /// Bytes that all rooms together keep of messages and idempotency keys.
    pub total_bytes: usize,
    /// Messages that one recovery returns at most.
    pub recover_max: usize,
    /// Members of a room that are listed by name.
    pub presence_max: usize,
    /// Rooms that may exist.
    pub rooms: usize,
    /// Bytes that a room may have on their way to its members before publishers wait.
    pub in_flight_bytes: usize,
}

/// Limits of one room's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryConfig {
    /// Messages; 0 for none.
    pub messages: usize,
    /// Age after which a message is no longer kept.
    pub age: Duration,
    /// Bytes.
    pub bytes: usize,
}
