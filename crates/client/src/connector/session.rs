//! The session: events in, effects out.

use std::mem;
use std::sync::Arc;

use yodel_protocol::CloseCode;

use super::core::Core;
use super::outbox_entry::Content;
use super::subprotocol::{Handler, Subprotocol};
use super::unattached::Deferred;
use crate::{Delivery, Effects, Event, Generation, MessageId, Mode, Rng, State};

/// A connection that is restored after each loss.
#[derive(Debug)]
pub struct Session {
    pub(super) core: Core,
    pub(super) handler: Option<Box<dyn Handler>>,
    /// Events for the subprotocol that is attached later; `None` if none is expected.
    pub(super) deferred: Option<Deferred>,
}

impl Session {
    /// Creates a session in [`State::Idle`] that supports plain mode alone and retries without limit.
    ///
    /// [`attach`](Self::attach) adds a subprotocol, now or later.
    pub fn plain() -> Self {
        Self { core: Core::new(), handler: None, deferred: None }
    }

    /// Creates a session whose subprotocol is attached while it connects: the caller still loads it.
    ///
    /// The session dials in both modes. In [`Mode::Envelope`] the connection stays in [`State::Connecting`] until
    /// [`attach`](Self::attach): frames, joins and messages wait for the subprotocol. A subprotocol that is not
    /// attached in time counts as a server that does not answer.
    pub fn awaiting_subprotocol() -> Self {
        Self { deferred: Some(Deferred::default()), ..Self::plain() }
    }

    /// Adds the subprotocol of [`Mode::Envelope`]. A second subprotocol is ignored.
    ///
    /// Does not affect the current connection. In [`State::Stopped`] the next [`Event::Connect`] or [`Event::RetryNow`]
    /// dials. A session that [awaits](Self::awaiting_subprotocol) it handles the deferred events in the next step, for
    /// which a caller passes [`Event::Timer`].
    pub fn attach(&mut self, subprotocol: Subprotocol) {
        self.handler.get_or_insert(subprotocol.0);
    }

    /// Returns whether a subprotocol is attached.
    pub fn is_attached(&self) -> bool {
        self.handler.is_some()
    }

    /// Makes the session stop after this many consecutive failures. The loss of a stable connection counts as the first
    /// failure.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.core.max_attempts = Some(attempts);
        self
    }

    /// Makes the session request a token from its driver when the server does not know the user.
    #[must_use]
    pub fn with_tokens(mut self) -> Self {
        self.core.has_tokens = true;
        self
    }

    /// Returns the number of messages in the outbox: not sent, or in envelope mode sent but not answered.
    ///
    /// A driver with many messages keeps this number below [`OUTBOX_MESSAGES`](super::OUTBOX_MESSAGES).
    pub fn pending(&self) -> usize {
        self.core.queue.len()
    }

    /// Returns the current state.
    pub fn state(&self) -> &State {
        &self.core.state
    }

    /// Handles one event at a wall-clock time in milliseconds; returns the effects.
    ///
    /// The driver carries out the effects in order, before the next event.
    pub fn step(&mut self, now_ms: u64, event: Event, rng: &mut impl Rng) -> Effects {
        if self.is_stale(&event) {
            return Effects::new();
        }
        if self.core.clock.read(now_ms) {
            self.core.report_wait();
        }
        self.core.expire();
        self.handle_deferred(rng);
        self.handle(event, rng);
        self.arm();
        mem::take(&mut self.core.effects)
    }

    pub(super) fn handle(&mut self, event: Event, rng: &mut dyn Rng) {
        match event {
            Event::Connect { target } => self.connect(target),
            Event::Disconnect { code, reason } => self.core.disconnect(CloseCode(code), reason),
            Event::SetReconnect(enabled) => self.core.set_reconnect(enabled),
            Event::RetryNow => self.retry_now(),
            Event::Send { id, text } if self.core.target.mode == Mode::Plain => self.core.send(id, Content::Text(text)),
            Event::SendBinary { id, bytes } => self.send_binary(id, bytes),
            Event::Delete(id) => self.core.queue.delete(id),
            Event::Opened(socket) => self.opened(socket),
            Event::InvalidUrl(_, error) => self.core.reject_url(error),
            Event::Received { socket, text } => self.received(socket, text, rng),
            Event::Closed { code, reason, buffered, .. } => self.handle_closed(CloseCode(code), reason, buffered, rng),
            Event::Timer { buffered } => self.timer(buffered, rng),
            Event::Online => self.handle_online(rng),
            Event::Offline => self.core.handle_offline(),
            Event::Visible => self.wake(rng),
            Event::PageHide => self.suspend(),
            Event::PageShow => self.core.resume(),
            Event::Send { .. }
            | Event::Request { .. }
            | Event::Join(_)
            | Event::Leave(_)
            | Event::Token { .. }
            | Event::MeasureLatency => self.forward(event, rng),
        }
    }

    /// Sends or queues a binary message. Frames are texts, so it fails in envelope mode.
    fn send_binary(&mut self, id: MessageId, bytes: Arc<[u8]>) {
        if self.core.target.mode == Mode::Plain {
            self.core.send(id, Content::Binary(bytes));
        } else {
            self.core.report(id, Delivery::Failed);
        }
    }

    /// Passes an event to the subprotocol.
    fn forward(&mut self, event: Event, rng: &mut dyn Rng) {
        match &mut self.handler {
            Some(handler) => {
                if let Err(failure) = handler.handle(&mut self.core, event, rng) {
                    self.fail(failure, rng);
                }
            }
            None => self.defer_or_reject(event),
        }
    }

    /// Handles a text message in envelope mode. In plain mode the driver handles messages itself.
    fn received(&mut self, socket: Generation, text: String, rng: &mut dyn Rng) {
        if self.core.socket.as_ref().is_none_or(|socket| socket.target.mode == Mode::Plain) {
            return;
        }
        match &mut self.handler {
            Some(handler) => {
                if let Err(failure) = handler.receive(&mut self.core, &text, rng) {
                    self.fail(failure, rng);
                }
            }
            None => self.defer_frame(socket, text, rng),
        }
    }

    /// Returns whether the event concerns a socket other than the current one.
    pub(super) fn is_stale(&self, event: &Event) -> bool {
        let (Event::Opened(generation)
        | Event::InvalidUrl(generation, _)
        | Event::Received { socket: generation, .. }
        | Event::Closed { socket: generation, .. }) = event
        else {
            return false;
        };
        self.core.socket.as_ref().is_none_or(|socket| socket.generation != *generation)
    }
}
