//! The state of a connection to any server, and the basic operations on it.

use yodel_protocol::CloseCode;

use super::after_close::AfterClose;
use super::queue::Queue;
use super::socket::Socket;
use crate::clock::Clock;
use crate::{Delivery, Effect, Effects, Generation, MessageId, Mode, State, Why};

/// The state of a connection that needs no subprotocol.
///
/// A [`Handler`](super::Handler) gets it with each call, reads it, adds effects and messages to it, and reports the
/// connection as up. Closing a connection is left to the session, because the handler has a part in it.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) clock: Clock,
    pub(crate) effects: Effects,
    pub(crate) queue: Queue,
    pub(crate) state: State,
    /// When the state ends by itself.
    pub(crate) due_ms: Option<u64>,
    /// Address and mode of the last `Connect`; those of the socket may be older.
    pub(crate) url: String,
    pub(crate) mode: Mode,
    /// The socket that was dialed and is neither closed nor abandoned.
    pub(crate) socket: Option<Socket>,
    /// Generation of the last dial.
    pub(crate) generation: Generation,
    /// Whether the driver supplies tokens.
    pub(crate) has_tokens: bool,
    /// Time of the driver's timer, on the driver's clock.
    pub(super) armed_ms: Option<u64>,
    /// Earliest time of the next dial.
    pub(super) next_dial_ms: u64,
    /// Number of failures in a row after which the session stops.
    pub(super) max_attempts: Option<u32>,
    /// The last failure, and how many there were in a row.
    pub(super) why: Why,
    /// When the last open connection was lost.
    pub(super) down_since_ms: Option<u64>,
    /// The code that this outage was announced with.
    pub(super) announced: Option<CloseCode>,
    pub(super) online: bool,
    pub(super) after_close: AfterClose,
}

impl Core {
    /// Creates the state before the first dial.
    pub(super) fn new() -> Self {
        Self {
            clock: Clock::default(),
            effects: Effects::new(),
            queue: Queue::default(),
            state: State::Idle,
            due_ms: None,
            url: String::new(),
            mode: Mode::Plain,
            socket: None,
            generation: Generation(0),
            has_tokens: false,
            armed_ms: None,
            next_dial_ms: 0,
            max_attempts: None,
            why: Why { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 0 },
            down_since_ms: None,
            announced: None,
            online: true,
            after_close: AfterClose::Dial,
        }
    }

    /// Returns whether a connection is up and not being closed.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Returns whether the session waits for the next dial.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Backoff { .. } | State::Offline { .. })
    }

    /// Reports where a message is now.
    pub(crate) fn report(&mut self, id: MessageId, delivery: Delivery) {
        self.effects.push(Effect::Delivery(id, delivery));
    }

    /// Enters a state that ends at `due_ms` at the latest.
    pub(super) fn enter(&mut self, state: State, due_ms: Option<u64>) {
        self.due_ms = due_ms;
        if self.state != state {
            self.state = state;
            self.effects.push(Effect::State(self.state.clone()));
        }
    }
}
