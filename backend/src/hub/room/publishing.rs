//! Publishes into a room.

use std::convert::Infallible;
use std::sync::Arc;

use yodel_protocol::Position;

use super::Room;
use super::state::RoomInner;
use crate::backplane::message::{Message, MessageKey, NewMessage};
use crate::backplane::publish::{PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::environment::Timestamp;
use crate::hub::content::Content;
use crate::hub::payload::Payload;

/// Result of a check of a message that is to be published.
pub(super) enum Checked {
    /// The message was not published before.
    New(NewMessage),
    /// A message with its key was published at this position.
    Duplicate(Position),
}

impl<P: Payload> Room<P> {
    /// Publishes a message: assigns the next offset, appends it to the history, and queues it for delivery,
    /// all under the lock of the room. A concurrent join either finds it in the history or receives it, never
    /// both or neither. A message with a known idempotency key is not published again. `reserved` is true if the
    /// memory of the message is reserved; otherwise it replaces older messages of the room.
    ///
    /// # Errors
    /// Returns an error if the room is closed, which returns the message, if the sender has published another message
    /// with the same key, or if there is no memory for the message.
    pub fn publish(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<PublishOutcome, RoomRejection> {
        let published = self.publish_if(message, recipients, reserved, |_, _| Ok::<_, Infallible>(()))?;
        let Ok(outcome) = published;
        Ok(outcome)
    }

    /// Publishes a message as [`publish`](Self::publish) does, if `record` succeeds, which is called under the lock of the
    /// room with the message and its key. Otherwise nothing is published.
    pub(super) fn publish_if<E>(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
        record: impl FnOnce(&Arc<Message>, Option<&MessageKey>) -> Result<(), E>,
    ) -> Result<Result<PublishOutcome, E>, RoomRejection> {
        let (now, unix_ms) = (self.services.now(), self.services.clock().unix_ms());
        let mut state = self.state.lock();
        let message = match self.check(&mut state, message, reserved, now)? {
            Checked::New(message) => message,
            Checked::Duplicate(position) => return Ok(Ok(PublishOutcome { position, duplicate: true })),
        };
        let (message, key) = state.message_at(state.offset.next(), message, &self.name, unix_ms);
        if let Err(error) = record(&message, key.as_ref()) {
            return Ok(Err(error));
        }
        state.append(&message, key, now, reserved, &self.services);
        self.update(&mut state);
        let position = state.position_at(state.offset);
        self.deliver(message, recipients, now);
        Ok(Ok(PublishOutcome { position, duplicate: false }))
    }

    /// Checks whether a message can be published, and was not published before. Under the lock of the room.
    pub(super) fn check(
        &self,
        state: &mut RoomInner,
        message: NewMessage,
        reserved: bool,
        now: Timestamp,
    ) -> Result<Checked, RoomRejection> {
        if !state.touch(now, &self.services) {
            return Err(RoomRejection::Closed(message));
        }
        if let Some(position) = state.find_published(&message)? {
            self.services.metrics.add_duplicate();
            return Ok(Checked::Duplicate(position));
        }
        if !reserved && !state.fits_in_place(self.retained_cost(&message), &self.services) {
            return Err(RoomRejection::NoMemory(message));
        }
        Ok(Checked::New(message))
    }

    /// Queues a message that was appended. Under the lock of the room, so that messages are delivered in the order of their
    /// offsets.
    pub(super) fn deliver(&self, message: Arc<Message>, recipients: Recipients, now: Timestamp) {
        self.fanout.publish(Content::Message(message), recipients, now);
        self.services.metrics.add_accepted();
    }

    /// Queues a content without offset and history, and returns the number of members.
    pub fn publish_ephemeral(&self, content: Content, recipients: Recipients) -> usize {
        self.fanout.publish(content, recipients, self.services.now());
        self.fanout.len()
    }

    /// Sends a message without offset and history to all members, and returns it and their number.
    pub fn broadcast(&self, message: NewMessage) -> (Arc<Message>, usize) {
        self.services.metrics.add_accepted();
        let message = Message::new(self.name.clone(), None, message, self.services.clock().unix_ms());
        let message = Arc::new(message);
        let members = self.publish_ephemeral(Content::Message(Arc::clone(&message)), Recipients::All);
        (message, members)
    }
}
