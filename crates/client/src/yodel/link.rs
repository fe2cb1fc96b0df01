//! What is known of one connection in envelope mode. Begins with the dial and ends with the socket.

use yodel_protocol::frame::{Goodbye, Welcome};
use yodel_protocol::{ClientId, Id};

use super::half::Yodel;
use super::heartbeat::Heartbeat;
use crate::Generation;
use crate::clock::Clock;
use crate::connector::Core;

/// Progress of the handshake.
#[derive(Debug, Default)]
pub(super) enum Phase {
    /// The server has not sent its welcome.
    #[default]
    Greeting,
    /// The driver was asked for a token.
    Token,
    /// The token was sent, in this frame.
    Auth(Id),
    /// The handshake is complete.
    Ready,
}

/// State of one connection.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// The socket that this is about.
    pub(super) generation: Generation,
    pub(super) phase: Phase,
    pub(super) client: Option<ClientId>,
    /// Whether plain clients of this server share a room.
    pub(super) has_lobby: bool,
    /// Largest message that the server accepts, in bytes.
    pub(super) max_bytes: u64,
    /// The server's clock at the welcome, and the session's at the same moment.
    pub(super) server_ms: u64,
    pub(super) welcomed_ms: u64,
    pub(super) heartbeat: Heartbeat,
    /// When to ask for a new token.
    pub(super) renew_ms: Option<u64>,
    /// The frame in which a new token was sent.
    pub(super) renewal: Option<Id>,
    pub(super) goodbye: Option<Goodbye>,
    /// Number of frames that were not understood.
    pub(super) strange: u32,
}

impl Link {
    /// Takes what the server says about itself.
    pub(super) fn welcome(&mut self, clock: &Clock, welcome: &Welcome) {
        self.client = Some(welcome.client.clone());
        self.has_lobby = welcome.plain == "broadcast";
        self.max_bytes = welcome.max;
        self.server_ms = welcome.time;
        self.welcomed_ms = clock.now_ms();
    }

    /// Converts a time of the server's clock to the session's.
    pub(super) fn local_ms(&self, server_ms: u64) -> u64 {
        server_ms.saturating_sub(self.server_ms).saturating_add(self.welcomed_ms)
    }
}

impl Yodel {
    /// Returns the connection, while there is a socket.
    pub(super) fn link(&mut self, core: &Core) -> Option<&mut Link> {
        let generation = core.socket.as_ref()?.generation;
        if self.link.generation != generation {
            self.link = Link { generation, ..Link::default() };
        }
        Some(&mut self.link)
    }

    /// Returns the connection, while frames may be sent over it.
    pub(super) fn ready(&mut self, core: &Core) -> Option<&mut Link> {
        if !core.is_open() {
            return None;
        }
        self.link(core).filter(|link| matches!(link.phase, Phase::Ready) && link.goodbye.is_none())
    }

    /// Returns when the connection needs attention.
    pub(super) fn link_ms(&mut self, core: &Core) -> Option<u64> {
        let join_ms = self.rooms.join_ms();
        let link = self.ready(core).filter(|link| link.client.is_some())?;
        [Some(link.heartbeat.due_ms()), link.renew_ms, join_ms].into_iter().flatten().min()
    }

    /// Returns the number of the next frame.
    pub(super) fn next_frame(&mut self) -> Id {
        self.frame += 1;
        frame_id(self.frame)
    }
}

pub(super) fn frame_id(number: u64) -> Id {
    Id::new(number).expect("a frame number below 2^53")
}
