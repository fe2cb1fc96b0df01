//! Receiving side of a connection.

use yodel_protocol::CloseCode;

/// Receiver of the contents of a room.
pub trait Subscriber<P>: Send + Sync {
    /// Delivers a payload. Must not block: an implementation whose receiver is too slow drops the payload or
    /// closes the connection.
    fn deliver(&self, payload: &P);

    /// Delivers a payload, unless so much is queued that it could cost the receiver its connection. Returns whether it was
    /// delivered. Must not block.
    fn offer(&self, payload: &P) -> bool {
        self.deliver(payload);
        true
    }

    /// Reserves the place of a reply in the outgoing order, before all later deliveries.
    fn reserve(&self);

    /// Closes the connection with this code and reason.
    fn disconnect(&self, code: CloseCode, reason: &str);
}
