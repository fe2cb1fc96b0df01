//! Plain messages and the socket.

use std::sync::Arc;

use yodel_protocol::Verb;

use super::core::Core;
use super::outbox_entry::Content;
use super::socket::Socket;
use crate::{Delivery, Effect, MessageId, Mode, State};

impl Core {
    /// Sends a message, or queues it. A message never overtakes another: while the socket accepts messages the queue is
    /// empty.
    pub(super) fn send(&mut self, id: MessageId, content: Content) {
        if self.is_writable() {
            self.transmit_plain(id, content);
        } else if self.queue.push(self.clock.now_ms(), id, content, None) {
            self.report(id, Delivery::Waiting);
        } else {
            self.effects.push(Effect::OutboxFull(id));
        }
    }

    /// Returns whether a request cannot be sent at all: it outlives a connection, or the connection is plain.
    pub(crate) fn rejects(&self, verb: &Verb) -> bool {
        let outlives_connection = matches!(verb, Verb::Auth(_) | Verb::Join(_) | Verb::Leave(_));
        outlives_connection || (self.target.mode == Mode::Plain && self.state != State::Idle)
    }

    /// Sends the waiting messages in plain mode while the socket accepts them.
    pub(super) fn flush_plain(&mut self) {
        while self.target.mode == Mode::Plain
            && self.is_writable()
            && let Some((id, content)) = self.queue.pop_plain()
        {
            self.transmit_plain(id, content);
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
        socket.buffered.add(self.clock.now_ms(), id, text.len());
        self.effects.push(Effect::Transmit { socket: socket.generation, id, text });
    }

    fn transmit_plain(&mut self, id: MessageId, content: Content) {
        match content {
            Content::Text(text) => self.transmit(Some(id), text),
            Content::Binary(bytes) => self.transmit_binary(id, bytes),
            Content::Verb(_) => return self.report(id, Delivery::Failed),
        }
        self.report(id, Delivery::Sent);
    }

    fn transmit_binary(&mut self, id: MessageId, bytes: Arc<[u8]>) {
        let Some(socket) = &mut self.socket else { return };
        socket.buffered.add(self.clock.now_ms(), Some(id), bytes.len());
        self.effects.push(Effect::TransmitBinary { socket: socket.generation, id, bytes });
    }
}
