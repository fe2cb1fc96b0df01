//! The local side of the shared backplane.

use std::collections::BTreeMap;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, RoomName, UserId};

use crate::backplane::listing::UserConnection;
use crate::backplane::signal::Signal;

/// Receiver of what other nodes send without a position.
pub trait Node: Send + Sync {
    /// Handles a signal of another node.
    fn on_signal(&self, signal: Signal);

    /// Updates the users that another node has in a room. An entry with zero clients has left. If `complete`, users
    /// without an entry have left as well.
    fn on_presence(&self, room: &RoomName, node: &str, entries: &[PresenceEntry], complete: bool);

    /// Replaces the users that all other nodes have in a room, by node.
    fn on_all_presence(&self, room: &RoomName, nodes: BTreeMap<String, Vec<PresenceEntry>>);

    /// Returns the users that have connections to this node in a room.
    fn presence_here(&self, room: &RoomName) -> Vec<PresenceEntry>;

    /// Returns the number of connections to this node in a room.
    fn clients_here(&self, room: &RoomName) -> u64;

    /// Returns the connections of a user to this node, in no particular order.
    fn connections_here(&self, user: &UserId) -> Vec<UserConnection>;

    /// Closes connections to this node, because their user has too many.
    fn close_excess(&self, clients: &[ClientId]);
}
