//! Sessions with plain mode and `yodel.v1`.

pub use crate::connector::Session;
pub use crate::yodel::LOBBY;

use crate::yodel::Yodel;

impl Session {
    /// Creates a session in [`State::Idle`](crate::State::Idle) that supports both modes and retries without limit.
    pub fn new() -> Self {
        let mut session = Self::plain();
        session.attach(Yodel::new().into());
        session
    }

    /// Creates a session that stops after this many consecutive failures. The loss of a stable connection counts as the
    /// first failure.
    pub fn with_max_attempts(attempts: u32) -> Self {
        Self::new().max_attempts(attempts)
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
