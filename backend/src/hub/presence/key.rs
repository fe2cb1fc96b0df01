//! Identity of a connection in the presence of a room.

use std::time::Duration;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, Json, UserId};

/// Time for which a user without connections still counts as present: reloading a page is not a leave.
pub const GRACE: Duration = Duration::from_secs(10);

/// Identity in presence: a user, or a connection that has none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PresenceKey {
    /// User with any number of connections.
    User(UserId),
    /// Connection without a user.
    Client(ClientId),
}

impl PresenceKey {
    /// Returns the presence entry on the wire.
    pub fn present(&self, clients: u32, info: Option<Json>) -> PresenceEntry {
        match self.clone() {
            Self::User(user) => PresenceEntry { user: Some(user), client: None, clients, info },
            Self::Client(client) => PresenceEntry { user: None, client: Some(client), clients, info },
        }
    }

    /// Returns the time until a leave is published. A connection without a user never returns.
    pub fn grace(&self) -> Duration {
        match self {
            Self::User(_) => GRACE,
            Self::Client(_) => Duration::ZERO,
        }
    }
}
