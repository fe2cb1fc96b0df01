//! The interface to the session and its socket.

use yodel_client::Event;

/// The session that the page's events go to, and its socket.
pub trait Transport {
    /// Passes an event to the session.
    fn step(&self, event: Event);

    /// Ends the session: sockets and timers are dropped, and later events are ignored.
    fn end(&self) {}

    /// Returns the number of bytes that the socket has not written yet.
    fn buffered(&self) -> u64 {
        0
    }

    /// Returns the subprotocol that the server selected, or an empty string.
    fn subprotocol(&self) -> String {
        String::new()
    }
}

impl<F: Fn(Event)> Transport for F {
    fn step(&self, event: Event) {
        self(event);
    }
}
