//! Signals and presence of other nodes, applied to the hub.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};

use yodel_protocol::frame::{PresenceEntry, Target};
use yodel_protocol::{ClientId, CloseCode, RoomName, UserId};

use super::content::Content;
use super::handle::{Hub, HubInner};
use super::payload::Payload;
use super::user_limit::UserLimitReached;
use crate::backplane::listing::UserConnection;
use crate::backplane::recipients::Recipients;
use crate::backplane::shared::node::Node;
use crate::backplane::signal::{ClientSignal, Signal};

/// A [`Node`] that does not keep its hub alive. Until a hub is attached, it ignores everything.
pub struct HubNode<P>(OnceLock<Weak<HubInner<P>>>);

impl<P> Default for HubNode<P> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<P> HubNode<P> {
    /// Attaches a hub, unless there is one.
    pub fn attach(&self, hub: &Hub<P>) {
        let _ = self.0.set(Arc::downgrade(&hub.0));
    }

    fn hub(&self) -> Option<Hub<P>> {
        self.0.get().and_then(Weak::upgrade).map(Hub)
    }
}

impl<P: Payload> Node for HubNode<P> {
    fn on_signal(&self, signal: Signal) {
        if let Some(hub) = self.hub() {
            hub.on_signal(signal);
        }
    }

    fn on_presence(&self, room: &RoomName, node: &str, entries: &[PresenceEntry], complete: bool) {
        if let Some(hub) = self.hub() {
            hub.on_presence(room, node, entries, complete);
        }
    }

    fn on_all_presence(&self, room: &RoomName, nodes: BTreeMap<String, Vec<PresenceEntry>>) {
        if let Some(room) = self.hub().and_then(|hub| hub.find_room(room)) {
            room.replace_remote_presence(&nodes);
        }
    }

    fn presence_here(&self, room: &RoomName) -> Vec<PresenceEntry> {
        self.hub().and_then(|hub| hub.find_room(room)).map(|room| room.presence_here()).unwrap_or_default()
    }

    fn connections_here(&self, user: &UserId) -> Vec<UserConnection> {
        self.hub().map(|hub| hub.connections_here(user)).unwrap_or_default()
    }

    fn close_excess(&self, clients: &[ClientId]) {
        let Some(hub) = self.hub() else { return };
        for client in clients {
            let to = Target::Client(client.clone());
            hub.disconnect_here(&to, CloseCode::CONNECTION_LIMIT, &UserLimitReached.to_string());
        }
    }

    fn clients_here(&self, room: &RoomName) -> u64 {
        self.hub().and_then(|hub| hub.find_room(room)).map_or(0, |room| room.clients_here())
    }
}

impl<P: Payload> Hub<P> {
    fn on_signal(&self, signal: Signal) {
        match signal {
            Signal::Broadcast(message) => {
                self.everyone().publish_ephemeral(Content::Message(Arc::clone(&message)), Recipients::All);
            }
            Signal::Clients(ClientSignal::Direct { to, frame }) => {
                // The sender learns only of the connections on its own node.
                let _ = self.send_here(&to, &frame);
            }
            Signal::Clients(ClientSignal::Disconnect { to, code, reason }) => {
                self.disconnect_here(&to, code, &reason);
            }
        }
    }

    fn on_presence(&self, room: &RoomName, node: &str, entries: &[PresenceEntry], complete: bool) {
        if let Some(room) = self.find_room(room) {
            room.set_remote_presence(node, entries, complete);
        }
    }
}
