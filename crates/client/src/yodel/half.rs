//! The `yodel.v1` half, as the connector sees it.

use std::collections::VecDeque;
use std::mem;

use yodel_protocol::ClientId;
use yodel_protocol::frame::Goodbye;

use super::auth::Tokens;
use super::handshake::WELCOME_TIMEOUT_MS;
use super::link::Link;
use super::outbox::Outbox;
use super::rate_limiter::RateLimiter;
use super::rooms::Rooms;
use crate::connector::{Core, Failure, Handler, Socket, Subprotocol};
use crate::{Event, Rng, State};

/// The `yodel.v1` half of a session: rooms that resume, requests with answers, tokens, a heartbeat.
///
/// Becomes a part of a session by [`Session::attach`](crate::Session::attach).
#[derive(Debug, Default)]
pub struct Yodel {
    pub(super) link: Link,
    pub(super) outbox: Outbox,
    pub(super) rooms: Rooms,
    pub(super) rate_limiter: RateLimiter,
    pub(super) tokens: Tokens,
    /// Number of the last frame.
    pub(super) frame: u64,
    /// Client ids of the last connections, the present one first.
    pub(super) own_ids: VecDeque<ClientId>,
}

impl Yodel {
    /// Creates a half that is in no room.
    pub fn new() -> Self {
        Self::default()
    }

    /// Joins and sends whatever is due.
    pub(super) fn send_due(&mut self, core: &mut Core) {
        self.join_due(core);
        self.flush(core);
    }
}

impl From<Yodel> for Subprotocol {
    fn from(yodel: Yodel) -> Self {
        Self::new(Box::new(yodel))
    }
}

impl Handler for Yodel {
    fn handle(&mut self, core: &mut Core, event: Event, rng: &mut dyn Rng) {
        match event {
            Event::Send { id, text } => self.send(core, id, text, rng),
            Event::Request { id, verb } => self.request(core, id, verb, rng),
            Event::Join(room) => self.join(core, room),
            Event::Leave(room) => self.leave(core, &room),
            Event::Token(token) => self.token(core, token),
            Event::TakePulse => self.measure_latency(core),
            // Every other event is the connector's own.
            _ => {}
        }
    }

    fn server_changes(&mut self, core: &mut Core, is_new_address: bool) {
        if is_new_address {
            self.rooms.forget_positions();
        }
        // Those that were sent over an open socket are settled when it is closed.
        if !matches!(core.state, State::Open(_) | State::Closing(_)) {
            self.settle_entries(core, false);
        }
    }

    fn opened(&mut self, core: &mut Core) {
        core.due_ms = Some(core.clock.after(WELCOME_TIMEOUT_MS));
    }

    fn receive(&mut self, core: &mut Core, text: &str, rng: &mut dyn Rng) -> Result<(), Failure> {
        self.receive_frame(core, text, rng)?;
        self.send_due(core);
        Ok(())
    }

    fn timer(&mut self, core: &mut Core, is_late: bool) -> Result<(), Failure> {
        self.beat(core, is_late)?;
        self.renew_token(core);
        self.send_due(core);
        Ok(())
    }

    fn deadline_ms(&mut self, core: &Core) -> Option<u64> {
        let deadlines = [self.flush_ms(core), self.link_ms(core)];
        deadlines.into_iter().flatten().min()
    }

    fn wake(&mut self, core: &mut Core) {
        self.probe(core);
    }

    fn closed(&mut self, core: &mut Core, socket: &Socket) -> Option<Goodbye> {
        self.settle_entries(core, socket.url == core.url && socket.mode == core.mode);
        let is_current = self.link.generation == socket.generation;
        mem::take(&mut self.link).goodbye.filter(|_| is_current)
    }

    fn token_expired(&mut self, core: &mut Core) {
        self.tokens.next = None;
        self.want_token(core);
    }

    fn hold_dial(&mut self, core: &Core) -> Option<u64> {
        self.tokens.hold(core.generation)
    }

    #[cfg(debug_assertions)]
    fn debug(&self) -> &dyn std::fmt::Debug {
        self
    }
}
