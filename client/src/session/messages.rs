//! Messages: into the outbox, out of it, over the socket.

use super::{Session, Socket, State};
use crate::{Delivery, Effect, MessageId};

impl Session {
    /// A person sends a message. It overtakes none: while the socket takes messages the outbox is empty.
    pub(super) fn send(&mut self, id: MessageId, text: String) {
        if self.is_writable() {
            self.transmit(id, text);
        } else if self.outbox.push(self.clock.now_ms(), id, text) {
            self.effects.push(Effect::Delivery(id, Delivery::Waiting));
        } else {
            self.effects.push(Effect::Full(id));
        }
    }

    /// Sends what waited, as far as the socket takes it.
    pub(super) fn flush(&mut self) {
        while self.is_writable()
            && let Some((id, text)) = self.outbox.pop()
        {
            self.transmit(id, text);
        }
    }

    /// Tells what waited too long.
    pub(super) fn expire(&mut self) {
        while let Some(id) = self.outbox.pop_expired(self.clock.now_ms()) {
            self.effects.push(Effect::Delivery(id, Delivery::Failed));
        }
    }

    /// The socket's own figure of unwritten bytes.
    pub(super) fn measure(&mut self, buffered: u64) {
        if let Some(socket) = &mut self.socket {
            socket.buffered.measure(self.clock.now_ms(), buffered);
        }
    }

    /// Tells what a socket that is gone may not have written.
    pub(super) fn doubt(&mut self, socket: &Socket) {
        let doubtful = socket.buffered.unwritten().map(|id| Effect::Delivery(id, Delivery::Doubtful));
        self.effects.extend(doubtful);
    }

    fn is_writable(&self) -> bool {
        matches!(self.state, State::Open(_)) && self.socket.as_ref().is_some_and(|socket| socket.buffered.has_room())
    }

    fn transmit(&mut self, id: MessageId, text: String) {
        let Some(socket) = &mut self.socket else { return };
        socket.buffered.add(self.clock.now_ms(), id, &text);
        self.effects.push(Effect::Transmit { socket: socket.generation, id, text });
        self.effects.push(Effect::Delivery(id, Delivery::Sent));
    }
}
