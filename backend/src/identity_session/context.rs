//! The context of a session.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::encode::SharedPayload;
use crate::hooks::registry::Hooks;
use crate::hub::{Hub, Subscriber};
use crate::net::tasks::ServerTasks;

/// The handle of a connection as a subscriber of rooms and broadcasts.
pub type SessionSubscriber = Arc<dyn Subscriber<SharedPayload>>;

/// The parts of server and connection that a session borrows for a call.
#[derive(Clone, Copy, Debug)]
pub struct SessionContext<'a> {
    /// Rooms, and the directory of connections.
    pub hub: &'a Hub<SharedPayload>,
    /// Hooks of the embedding program.
    pub hooks: &'a Hooks,
    /// Tasks that a graceful shutdown waits for.
    pub tasks: &'a ServerTasks,
    /// Address of the peer.
    pub peer: SocketAddr,
}
