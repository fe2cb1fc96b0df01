//! Rooms: position, history, members, and delivery to them.

mod join;
mod published;
mod state;
mod stats;

use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use yodel_protocol::frame::PresenceDiff;
use yodel_protocol::{Offset, Position, RoomName};

use super::content::Content;
use super::dirty_rooms::DirtyRooms;
use super::environment::Timestamp;
use super::fanout::Fanout;
use super::history::HistoryPage;
use super::message::{Message, NewMessage};
use super::payload::Payload;
use super::presence::{PresenceKey, PresenceSnapshot};
use super::recipients::Recipients;
use super::services::HubServices;
use super::subscriber::Subscriber;
use state::RoomInner;

pub use join::{JoinReply, JoinRequest};
pub use published::{PublishError, PublishOutcome, RoomClosed, RoomRejection};
pub use stats::RoomStats;

/// Room of a hub.
#[derive(Debug)]
pub struct Room<P> {
    /// Name of the room.
    pub name: RoomName,
    fanout: Arc<Fanout<P>>,
    state: Mutex<RoomInner>,
    services: Arc<HubServices>,
    dirty_rooms: Arc<DirtyRooms<Self>>,
}

impl<P: Payload> Room<P> {
    /// Creates an empty room with a new epoch.
    pub fn new(name: RoomName, services: Arc<HubServices>, dirty_rooms: Arc<DirtyRooms<Self>>) -> Self {
        services.metrics.add_room();
        let fanout = Arc::new(Fanout::new(Arc::clone(&services)));
        Self { name, fanout, state: Mutex::new(RoomInner::new(&services)), services, dirty_rooms }
    }

    /// Publishes a message: assigns the next offset, appends it to the history, and queues it for delivery,
    /// all under the lock of the room. A concurrent join either finds it in the history or receives it, never
    /// both or neither. A message with a known idempotency key is not published again.
    ///
    /// # Errors
    /// Returns an error if the room is closed, which returns the message, or if the sender has published another message
    /// with the same key.
    pub fn publish(&self, message: NewMessage, recipients: Recipients) -> Result<PublishOutcome, RoomRejection> {
        let (now, unix_ms) = (self.services.now(), self.services.clock().unix_ms());
        let mut state = self.state.lock();
        if !state.touch(now, &self.services) {
            return Err(RoomRejection::Closed(message));
        }
        if let Some(position) = state.find_published(&message)? {
            self.services.metrics.add_duplicate();
            return Ok(PublishOutcome { position, duplicate: true });
        }
        let (message, position) = state.append(message, &self.name, now, unix_ms, &self.services);
        // Under the lock, so that messages are delivered in the order of their offsets.
        self.fanout.publish(Content::Message(message), recipients, now);
        self.services.metrics.add_accepted();
        Ok(PublishOutcome { position, duplicate: false })
    }

    /// Queues a content without offset and history, and returns the number of members.
    pub fn publish_ephemeral(&self, content: Content, recipients: Recipients) -> usize {
        self.fanout.publish(content, recipients, self.services.now());
        self.fanout.len()
    }

    /// Sends a message without offset and history to all members, and returns their number.
    pub fn broadcast(&self, message: NewMessage) -> usize {
        self.services.metrics.add_accepted();
        let message = Message::new(self.name.clone(), None, message, self.services.clock().unix_ms());
        self.publish_ephemeral(Content::Message(Arc::new(message)), Recipients::All)
    }

    /// Adds a member, and returns its key and the reply to its join. With `reserve_reply`, the subscriber
    /// reserves the place of the reply, so that messages published after the join are delivered after it. The
    /// member `replaced` leaves under the same lock.
    ///
    /// # Errors
    /// Returns an error if the room is closed.
    pub(super) fn join(
        self: &Arc<Self>,
        subscriber: Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        reserve_reply: bool,
        replaced: Option<(usize, &PresenceKey)>,
    ) -> Result<(usize, JoinReply), RoomClosed> {
        let now = self.services.now();
        let mut state = self.state.lock();
        if !state.touch(now, &self.services) {
            return Err(RoomClosed(()));
        }
        let reply = state.join(request, replaced.map(|(_, presence)| presence), now, &self.services.retention);
        self.mark_dirty(&mut state);
        if let Some((key, _)) = replaced {
            self.fanout.leave(key);
        }
        Ok((self.fanout.enter(subscriber, request.watches, reserve_reply), reply))
    }

    /// Removes a member, and its connection from the presence of the room.
    pub(super) fn leave(self: &Arc<Self>, key: usize, presence: &PresenceKey) {
        self.fanout.leave(key);
        let now = self.services.now();
        let mut state = self.state.lock();
        state.leave(presence, now);
        self.mark_dirty(&mut state);
    }

    /// Queues pending presence changes for the members that receive them, and returns whether changes remain.
    pub fn publish_presence(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        let (diff, remaining) = state.presence_diff(now, self.services.retention.presence_max.max(1));
        if !diff.is_empty() {
            let diff = PresenceDiff { room: self.name.clone(), joined: diff.joined, left: diff.left };
            self.fanout.publish(Content::Presence(Arc::new(diff)), Recipients::Watchers, now);
        }
        remaining
    }

    /// Closes the room if it has no members and has not been used for as long as messages and keys are kept.
    /// Returns whether it is closed.
    pub fn close_if_idle(&self, now: Timestamp) -> bool {
        self.state.lock().close_if_idle(now, self.fanout.len(), &self.services)
    }

    fn mark_dirty(self: &Arc<Self>, state: &mut RoomInner) {
        if state.mark_dirty() {
            self.dirty_rooms.push(Arc::clone(self));
        }
    }
}

impl<P> Room<P> {
    /// Adds a member without presence, and returns its key.
    pub(super) fn subscribe(&self, subscriber: Arc<dyn Subscriber<P>>) -> usize {
        self.fanout.enter(subscriber, false, false)
    }

    /// Removes a member without presence.
    pub(super) fn unsubscribe(&self, key: usize) {
        self.fanout.leave(key);
    }

    /// Returns the position of the room, and the latest messages before the offset `before`, or the latest of
    /// all; at most `limit`.
    pub fn history(&self, before: Option<Offset>, limit: usize) -> (Position, HistoryPage) {
        self.state.lock().history(before, limit, self.services.now(), &self.services)
    }

    /// Returns the users in the room, up to the limit of a presence list.
    pub fn presence(&self) -> PresenceSnapshot {
        self.state.lock().presence(self.services.retention.presence_max)
    }

    /// Returns the statistics of the room.
    pub fn stats(&self) -> RoomStats {
        self.state.lock().stats()
    }

    /// Removes expired messages and idempotency keys.
    pub fn expire(&self, now: Timestamp) {
        self.state.lock().expire(now, &self.services);
    }

    /// Polls until the room has capacity for further publishes.
    pub fn poll_capacity(&self, context: &Context<'_>) -> Poll<()> {
        self.fanout.poll_capacity(context)
    }

    /// Returns whether publishers have to wait for capacity.
    pub fn is_full(&self) -> bool {
        self.fanout.is_full()
    }

    /// Returns the number of bytes queued for delivery.
    pub fn queued_bytes(&self) -> usize {
        self.fanout.bytes()
    }

    /// Returns the number of contents published so far.
    pub fn published(&self) -> u64 {
        self.fanout.published()
    }

    /// Polls until the first `published` contents are delivered.
    pub fn poll_delivered(&self, published: u64, context: &Context<'_>) -> Poll<()> {
        self.fanout.poll_delivered(published, context)
    }
}

#[cfg(test)]
mod tests;
