//! Identity of a connection in presence.

use std::time::Duration;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, Json, UserId};

/// Time for which a user without connections still counts as present, so that reloading a page is not a leave.
pub const GRACE: Duration = Duration::from_secs(10);

/// Size of a presence entry in a frame without its name and info, in bytes.
const ENTRY_OVERHEAD: usize = 40;

/// Identity in presence: a user, or a connection without a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PresenceKey {
    /// User, with any number of connections.
    User(UserId),
    /// Connection without a user.
    Client(ClientId),
}

impl PresenceKey {
    /// Returns the key of a presence entry; `None` if it names neither a user nor a client.
    pub fn of(entry: &PresenceEntry) -> Option<Self> {
        entry.user.clone().map(Self::User).or_else(|| entry.client.clone().map(Self::Client))
    }

    /// Returns the presence entry as in a `yodel.v1` frame.
    pub fn present(&self, clients: u32, info: Option<Json>) -> PresenceEntry {
        match self.clone() {
            Self::User(user) => PresenceEntry { user: Some(user), client: None, clients, info },
            Self::Client(client) => PresenceEntry { user: None, client: Some(client), clients, info },
        }
    }

    /// Returns the estimated size of the presence entry in a frame, in bytes.
    pub fn cost(&self, info: Option<&Json>) -> usize {
        let name = match self {
            Self::User(user) => user.as_str().len(),
            Self::Client(client) => client.as_str().len(),
        };
        ENTRY_OVERHEAD + name + info.map_or(0, |info| info.text().len())
    }

    /// Returns the time after which a leave is published: [`GRACE`] for a user; zero for a connection without a
    /// user, which cannot reconnect under the same identity.
    pub fn grace(&self) -> Duration {
        match self {
            Self::User(_) => GRACE,
            Self::Client(_) => Duration::ZERO,
        }
    }
}
