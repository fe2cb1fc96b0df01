//! Presence: the users in a room, each with its number of connections.

mod changes;
mod key;
mod remote;
#[cfg(feature = "redis")]
mod remote_updates;
mod users;

pub use changes::{DiffLimits, PresenceChanges};
pub use key::PresenceKey;
pub use users::{Presence, PresenceSnapshot};
