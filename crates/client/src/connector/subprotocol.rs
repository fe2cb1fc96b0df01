//! The interface between the connector and a subprotocol.

use std::fmt;

use yodel_protocol::CloseCode;
use yodel_protocol::frame::Goodbye;

use super::core::Core;
use super::socket::Socket;
use crate::{Event, Rng};

/// A subprotocol that a session speaks in [`Mode::Envelope`](crate::Mode::Envelope), for
/// [`Session::attach`](crate::Session::attach).
#[derive(Debug)]
pub struct Subprotocol(pub(super) Box<dyn Handler>);

impl Subprotocol {
    pub(crate) fn new(handler: Box<dyn Handler>) -> Self {
        Self(handler)
    }
}

/// Why a handler gives up its connection.
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

/// The part of a session that understands a subprotocol. All that the connector knows about it.
///
/// After an error the connector closes the connection with its code, and calls [`closed`](Self::closed).
pub(crate) trait Handler: Send {
    /// Handles an event that the connector does not understand, or a text to be sent as a frame.
    fn handle(&mut self, core: &mut Core, event: Event, rng: &mut dyn Rng);

    /// Handles `Connect` to another address or in another mode, before the connector changes to these.
    fn server_changes(&mut self, core: &mut Core, is_new_address: bool);

    /// Starts the handshake over an open socket. The handler reports the connection as up when it is complete.
    fn opened(&mut self, core: &mut Core);

    /// Handles a text message.
    fn receive(&mut self, core: &mut Core, text: &str, rng: &mut dyn Rng) -> Result<(), Failure>;

    /// Does what is due. `is_late` says that the timer fired much too late.
    fn timer(&mut self, core: &mut Core, is_late: bool) -> Result<(), Failure>;

    /// Returns when the next call of [`timer`](Self::timer) is needed.
    fn deadline_ms(&mut self, core: &Core) -> Option<u64>;

    /// Checks the connection after the device or the network woke up.
    fn wake(&mut self, core: &mut Core);

    /// Settles the messages of a socket that is gone; returns what the server announced about its end.
    fn closed(&mut self, core: &mut Core, socket: &Socket) -> Option<Goodbye>;

    /// Handles the loss of a connection whose token has expired.
    fn token_expired(&mut self, core: &mut Core);

    /// Returns for how many milliseconds a dial that is due has to wait for a token.
    fn hold_dial(&mut self, core: &Core) -> Option<u64>;

    /// Returns the handler's state. Not in release builds: there it would keep the formatting of every frame.
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
