//! The interface between the connector and a subprotocol.

use std::fmt;

use yodel_protocol::CloseCode;
use yodel_protocol::frame::Goodbye;

use super::core::Core;
use super::socket::Socket;
use crate::{Event, Rng, Target};

/// An implementation of [`Mode::Envelope`](crate::Mode::Envelope) for [`Session::attach`](crate::Session::attach).
#[derive(Debug)]
pub struct Subprotocol(pub(super) Box<dyn Handler>);

impl Subprotocol {
    pub(crate) fn new(handler: Box<dyn Handler>) -> Self {
        Self(handler)
    }
}

/// Close code and reason with which a handler ends its connection.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: CloseCode,
    pub(crate) reason: String,
}

impl Failure {
    pub(crate) fn new(code: CloseCode, reason: &str) -> Self {
        Self { code, reason: reason.to_owned() }
    }
}

/// The interface of a subprotocol.
///
/// After an error the connector closes the connection with the error's code and calls [`closed`](Self::closed).
pub(crate) trait Handler: Send {
    /// Takes over the messages that were queued before the subprotocol was attached.
    fn attached(&mut self, core: &mut Core, rng: &mut dyn Rng);

    /// Handles an event that the connector does not handle, or a text to send in a frame.
    fn handle(&mut self, core: &mut Core, event: Event, rng: &mut dyn Rng) -> Result<(), Failure>;

    /// Handles a `Connect` to another target, before the connector takes it over.
    fn target_changes(&mut self, core: &mut Core, target: &Target);

    /// Starts the handshake over an open socket. The handler reports the connection as up when the handshake is
    /// complete.
    fn opened(&mut self, core: &mut Core);

    /// Handles a text message.
    fn receive(&mut self, core: &mut Core, text: &str, rng: &mut dyn Rng) -> Result<(), Failure>;

    /// Handles due deadlines. `is_late` is `true` if the timer fired late by [`LATE_MS`](super::LATE_MS) or more.
    fn timer(&mut self, core: &mut Core, is_late: bool) -> Result<(), Failure>;

    /// Returns when [`timer`](Self::timer) must be called next.
    fn deadline_ms(&mut self, core: &Core) -> Option<u64>;

    /// Checks the connection after the device or the network woke up.
    fn wake(&mut self, core: &mut Core);

    /// Reports the messages of a closed socket; returns the server's goodbye frame if it sent one.
    fn closed(&mut self, core: &mut Core, socket: &Socket) -> Option<Goodbye>;

    /// Handles the loss of a connection whose token expired.
    fn token_expired(&mut self, core: &mut Core);

    /// Returns how many milliseconds a due dial must wait for a token; `None` if it need not wait.
    fn token_wait_ms(&mut self, core: &Core) -> Option<u64>;

    /// Returns the handler's state. Only in debug builds: a release build would contain the formatting code of every
    /// frame.
    #[cfg(debug_assertions)]
    fn debug(&self) -> &dyn fmt::Debug;
}

impl fmt::Debug for dyn Handler {
    #[cfg(debug_assertions)]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.debug().fmt(f)
    }

    #[cfg(not(debug_assertions))]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}
