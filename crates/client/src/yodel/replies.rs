//! Replies to the session's own frames and to requests.

use yodel_protocol::frame::{ErrorReply, Publish};
use yodel_protocol::{CloseCode, ErrorCode, Id, Position, ServerFrame, Verb};

use super::connection::Phase;
use super::handler::Yodel;
use crate::connector::{Content, Core, Failure, OutboxEntry};
use crate::{Delivery, Effect, MessageId, Rng};

impl Yodel {
    /// Handles the reply to the frame with the id `request`.
    ///
    /// # Errors
    /// Returns an error if the server requires authentication, rejects the token, or sends a reply of the wrong type.
    pub(super) fn reply(
        &mut self,
        core: &mut Core,
        reply: ServerFrame,
        request: Id,
        text: &str,
        rng: &mut dyn Rng,
    ) -> Result<(), Failure> {
        if self.is_auth_reply(core, request) {
            return self.authenticated(core, reply);
        } else if let ServerFrame::Error(ErrorReply { code: ErrorCode::Unauthorized, message, .. }) = reply {
            // The message waits for a connection that is authenticated.
            self.defer(core, request);
            return Err(Failure { code: CloseCode::UNAUTHORIZED, reason: message });
        } else if let Some(room) = self.rooms.joining(request).map(|room| room.name.clone()) {
            return self.joined(core, reply, &room, rng);
        } else if self.rooms.left(request, &mut core.effects) {
            return Ok(());
        }
        if let Some(reply) = self.reply_to_entry(core, reply, request, rng)
            && !self.is_pong(core, &reply, request)
        {
            self.report_unrecognized(core, text);
        }
        Ok(())
    }

    /// Reports the final reply to a message.
    pub(super) fn settle(&mut self, core: &mut Core, id: MessageId, reply: ServerFrame) {
        let delivery = if let ServerFrame::Error(_) = reply {
            Delivery::Failed
        } else {
            self.rate_limiter.accepted(core.clock.now_ms());
            Delivery::Acknowledged
        };
        core.effects.push(Effect::Reply(id, Box::new(reply)));
        core.report(id, delivery);
    }

    fn is_auth_reply(&mut self, core: &Core, request: Id) -> bool {
        self.connection(core).is_some_and(|connection| {
            matches!(connection.phase, Phase::Authenticating(frame) if frame == request)
                || connection.renewal.take_if(|frame| *frame == request).is_some()
        })
    }

    /// Handles the reply to a message; returns the reply if it belongs to another frame.
    fn reply_to_entry(
        &mut self,
        core: &mut Core,
        reply: ServerFrame,
        request: Id,
        rng: &mut dyn Rng,
    ) -> Option<ServerFrame> {
        if let ServerFrame::Error(ErrorReply { retry: true, code, .. }) = reply
            && self.defer(core, request)
        {
            let now_ms = core.clock.now_ms();
            if code == ErrorCode::RateLimited {
                self.rate_limiter.slow_down(now_ms, rng);
            } else {
                self.rate_limiter.pause(now_ms, rng);
            }
            return None;
        }
        let Some(entry) = self.outbox.complete(&mut core.queue, request) else { return Some(reply) };
        self.published(core, &entry, &reply);
        self.settle(core, entry.id, reply);
        None
    }

    /// Defers a message; returns whether the frame was one.
    fn defer(&mut self, core: &mut Core, request: Id) -> bool {
        let deferred = self.outbox.defer(&mut core.queue, request);
        core.effects.extend(deferred.map(|id| Effect::Delivery(id, Delivery::Waiting)));
        deferred.is_some()
    }

    /// Advances the position of a room by a message that the server does not send back.
    fn published(&mut self, core: &mut Core, entry: &OutboxEntry, reply: &ServerFrame) {
        if let Content::Verb(Verb::Publish(Publish { room, echo: false, .. })) = &entry.content
            && let ServerFrame::Ok(ack) = reply
            && let (Some(epoch), Some(offset)) = (&ack.epoch, ack.offset)
            && let Some(room) = self.rooms.get(room)
        {
            let position = Position { epoch: epoch.clone(), offset };
            room.published(core.clock.now_ms(), &position, &mut core.effects);
        }
    }
}
