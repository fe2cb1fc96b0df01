//! Connections as receivers: direct messages, broadcasts to all of them, and disconnects, on other nodes as well.

use std::sync::Arc;

use yodel_protocol::CloseCode;
use yodel_protocol::frame::Target;

use super::content::Content;
use super::directory::{Client, DirectoryEntry};
use super::handle::Hub;
use super::membership::Subscription;
use super::payload::Payload;
use super::receivers_busy::ReceiversBusy;
use super::subscriber::Subscriber;
use crate::backplane::message::NewMessage;
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::{ClientSignal, Signal};

impl<P: Payload> Hub<P> {
    /// Adds a connection to the directory.
    pub fn register(&self, client: Client<P>) -> DirectoryEntry<P> {
        self.0.directory.register(client)
    }

    /// Subscribes to broadcasts to all connections.
    pub fn subscribe(&self, subscriber: Arc<dyn Subscriber<P>>) -> Subscription<P> {
        Subscription::new(self.everyone(), subscriber)
    }

    /// Sends a message to all connections, on other nodes as well, and returns the number of those on this node.
    pub fn broadcast(&self, message: NewMessage) -> usize {
        let (message, connections) = self.everyone().broadcast(message);
        if self.0.services.follows {
            self.0.backplane.signal(Signal::Broadcast(message));
        }
        connections
    }

    /// Sends a text to all plain-mode connections in the lobby, without history.
    pub fn broadcast_plain(&self, text: &str) {
        self.0.rooms.lobby().publish_ephemeral(Content::Text(text.into()), Recipients::All);
    }

    /// Sends an encoded `yodel.v1` frame to those connections of a target that receive direct messages, on other nodes as
    /// well, and returns the number on this node that it was delivered to. A connection with a long queue does not receive
    /// it.
    ///
    /// # Errors
    /// Returns an error if the target has such connections on this node, and all of them have long queues.
    pub fn send(&self, to: &Target, frame: &str) -> Result<usize, ReceiversBusy> {
        let sent = self.send_here(to, frame);
        if self.may_be_elsewhere(to, *sent.as_ref().unwrap_or(&1)) {
            let signal = ClientSignal::Direct { to: to.clone(), frame: frame.to_owned() };
            self.0.backplane.signal(Signal::Clients(signal));
        }
        sent
    }

    pub(super) fn send_here(&self, to: &Target, frame: &str) -> Result<usize, ReceiversBusy> {
        let mut clients = self.find(to);
        clients.retain(|client| client.receives_direct);
        if clients.is_empty() {
            return Ok(0);
        }
        let payload = P::of(vec![Content::Frame(frame.into())]);
        let delivered = clients.iter().filter(|client| client.subscriber.offer(&payload)).count();
        if delivered == 0 { Err(ReceiversBusy) } else { Ok(delivered) }
    }

    /// Closes the connections of a target, on other nodes as well, and returns the number of those on this node.
    pub fn disconnect(&self, to: &Target, code: CloseCode, reason: &str) -> usize {
        let disconnected = self.disconnect_here(to, code, reason);
        if self.may_be_elsewhere(to, disconnected) {
            let signal = ClientSignal::Disconnect { to: to.clone(), code, reason: reason.to_owned() };
            self.0.backplane.signal(Signal::Clients(signal));
        }
        disconnected
    }

    /// Returns whether other nodes may have connections of a target of which this node has `found`.
    fn may_be_elsewhere(&self, to: &Target, found: usize) -> bool {
        self.0.services.follows && (found == 0 || matches!(to, Target::User(_)))
    }

    pub(super) fn disconnect_here(&self, to: &Target, code: CloseCode, reason: &str) -> usize {
        let clients = self.find(to);
        for client in &clients {
            client.subscriber.disconnect(code, reason);
        }
        clients.len()
    }
}

impl<P> Hub<P> {
    /// Returns the connections of a target: one by identifier, or all of a user.
    pub fn find(&self, target: &Target) -> Vec<Arc<Client<P>>> {
        self.0.directory.find(target)
    }

    /// Returns the number of connections in the directory.
    pub fn clients(&self) -> usize {
        self.0.directory.len()
    }

    /// Returns the number of users that have connections.
    pub fn users(&self) -> usize {
        self.0.directory.users()
    }
}
