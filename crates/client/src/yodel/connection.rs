//! The state of one connection in envelope mode, from the dial until the socket is closed.

use yodel_protocol::frame::{Goodbye, Welcome};
use yodel_protocol::{ClientId, Id};

use super::handler::Yodel;
use super::heartbeat::Heartbeat;
use crate::Generation;
use crate::clock::Clock;
use crate::connector::Core;

/// The progress of the handshake.
#[derive(Debug, Default)]
pub(super) enum Phase {
    /// The server has not sent its welcome frame.
    #[default]
    AwaitingWelcome,
    /// A token was requested from the driver.
    AwaitingToken,
    /// The token was sent in the frame with this id.
    Authenticating(Id),
    /// The handshake is complete.
    Ready,
}

/// The state of one connection.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// The socket of the connection.
    pub(super) generation: Generation,
    pub(super) phase: Phase,
    pub(super) client: Option<ClientId>,
    /// `true` if plain clients of this server share a room.
    pub(super) has_lobby: bool,
    /// `true` if the server handles no request without a token.
    pub(super) needs_token: bool,
    /// Largest message that the server accepts, in bytes.
    pub(super) max_bytes: u64,
    /// The server's clock at the welcome frame, and the session's clock at that time.
    pub(super) server_ms: u64,
    pub(super) welcomed_ms: u64,
    pub(super) heartbeat: Heartbeat,
    /// The time at which to request a new token.
    pub(super) renew_ms: Option<u64>,
    /// The id of the frame that contains a new token.
    pub(super) renewal: Option<Id>,
    pub(super) goodbye: Option<Goodbye>,
    /// Number of frames that could not be decoded or were not expected.
    pub(super) unrecognized: u32,
}

impl Connection {
    /// Stores the values of the welcome frame.
    pub(super) fn welcome(&mut self, clock: &Clock, welcome: &Welcome) {
        self.client = Some(welcome.client.clone());
        self.has_lobby = welcome.plain == "broadcast";
        self.needs_token = welcome.auth_required;
        self.max_bytes = welcome.max;
        self.server_ms = welcome.time;
        self.welcomed_ms = clock.now_ms();
    }

    /// Converts a time in milliseconds from the server's clock to the session's.
    pub(super) fn local_ms(&self, server_ms: u64) -> u64 {
        server_ms.saturating_sub(self.server_ms).saturating_add(self.welcomed_ms)
    }
}

impl Yodel {
    /// Returns the state of the current connection, if there is a socket.
    pub(super) fn connection(&mut self, core: &Core) -> Option<&mut Connection> {
        let generation = core.socket.as_ref()?.generation;
        if self.connection.generation != generation {
            self.connection = Connection { generation, ..Connection::default() };
        }
        Some(&mut self.connection)
    }

    /// Returns the state of the current connection if frames may be sent over it.
    pub(super) fn ready(&mut self, core: &Core) -> Option<&mut Connection> {
        if !core.is_open() {
            return None;
        }
        self.connection(core)
            .filter(|connection| matches!(connection.phase, Phase::Ready) && connection.goodbye.is_none())
    }

    /// Returns the earliest deadline of the connection.
    pub(super) fn connection_deadline_ms(&mut self, core: &Core) -> Option<u64> {
        let join_ms = self.rooms.join_ms();
        let connection = self.ready(core).filter(|connection| connection.client.is_some())?;
        [Some(connection.heartbeat.due_ms()), connection.renew_ms, join_ms].into_iter().flatten().min()
    }

    /// Returns the id of the next frame.
    pub(super) fn next_frame(&mut self) -> Id {
        self.frame += 1;
        frame_id(self.frame)
    }
}

pub(super) fn frame_id(number: u64) -> Id {
    Id::new(number).expect("frame number below 2^53")
}
