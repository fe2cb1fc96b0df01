//! Who carries out what a person does.

use yodel_client::Event;

/// Who carries out what a person does.
pub trait Transport {
    /// Something happens to the session.
    fn step(&self, event: Event);

    /// Bytes that the socket has not written yet.
    fn buffered(&self) -> u64 {
        0
    }

    /// The subprotocol that the server chose.
    fn subprotocol(&self) -> String {
        String::new()
    }

    /// Hands bytes to an open plain socket; `false` when there is none.
    fn send_binary(&self, _bytes: &[u8]) -> bool {
        false
    }
}

impl<F: Fn(Event)> Transport for F {
    fn step(&self, event: Event) {
        self(event);
    }
}
