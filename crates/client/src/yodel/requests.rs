//! Sending messages and requests.

use yodel_protocol::frame::{Echo, ErrorReply, Publish};
use yodel_protocol::{ClientFrame, ErrorCode, EventName, Id, IdempotencyKey, Json, RoomName, ServerFrame, Verb};

use super::handler::Yodel;
use crate::connector::{Content, Core};
use crate::{Delivery, Effect, MessageId, Rng};

/// The room of a server's plain clients.
pub const LOBBY: &str = "lobby";

/// Event name of a text in the lobby.
const TEXT: &str = "text";

impl Yodel {
    /// Handles [`Event::Send`](crate::Event::Send) in envelope mode.
    pub(super) fn send(&mut self, core: &mut Core, id: MessageId, text: String, rng: &mut dyn Rng) {
        self.enqueue(core, id, Content::Text(text), Some(new_key(rng)));
    }

    /// Handles [`Event::Request`](crate::Event::Request).
    pub(super) fn request(&mut self, core: &mut Core, id: MessageId, mut verb: Verb, rng: &mut dyn Rng) {
        if let Verb::Publish(publish) = &mut verb {
            publish.key.get_or_insert_with(|| new_key(rng));
        }
        if core.rejects(&verb) {
            core.report(id, Delivery::Failed);
        } else {
            self.enqueue(core, id, Content::Verb(verb), None);
        }
    }

    /// Gives keys to the messages that were queued before the subprotocol was attached.
    pub(super) fn add_keys(core: &mut Core, rng: &mut dyn Rng) {
        core.queue.retain(|entry| {
            match &mut entry.content {
                Content::Text(_) => drop(entry.key.get_or_insert_with(|| new_key(rng))),
                Content::Verb(Verb::Publish(publish)) => drop(publish.key.get_or_insert_with(|| new_key(rng))),
                Content::Verb(_) | Content::Binary(_) => {}
            }
            true
        });
    }

    /// Sends the waiting messages that server and socket accept now.
    pub(super) fn flush(&mut self, core: &mut Core) {
        while self.can_send(core) && self.rate_limiter.take(core.clock.now_ms()) {
            self.send_next(core);
        }
    }

    /// Returns when the next message may be sent, if only the rate limiter delays it.
    pub(super) fn flush_ms(&mut self, core: &Core) -> Option<u64> {
        self.can_send(core).then(|| self.rate_limiter.next_ms())
    }

    /// Handles the end of a connection, after which no reply to a sent message arrives.
    pub(super) fn release_entries(&mut self, core: &mut Core, is_same_server: bool) {
        for (id, delivery) in self.outbox.connection_lost(&mut core.queue, is_same_server) {
            core.report(id, delivery);
        }
    }

    /// Sends a frame of the session's own.
    pub(super) fn send_frame(core: &mut Core, frame: Id, verb: Verb) {
        core.transmit(None, encode(frame, verb));
    }

    fn enqueue(&mut self, core: &mut Core, id: MessageId, content: Content, key: Option<IdempotencyKey>) {
        if !core.queue.push(core.clock.now_ms(), id, content, key) {
            core.effects.push(Effect::OutboxFull(id));
            return;
        }
        self.flush(core);
        if core.queue.is_waiting(id) {
            core.report(id, Delivery::Waiting);
        }
    }

    /// Returns whether a message waits for nothing but the rate limiter.
    fn can_send(&mut self, core: &Core) -> bool {
        self.outbox.has_next(&core.queue) && core.is_writable() && self.ready(core).is_some()
    }

    fn send_next(&mut self, core: &mut Core) {
        let frame = self.next_frame();
        let Some(entry) = self.outbox.next(&mut core.queue) else { return };
        if let Content::Text(text) = &entry.content {
            entry.content = Content::Verb(text_frame(text, entry.key.take(), self.connection.has_lobby));
        }
        let Content::Verb(verb) = &entry.content else { return };
        let (id, text) = (entry.id, encode(frame, verb.clone()));
        if text.len() as u64 > self.connection.max_bytes {
            core.queue.take(core.queue.sent);
            self.settle(core, id, too_large());
        } else {
            self.outbox.mark_sent(&mut core.queue, core.clock.now_ms(), frame);
            core.transmit(Some(id), text);
            core.report(id, Delivery::Sent);
        }
    }
}

/// Encodes a request.
pub(super) fn encode(id: Id, verb: Verb) -> String {
    ClientFrame { id, verb }.encode()
}

/// Returns the request for a text: the server handles it like a text of a plain client.
fn text_frame(text: &str, key: Option<IdempotencyKey>, has_lobby: bool) -> Verb {
    let data = Json::string(text);
    if has_lobby {
        let room = RoomName::new(LOBBY).expect("valid room name");
        let event = EventName::new(TEXT).expect("valid event name");
        Verb::Publish(Publish { room, event, data, key, echo: true })
    } else {
        Verb::Echo(Echo { data })
    }
}

/// Returns the error reply for a frame that exceeds the limit of the server, which would close the connection with a
/// code that forbids a reconnect.
fn too_large() -> ServerFrame {
    let message = "the frame exceeds the server's size limit".to_owned();
    ServerFrame::Error(ErrorReply { id: None, code: ErrorCode::TooLarge, message, retry: false })
}

/// Returns an idempotency key of 128 random bits.
fn new_key(rng: &mut dyn Rng) -> IdempotencyKey {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(32);
    for _ in 0..32 {
        let digit = usize::try_from(rng.below(16)).unwrap_or_default();
        text.push(char::from(DIGITS[digit % 16]));
    }
    IdempotencyKey::new(&text).expect("valid key")
}
