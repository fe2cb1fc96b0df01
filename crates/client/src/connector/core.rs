//! The state of a connection, and the basic operations on it.

use yodel_protocol::CloseCode;

use super::after_close::AfterClose;
use super::queue::Queue;
use super::socket::Socket;
use crate::clock::Clock;
use crate::{Delivery, Effect, Effects, Generation, LastFailure, MessageId, Mode, State, Target};

/// The state that does not depend on a subprotocol.
///
/// Passed to each method of a [`Handler`](super::Handler), which reads it, adds effects and messages, and reports the
/// connection as up. Only the session closes a connection, because closing calls the handler.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) clock: Clock,
    pub(crate) effects: Effects,
    pub(crate) queue: Queue,
    pub(crate) state: State,
    /// The monotonic time at which the state times out, in milliseconds.
    pub(crate) due_ms: Option<u64>,
    /// Target of the last `Connect`, without a token that has expired. The socket may have an older target.
    pub(crate) target: Target,
    /// The socket that was dialed and is neither closed nor abandoned.
    pub(crate) socket: Option<Socket>,
    /// Generation of the last dial.
    pub(crate) generation: Generation,
    /// `true` if the driver supplies tokens.
    pub(crate) has_tokens: bool,
    /// Time of the driver's timer on the wall clock, in milliseconds.
    pub(super) armed_ms: Option<u64>,
    /// Earliest monotonic time of the next dial, in milliseconds.
    pub(super) next_dial_ms: u64,
    /// Monotonic time until which the server asked this client to wait, in milliseconds.
    pub(super) hold_ms: u64,
    /// Number of consecutive failures after which the session stops.
    pub(super) max_attempts: Option<u32>,
    /// `false` if the session stops after the first failure.
    pub(super) reconnects: bool,
    /// The last failure, with the number of consecutive failures.
    pub(super) last_failure: LastFailure,
    /// The monotonic time at which the last open connection was lost, in milliseconds.
    pub(super) down_since_ms: Option<u64>,
    /// The close code with which this outage was reported.
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
            target: Target::new("", Mode::Plain),
            socket: None,
            generation: Generation(0),
            has_tokens: false,
            armed_ms: None,
            next_dial_ms: 0,
            hold_ms: 0,
            max_attempts: None,
            reconnects: true,
            last_failure: LastFailure { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 0 },
            down_since_ms: None,
            announced: None,
            online: true,
            after_close: AfterClose::Dial,
        }
    }

    /// Returns whether the connection is up and not being closed.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Returns whether the session waits for the next dial.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Backoff { .. } | State::Offline { .. })
    }

    /// Reports the delivery state of a message.
    pub(crate) fn report(&mut self, id: MessageId, delivery: Delivery) {
        self.effects.push(Effect::Delivery(id, delivery));
    }

    /// Enters a state that times out at `due_ms`.
    pub(super) fn enter(&mut self, state: State, due_ms: Option<u64>) {
        self.due_ms = due_ms;
        if self.state != state {
            self.state = state;
            self.effects.push(Effect::State(self.state.clone()));
        }
    }
}
