//! Answers: to one's own frames, and to requests.

use yodel_protocol::frame::{Failed, Publish};
use yodel_protocol::{CloseCode, ErrorCode, Id, Position, ServerFrame, Verb};

use super::Session;
use super::link::Phase;
use crate::letter::{Content, Letter};
use crate::{Delivery, Effect, MessageId, Rng};

impl Session {
    /// The server answered a frame.
    pub(super) fn answer(&mut self, reply: ServerFrame, about: Id, text: &str, rng: &mut dyn Rng) {
        if self.is_login(about) {
            self.authenticated(reply, rng);
        } else if let ServerFrame::Error(Failed { code: ErrorCode::Unauthorized, message, .. }) = &reply {
            self.not_logged_in(about, message, rng);
        } else if let Some(room) = self.rooms.joining(about).map(|room| room.name.clone()) {
            self.joined(reply, &room, rng);
        } else if self.rooms.left(about, &mut self.effects) {
            // It is told.
        } else if let Some(reply) = self.answer_letter(reply, about, rng)
            && !self.pong(&reply, about)
        {
            self.strange(text);
        }
    }

    /// Nobody who is not logged in gets anything done: the message can wait for somebody who is.
    fn not_logged_in(&mut self, about: Id, message: &str, rng: &mut dyn Rng) {
        self.put_off(about);
        self.fail(CloseCode::UNAUTHORIZED, message, rng);
    }

    fn is_login(&mut self, about: Id) -> bool {
        self.link().is_some_and(|link| {
            matches!(link.phase, Phase::Auth(frame) if frame == about)
                || link.renewal.take_if(|frame| *frame == about).is_some()
        })
    }

    /// Takes the answer to a message; gives back what is none.
    fn answer_letter(&mut self, reply: ServerFrame, about: Id, rng: &mut dyn Rng) -> Option<ServerFrame> {
        if let ServerFrame::Error(Failed { retry: true, code, .. }) = reply
            && self.put_off(about)
        {
            let now_ms = self.clock.now_ms();
            if code == ErrorCode::RateLimited {
                self.pace.too_fast(now_ms, rng);
            } else {
                self.pace.pause(now_ms, rng);
            }
            return None;
        }
        let Some(letter) = self.outbox.answered(about) else { return Some(reply) };
        self.place(&letter, &reply);
        self.settle(letter.id, reply);
        None
    }

    /// Keeps a message for later.
    fn put_off(&mut self, about: Id) -> bool {
        let put_off = self.outbox.put_off(about);
        self.effects.extend(put_off.map(|id| Effect::Delivery(id, Delivery::Waiting)));
        put_off.is_some()
    }

    /// A message of one's own that does not come by itself moves the position of its room.
    fn place(&mut self, letter: &Letter, reply: &ServerFrame) {
        if let Content::Verb(Verb::Publish(Publish { room, echo: false, .. })) = &letter.content
            && let ServerFrame::Ok(done) = reply
            && let (Some(epoch), Some(offset)) = (&done.epoch, done.offset)
            && let Some(room) = self.rooms.get(room)
        {
            let place = Position { epoch: epoch.clone(), offset };
            room.published(self.clock.now_ms(), &place, &mut self.effects);
        }
    }

    /// A request has its answer.
    pub(super) fn settle(&mut self, id: MessageId, reply: ServerFrame) {
        let delivery = if let ServerFrame::Error(_) = reply {
            Delivery::Failed
        } else {
            self.pace.taken(self.clock.now_ms());
            Delivery::Acknowledged
        };
        self.effects.push(Effect::Reply(id, Box::new(reply)));
        self.effects.push(Effect::Delivery(id, delivery));
    }
}
