//! The receiving side of a room.

use yodel_protocol::CloseCode;

/// Receiver of what is published in a room.
pub trait Subscriber<P>: Send + Sync {
    /// Takes a payload without blocking: a receiver that is too slow has to drop it or itself.
    fn deliver(&self, payload: &P);

    /// Reserves the place of a reply in the outgoing order: later deliveries come after it.
    fn reserve(&self);

    /// Closes the connection with this code and reason.
    fn disconnect(&self, code: CloseCode, reason: &str);
}
