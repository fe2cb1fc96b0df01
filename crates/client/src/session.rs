//! Sessions with both halves: the connector and `yodel.v1`.

pub use crate::connector::Session;
pub use crate::yodel::LOBBY;

use crate::yodel::Yodel;

impl Session {
    /// Creates a session in [`State::Idle`](crate::State::Idle) that has both modes and never gives up.
    pub fn new() -> Self {
        let mut session = Self::plain();
        session.attach(Yodel::new().into());
        session
    }

    /// Creates a session that stops after this many failures in a row; losing a stable connection is the first of a
    /// new row.
    pub fn with_max_attempts(attempts: u32) -> Self {
        Self::new().stopping_after(attempts)
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
