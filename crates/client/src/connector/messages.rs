//! Plain messages and the socket.

use super::core::Core;
use super::outbox_entry::Content;
use super::socket::Socket;
use crate::{Delivery, Effect, MessageId, Mode};

impl Core {
    /// Sends a text, or queues it. A text never overtakes another: while the socket accepts messages the queue is
    /// empty.
    pub(super) fn send(&mut self, id: MessageId, text: String) {
        if self.is_writable() {
            self.transmit_text(id, text);
        } else if self.queue.push(self.clock.now_ms(), id, Content::Text(text), None) {
            self.report(id, Delivery::Waiting);
        } else {
            self.effects.push(Effect::OutboxFull(id));
        }
    }

    /// Sends the waiting texts in plain mode while the socket accepts them.
    pub(super) fn flush_texts(&mut self) {
        while self.target.mode == Mode::Plain
            && self.is_writable()
            && let Some((id, text)) = self.queue.pop_text()
        {
            self.transmit_text(id, text);
        }
    }

    /// Reports the messages that waited too long.
    pub(super) fn expire(&mut self) {
        while let Some((id, delivery)) = self.queue.pop_expired(self.clock.now_ms()) {
            self.report(id, delivery);
        }
    }

    /// Updates the socket's number of unwritten bytes.
    pub(super) fn measure(&mut self, buffered: u64) {
        if let Some(socket) = &mut self.socket {
            socket.buffered.measure(self.clock.now_ms(), buffered);
        }
    }

    /// Reports the messages that a plain socket may not have written as unconfirmed.
    pub(super) fn report_unwritten(&mut self, socket: &Socket) {
        let unwritten = socket.buffered.unwritten().map(|id| Effect::Delivery(id, Delivery::Unconfirmed));
        self.effects.extend(unwritten);
    }

    /// Returns whether the connection is up and its socket accepts one more message.
    pub(crate) fn is_writable(&self) -> bool {
        self.is_open() && self.socket.as_ref().is_some_and(|socket| socket.buffered.has_room())
    }

    /// Hands a text to the socket; `id` is `None` for a frame of the session's own.
    pub(crate) fn transmit(&mut self, id: Option<MessageId>, text: String) {
        let Some(socket) = &mut self.socket else { return };
        socket.buffered.add(self.clock.now_ms(), id, &text);
        self.effects.push(Effect::Transmit { socket: socket.generation, id, text });
    }

    fn transmit_text(&mut self, id: MessageId, text: String) {
        self.transmit(Some(id), text);
        self.report(id, Delivery::Sent);
    }
}
