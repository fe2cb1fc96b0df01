//! Events of envelope mode in a session without a subprotocol: deferred if one is awaited, else rejected.

use yodel_protocol::frame::ErrorReply;
use yodel_protocol::{CloseCode, ErrorCode, ServerFrame, Verb};

use super::core::Core;
use super::outbox_entry::Content;
use super::session::Session;
use super::subprotocol::Failure;
use crate::{Delivery, Effect, Event, Generation, MessageId, Rng, StopReason};

/// Error message of a session that needs a subprotocol and has none.
pub const NOT_ATTACHED: &str = "yodel.v1 is not attached to this session";

/// Largest number of frames that wait for the subprotocol. A server sends one frame before the first request; one that
/// sends more than these is left, and dialed again.
pub const MAX_DEFERRED_FRAMES: usize = 1_000;

/// Events that wait for the subprotocol, oldest first. Messages wait in the outbox.
#[derive(Debug, Default)]
pub(super) struct Deferred(Vec<Event>);

impl Deferred {
    /// Forgets the rooms and the token of the server, as a subprotocol does.
    pub(super) fn leave_server(&mut self) {
        self.0.retain(|event| !matches!(event, Event::Join(_) | Event::Leave(_) | Event::Token { .. }));
    }
}

impl Session {
    /// Handles the deferred events once the subprotocol is attached. Those of an old socket are dropped.
    pub(super) fn handle_deferred(&mut self, rng: &mut dyn Rng) {
        let Some(handler) = &mut self.handler else { return };
        let Some(Deferred(events)) = self.deferred.take() else { return };
        handler.attached(&mut self.core, rng);
        for event in events {
            if !self.is_stale(&event) {
                self.handle(event, rng);
            }
        }
    }

    /// Keeps an event for the subprotocol, if one is awaited.
    pub(super) fn defer(&mut self, event: Event) {
        if let Some(Deferred(events)) = &mut self.deferred {
            events.push(event);
        }
    }

    /// Keeps a frame for the subprotocol, if one is awaited.
    pub(super) fn defer_frame(&mut self, socket: Generation, text: String, rng: &mut dyn Rng) {
        let Some(Deferred(events)) = &mut self.deferred else { return };
        let is_frame = |event: &&Event| matches!(event, Event::Received { .. });
        if events.iter().filter(is_frame).count() < MAX_DEFERRED_FRAMES {
            events.push(Event::Received { socket, text });
        } else {
            events.retain(|event| !is_frame(&event));
            self.fail(Failure::new(CloseCode::TOO_SLOW, "too many frames before yodel.v1 was attached"), rng);
        }
    }

    /// Queues a message, and keeps any other event for the subprotocol. Without one to await, rejects the event.
    pub(super) fn defer_or_reject(&mut self, event: Event) {
        match event {
            Event::Send { id, text } => self.core.send(id, Content::Text(text)),
            event if self.deferred.is_none() => self.core.reject(event),
            Event::Request { id, verb } => self.core.queue_request(id, verb),
            // There is no connection to measure.
            Event::MeasureLatency => {}
            event => self.defer(event),
        }
    }
}

impl Core {
    /// Queues a request as a subprotocol does.
    fn queue_request(&mut self, id: MessageId, verb: Verb) {
        if self.rejects(&verb) { self.report(id, Delivery::Failed) } else { self.send(id, Content::Verb(verb)) }
    }

    /// Rejects an event that only a subprotocol can handle, with an error reply if the event has a reply.
    fn reject(&mut self, event: Event) {
        match event {
            Event::Request { id, .. } => {
                self.effects.push(Effect::Reply(id, Box::new(ServerFrame::Error(failed()))));
                self.report(id, Delivery::Failed);
            }
            Event::Join(room) => self.effects.push(Effect::Left { room, error: Some(failed()) }),
            _ => {}
        }
    }
}

/// Returns the stop reason of a session without a subprotocol when envelope mode is requested.
pub(super) fn stopped() -> StopReason {
    StopReason::Fatal { code: CloseCode::BAD_PROTOCOL, reason: NOT_ATTACHED.to_owned() }
}

fn failed() -> ErrorReply {
    ErrorReply { id: None, code: ErrorCode::Unavailable, message: NOT_ATTACHED.to_owned(), retry: false }
}
