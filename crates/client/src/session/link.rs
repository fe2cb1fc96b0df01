//! What is known of a connection in envelope mode. Begins with the dial and ends with the socket.

use yodel_protocol::frame::{Goodbye, Welcome};
use yodel_protocol::{ClientId, Id};

use super::pulse::Pulse;
use super::{Session, State};
use crate::clock::Clock;

/// How far the acquaintance has come.
#[derive(Debug, Default)]
pub(super) enum Phase {
    /// The server has not said welcome.
    #[default]
    Greeting,
    /// The driver was asked for a token.
    Token,
    /// It was sent, as this frame.
    Auth(Id),
    /// Everything may be said.
    Ready,
}

/// A connection.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) phase: Phase,
    pub(super) client: Option<ClientId>,
    /// Plain clients of this server talk to each other.
    pub(super) has_lobby: bool,
    /// The largest message that the server takes, in bytes.
    pub(super) most: u64,
    /// The server's clock, and one's own at the same moment.
    pub(super) server_ms: u64,
    pub(super) welcomed_ms: u64,
    pub(super) pulse: Pulse,
    /// When a new token is wanted.
    pub(super) renew_ms: Option<u64>,
    /// A new token was sent, as this frame.
    pub(super) renewal: Option<Id>,
    pub(super) goodbye: Option<Goodbye>,
    /// How many strange frames there were.
    pub(super) strange: u32,
}

impl Link {
    /// The server introduces itself.
    pub(super) fn meet(&mut self, clock: &Clock, welcome: &Welcome) {
        self.client = Some(welcome.client.clone());
        self.has_lobby = welcome.plain == "broadcast";
        self.most = welcome.max;
        self.server_ms = welcome.time;
        self.welcomed_ms = clock.now_ms();
    }

    /// The same moment on one's own clock.
    pub(super) fn local_ms(&self, server_ms: u64) -> u64 {
        server_ms.saturating_sub(self.server_ms).saturating_add(self.welcomed_ms)
    }
}

impl Session {
    /// The connection, while there is one.
    pub(super) fn link(&mut self) -> Option<&mut Link> {
        Some(&mut self.socket.as_mut()?.link)
    }

    /// The connection, while everything may be said over it.
    pub(super) fn ready(&mut self) -> Option<&mut Link> {
        let State::Open(_) = self.state else { return None };
        self.link().filter(|link| matches!(link.phase, Phase::Ready) && link.goodbye.is_none())
    }

    /// The number of the next frame.
    pub(super) fn next_frame(&mut self) -> Id {
        self.frame += 1;
        frame_id(self.frame)
    }
}

pub(super) fn frame_id(number: u64) -> Id {
    Id::new(number).expect("nobody counts to 2^53")
}
