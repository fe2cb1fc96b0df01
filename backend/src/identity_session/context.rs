//! What a session borrows of its server and its connection.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::encode::SharedPayload;
use crate::hooks::registry::Hooks;
use crate::hub::{Hub, Subscriber};
use crate::net::tasks::ServerTasks;

/// The outside of a connection, through which rooms and other clients reach it.
pub type SessionLine = Arc<dyn Subscriber<SharedPayload>>;

/// What a session borrows of its server and its connection.
#[derive(Clone, Copy, Debug)]
pub struct SessionContext<'a> {
    /// Rooms and directory.
    pub hub: &'a Hub<SharedPayload>,
    /// Hooks of the embedding program.
    pub hooks: &'a Hooks,
    /// Tasks that a graceful shutdown waits for.
    pub tasks: &'a ServerTasks,
    /// Address of the peer.
    pub peer: SocketAddr,
}
