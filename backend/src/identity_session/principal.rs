//! The principal of a session: its identity, and what follows from it.

use std::sync::Arc;

use yodel_protocol::Json;

use super::context::SessionContext;
use crate::auth::Identity;
use crate::backplane::message::Sender;
use crate::hooks::caller::Caller;
use crate::hooks::handle::Handle;
use crate::hub::RoomCreator;
use crate::hub::presence::PresenceKey;
use crate::net::client_address;

/// The identity, sender and presence key of a connection.
#[derive(Debug)]
pub struct Principal {
    /// Permissions and claims of the token.
    pub identity: Identity,
    /// Sender of the connection's messages.
    pub sender: Arc<Sender>,
    /// Key in the presence of rooms: the user, or the client if anonymous.
    pub presence_key: PresenceKey,
}

impl Principal {
    pub(super) fn new(identity: Identity, sender: Sender) -> Self {
        let presence_key =
            sender.user.clone().map_or_else(|| PresenceKey::Client(sender.client.clone()), PresenceKey::User);
        Self { identity, sender: Arc::new(sender), presence_key }
    }

    pub(super) fn renewed(&self, identity: Identity) -> Self {
        Self { identity, sender: Arc::clone(&self.sender), presence_key: self.presence_key.clone() }
    }

    /// Returns the public claims of the user.
    pub fn info(&self) -> Option<Json> {
        self.identity.info().and_then(|info| Json::parse(info.get()).ok())
    }

    /// Returns the client as the creator of a room.
    pub fn room_creator(&self, context: &SessionContext<'_>) -> RoomCreator<'_> {
        let address = client_address::counted(context.peer.ip()).filter(|address| !address.is_unspecified());
        RoomCreator::Client { sender: &self.sender, address }
    }

    /// Returns the connection as an argument for hooks.
    pub fn caller(&self, context: &SessionContext<'_>) -> Caller {
        let Sender { client, user, .. } = (*self.sender).clone();
        Caller::new(client, user, self.info(), context.peer, Handle::new(context.hub.clone()))
    }
}
