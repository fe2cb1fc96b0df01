//! Connections as receivers: direct messages, broadcasts to all of them, and disconnects, on other nodes as well.

use std::sync::Arc;

use yodel_protocol::CloseCode;
use yodel_protocol::frame::Target;

use super::content::Content;
use super::directory::{Client, DirectoryEntry};
use super::handle::Hub;
use super::membership::Subscription;
use super::payload::Payload;
use super::reached::{Reached, SendError};
use super::receivers_busy::ReceiversBusy;
use super::subscriber::Subscriber;
use super::user_limit::UserLimitReached;
use crate::backplane::message::NewMessage;
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::{ClientSignal, Signal};
use crate::backplane::unavailable::Unavailable;

impl<P: Payload> Hub<P> {
    /// Adds a connection to the directory.
    ///
    /// # Errors
    /// Returns an error if its user has as many connections to this node as the limit allows.
    pub fn register(&self, client: Client<P>) -> Result<DirectoryEntry<P>, UserLimitReached> {
        self.0.directory.register(client, self.0.services.retention.per_user)
    }

    /// Subscribes to broadcasts to all connections.
    pub fn subscribe(&self, subscriber: Arc<dyn Subscriber<P>>) -> Subscription<P> {
        Subscription::new(self.everyone(), subscriber)
    }

    /// Sends a message to all connections, on other nodes as well.
    pub fn broadcast(&self, message: NewMessage) -> Reached {
        let (message, here) = self.everyone().broadcast(message);
        let forwarded = self.0.services.follows && self.0.backplane.signal(Signal::Broadcast(message));
        Reached { here, forwarded }
    }

    /// Sends a text to all plain-mode connections in the lobby, without history.
    pub fn broadcast_plain(&self, text: &str) {
        self.0.rooms.lobby().publish_ephemeral(Content::Text(text.into()), Recipients::All);
    }

    /// Sends an encoded `yodel.v1` frame to those connections of a target that receive direct messages, on other nodes as
    /// well. A connection with a long queue does not receive it.
    ///
    /// # Errors
    /// Returns an error if the target has such connections on this node, and all of them have long queues; or if it has
    /// none on this node, and too many messages wait to be sent to the other nodes.
    pub fn send(&self, to: &Target, frame: &str) -> Result<Reached, SendError> {
        let sent = self.send_here(to, frame);
        let signal = || ClientSignal::Direct { to: to.clone(), frame: frame.to_owned() };
        let forwarded = self.forward(to, *sent.as_ref().unwrap_or(&1), signal);
        match (sent?, forwarded) {
            (0, Some(false)) => Err(Unavailable.into()),
            (here, forwarded) => Ok(Reached { here, forwarded: forwarded == Some(true) }),
        }
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

    /// Closes the connections of a target, on other nodes as well.
    ///
    /// # Errors
    /// Returns an error if too many messages wait to be sent to the other nodes. The connections to this node are closed
    /// nevertheless; it is safe to repeat the call.
    pub fn disconnect(&self, to: &Target, code: CloseCode, reason: &str) -> Result<Reached, Unavailable> {
        let here = self.disconnect_here(to, code, reason);
        let signal = || ClientSignal::Disconnect { to: to.clone(), code, reason: reason.to_owned() };
        let forwarded = self.forward(to, here, signal);
        if forwarded == Some(false) { Err(Unavailable) } else { Ok(Reached { here, forwarded: forwarded.is_some() }) }
    }

    /// Sends a signal to the other nodes if they may have connections of a target of which this node has `found`. Returns
    /// whether it was queued; `None` if the other nodes do not need it.
    fn forward(&self, to: &Target, found: usize, signal: impl FnOnce() -> ClientSignal) -> Option<bool> {
        let may_be_elsewhere = found == 0 || matches!(to, Target::User(_));
        let needed = self.0.services.follows && may_be_elsewhere;
        needed.then(|| self.0.backplane.signal(Signal::Clients(signal())))
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
