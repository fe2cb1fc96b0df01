//! Messages: into the outbox, out of it, over the socket.

use yodel_protocol::frame::{Echo, Failed, Publish};
use yodel_protocol::{ClientFrame, ErrorCode, EventName, Id, Json, Key, RoomName, ServerFrame, Verb};

use super::greet::LOBBY;
use super::{Session, Socket, State};
use crate::letter::Content;
use crate::{Delivery, Effect, MessageId, Mode, Rng};

/// What a text in the room of the plain clients is about.
const TEXT: &str = "text";

impl Session {
    /// A person sends a text.
    pub(super) fn send(&mut self, id: MessageId, text: String, rng: &mut dyn Rng) {
        if self.mode == Mode::Plain {
            self.send_plain(id, text);
        } else {
            self.keep(id, Content::Text(text), Some(new_key(rng)));
        }
    }

    /// A person wants something of the server.
    pub(super) fn request(&mut self, id: MessageId, mut verb: Verb, rng: &mut dyn Rng) {
        if let Verb::Publish(publish) = &mut verb {
            publish.key.get_or_insert_with(|| new_key(rng));
        }
        let lasting = matches!(verb, Verb::Auth(_) | Verb::Join(_) | Verb::Leave(_));
        let plain = self.mode == Mode::Plain && self.state != State::Idle;
        if lasting || plain {
            self.effects.push(Effect::Delivery(id, Delivery::Failed));
        } else {
            self.keep(id, Content::Verb(verb), None);
        }
    }

    /// Sends what waited, as far as the socket takes it.
    pub(super) fn flush(&mut self) {
        if self.mode == Mode::Plain {
            while self.is_writable()
                && let Some((id, text)) = self.outbox.pop_text()
            {
                self.transmit(id, text);
            }
        } else {
            self.flush_letters();
        }
    }

    /// Tells what waited too long.
    pub(super) fn expire(&mut self) {
        while let Some((id, delivery)) = self.outbox.pop_expired(self.clock.now_ms()) {
            self.effects.push(Effect::Delivery(id, delivery));
        }
    }

    /// The socket's own figure of unwritten bytes.
    pub(super) fn measure(&mut self, buffered: u64) {
        if let Some(socket) = &mut self.socket {
            socket.buffered.measure(self.clock.now_ms(), buffered);
        }
    }

    /// Tells what a socket that is gone may not have written, or what it got no answer to.
    pub(super) fn doubt(&mut self, socket: &Socket) {
        if socket.mode == Mode::Plain {
            let doubtful = socket.buffered.unwritten().map(|id| Effect::Delivery(id, Delivery::Doubtful));
            self.effects.extend(doubtful);
        } else {
            self.settle_letters(socket.url == self.url && socket.mode == self.mode);
        }
    }

    /// No answer will come to what was sent.
    pub(super) fn settle_letters(&mut self, same_server: bool) {
        let changes = self.outbox.connection_lost(same_server);
        self.effects.extend(changes.into_iter().map(|(id, delivery)| Effect::Delivery(id, delivery)));
    }

    /// When the next message may be sent, if it waits for nothing else.
    pub(super) fn pace_ms(&mut self) -> Option<u64> {
        let waits = self.outbox.has_next() && self.is_writable() && self.ready().is_some();
        waits.then(|| self.pace.next_ms())
    }

    /// Says something that is nobody's message.
    pub(super) fn say(&mut self, frame: Id, verb: Verb) {
        self.hand_over(None, encode(frame, verb));
    }

    /// A message overtakes none: while the socket takes messages the outbox is empty.
    fn send_plain(&mut self, id: MessageId, text: String) {
        if self.is_writable() {
            self.transmit(id, text);
        } else {
            self.keep(id, Content::Text(text), None);
        }
    }

    fn keep(&mut self, id: MessageId, content: Content, key: Option<Key>) {
        if !self.outbox.push(self.clock.now_ms(), id, content, key) {
            self.effects.push(Effect::Full(id));
            return;
        }
        self.flush();
        if self.outbox.is_waiting(id) {
            self.effects.push(Effect::Delivery(id, Delivery::Waiting));
        }
    }

    fn flush_letters(&mut self) {
        while self.outbox.has_next()
            && self.ready().is_some()
            && self.is_writable()
            && self.pace.take(self.clock.now_ms())
        {
            self.send_next();
        }
    }

    fn send_next(&mut self) {
        let frame = self.next_frame();
        let Some(socket) = &self.socket else { return };
        let Some(letter) = self.outbox.next() else { return };
        if let Content::Text(text) = &letter.content {
            letter.content = Content::Verb(as_plain(text, letter.key.take(), socket.link.has_lobby));
        }
        let Content::Verb(verb) = &letter.content else { return };
        let (id, most) = (letter.id, socket.link.most);
        let text = encode(frame, verb.clone());
        if text.len() as u64 > most {
            self.outbox.drop_next();
            self.settle(id, too_large());
        } else {
            self.outbox.mark_sent(self.clock.now_ms(), frame);
            self.hand_over(Some(id), text);
            self.effects.push(Effect::Delivery(id, Delivery::Sent));
        }
    }

    fn is_writable(&self) -> bool {
        matches!(self.state, State::Open(_)) && self.socket.as_ref().is_some_and(|socket| socket.buffered.has_room())
    }

    fn transmit(&mut self, id: MessageId, text: String) {
        self.hand_over(Some(id), text);
        self.effects.push(Effect::Delivery(id, Delivery::Sent));
    }

    fn hand_over(&mut self, id: Option<MessageId>, text: String) {
        let Some(socket) = &mut self.socket else { return };
        socket.buffered.add(self.clock.now_ms(), id, &text);
        self.effects.push(Effect::Transmit { socket: socket.generation, id, text });
    }
}

/// A frame as text.
pub(super) fn encode(id: Id, verb: Verb) -> String {
    ClientFrame { id, verb }.encode()
}

/// What the server does with a plain client's text.
fn as_plain(text: &str, key: Option<Key>, has_lobby: bool) -> Verb {
    let data = Json::string(text);
    if has_lobby {
        let room = RoomName::new(LOBBY).expect("a room's name");
        let event = EventName::new(TEXT).expect("an event's name");
        Verb::Publish(Publish { room, event, data, key, echo: true })
    } else {
        Verb::Echo(Echo { data })
    }
}

/// The server would close the connection for good.
fn too_large() -> ServerFrame {
    let message = "larger than the server takes".to_owned();
    ServerFrame::Error(Failed { id: None, code: ErrorCode::TooLarge, message, retry: false })
}

/// 128 random bits.
fn new_key(rng: &mut dyn Rng) -> Key {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(32);
    for _ in 0..32 {
        let digit = usize::try_from(rng.below(16)).unwrap_or_default();
        text.push(char::from(DIGITS[digit % 16]));
    }
    Key::new(&text).expect("a key")
}
