//! `yodel.v1` as the connector's handler.

use std::collections::VecDeque;
use std::mem;

use yodel_protocol::ClientId;
use yodel_protocol::frame::Goodbye;

use super::auth::Tokens;
use super::connection::Connection;
use super::handshake::WELCOME_TIMEOUT_MS;
use super::outbox::Outbox;
use super::rate_limiter::RateLimiter;
use super::rooms::Rooms;
use crate::connector::{Core, Failure, Handler, Socket, Subprotocol};
use crate::{Event, Rng, State, Target};

/// The subprotocol `yodel.v1`: rooms that resume, requests with replies, tokens and a heartbeat.
///
/// [`Session::attach`](crate::Session::attach) adds it to a session.
#[derive(Debug, Default)]
pub struct Yodel {
    pub(super) connection: Connection,
    pub(super) outbox: Outbox,
    pub(super) rooms: Rooms,
    pub(super) rate_limiter: RateLimiter,
    pub(super) tokens: Tokens,
    /// Number of the last frame.
    pub(super) frame: u64,
    /// Client ids of the last connections, the current one first.
    pub(super) own_ids: VecDeque<ClientId>,
}

impl Yodel {
    /// Creates a subprotocol without rooms and messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends all joins and messages that are due.
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
    fn attached(&mut self, core: &mut Core, rng: &mut dyn Rng) {
        Self::add_keys(core, rng);
    }

    fn handle(&mut self, core: &mut Core, event: Event, rng: &mut dyn Rng) -> Result<(), Failure> {
        match event {
            Event::Send { id, text } => self.send(core, id, text, rng),
            Event::Request { id, verb } => self.request(core, id, verb, rng),
            Event::Join(room) => self.join(core, room),
            Event::Leave(room) => self.leave(core, &room),
            Event::Token { url, token } => return self.token(core, &url, token),
            Event::MeasureLatency => self.measure_latency(core),
            // The connector handles every other event.
            _ => {}
        }
        Ok(())
    }

    fn target_changes(&mut self, core: &mut Core, target: &Target) {
        self.tokens = Tokens::default();
        if core.leaves_server(target) {
            self.rooms = Rooms::default();
            self.own_ids.clear();
            self.rate_limiter = RateLimiter::default();
        } else if core.target.url != target.url {
            self.rooms.forget_positions();
        }
        // Messages over an open socket are reported when it is closed.
        if !matches!(core.state, State::Open(_) | State::Closing(_)) {
            self.release_entries(core, false);
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
        self.check_heartbeat(core, is_late)?;
        self.renew_token(core);
        self.send_due(core);
        Ok(())
    }

    fn deadline_ms(&mut self, core: &Core) -> Option<u64> {
        let deadlines = [self.flush_ms(core), self.connection_deadline_ms(core)];
        deadlines.into_iter().flatten().min()
    }

    fn wake(&mut self, core: &mut Core) {
        self.probe(core);
    }

    fn closed(&mut self, core: &mut Core, socket: &Socket) -> Option<Goodbye> {
        self.release_entries(core, socket.target == core.target);
        let is_current = self.connection.generation == socket.generation;
        mem::take(&mut self.connection).goodbye.filter(|_| is_current)
    }

    fn token_expired(&mut self, core: &mut Core) {
        core.target.token = None;
        self.tokens.next = None;
        self.request_token(core);
    }

    fn token_wait_ms(&mut self, core: &Core) -> Option<u64> {
        self.tokens.delay_ms(core.generation)
    }

    #[cfg(debug_assertions)]
    fn debug(&self) -> &dyn std::fmt::Debug {
        self
    }
}
