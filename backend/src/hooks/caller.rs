//! Callers of hooks.

use std::net::SocketAddr;

use yodel_protocol::{ClientId, Json, UserId};

use crate::hooks::handle::Handle;

/// The connection for which a hook is called, and a handle to the server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Caller {
    /// Identifier of the connection, unique for the lifetime of the server.
    pub client: ClientId,
    /// Authenticated user; `None` for an anonymous connection.
    pub user: Option<UserId>,
    /// Public claims of the user: `info` of the token or of the `authenticate` hook, byte for byte.
    pub info: Option<Json>,
    /// Address of the peer, which may be a reverse proxy.
    pub peer: SocketAddr,
    /// Handle to the server.
    pub server: Handle,
}

impl Caller {
    pub(crate) fn new(
        client: ClientId,
        user: Option<UserId>,
        info: Option<Json>,
        peer: SocketAddr,
        server: Handle,
    ) -> Self {
        Self { client, user, info, peer, server }
    }
}
