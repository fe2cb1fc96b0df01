//! Rooms: position, history, members, and delivery to them.

mod index_entry;
mod join;
mod published;
mod state;
mod stats;

use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use yodel_protocol::frame::PresenceDiff;
use yodel_protocol::{Json, Offset, Position, RoomName};

use super::content::Content;
use super::creator::RoomAccount;
use super::environment::Timestamp;
use super::fanout::Fanout;
use super::history::HistoryPage;
use super::message::{Message, NewMessage};
use super::metrics::RoomEnd;
use super::payload::Payload;
use super::presence::{DiffLimits, PresenceKey, PresenceSnapshot};
use super::recipients::Recipients;
use super::room_id::RoomId;
use super::room_indexes::RoomIndexes;
use super::services::HubServices;
use super::subscriber::Subscriber;
use super::unused_rooms::Listing;
use index_entry::IndexEntry;
use state::RoomInner;

pub use join::{JoinReply, JoinRequest};
pub use published::{PublishError, PublishOutcome, RoomClosed, RoomRejection};
pub use stats::RoomStats;

/// Room of a hub.
#[derive(Debug)]
pub struct Room<P> {
    /// Name of the room.
    pub name: RoomName,
    entry: IndexEntry<Self>,
    fanout: Arc<Fanout<P>>,
    state: Mutex<RoomInner>,
    services: Arc<HubServices>,
}

impl<P: Payload> Room<P> {
    /// Creates an empty room with a new epoch, and charges it to an account.
    pub fn new(
        name: RoomName,
        account: Option<RoomAccount>,
        services: Arc<HubServices>,
        indexes: Arc<RoomIndexes<Self>>,
    ) -> Arc<Self> {
        services.metrics.add_room();
        let room = Arc::new_cyclic(|this| Self {
            name,
            entry: IndexEntry::new(this, account, indexes),
            fanout: Arc::new(Fanout::new(Arc::clone(&services))),
            state: Mutex::new(RoomInner::new(&services)),
            services,
        });
        room.entry.list_as_unused(&mut room.state.lock());
        room
    }

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
        let (now, unix_ms) = (self.services.now(), self.services.clock().unix_ms());
        let mut state = self.state.lock();
        if !state.touch(now, &self.services) {
            return Err(RoomRejection::Closed(message));
        }
        if let Some(position) = state.find_published(&message)? {
            self.services.metrics.add_duplicate();
            return Ok(PublishOutcome { position, duplicate: true });
        }
        if !reserved && !state.fits_in_place(self.retained_cost(&message), &self.services) {
            return Err(RoomRejection::NoMemory(message));
        }
        let (message, position) = state.append(message, &self.name, now, unix_ms, reserved, &self.services);
        self.entry.update(&mut state);
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
        &self,
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
        self.entry.update(&mut state);
        self.entry.mark_dirty(&mut state);
        if let Some((key, _)) = replaced {
            self.fanout.leave(key);
            // Nothing that precedes the reply may be delivered after it.
            self.fanout.finish_turn();
        }
        Ok((self.fanout.enter(subscriber, request.watches, reserve_reply), reply))
    }

    /// Replaces the info of a member's user, and ends the member's presence changes unless it may watch them.
    pub(super) fn renew(&self, key: usize, presence: &PresenceKey, info: Option<&Json>, may_watch: bool) {
        if !may_watch && self.fanout.stop_watching(key) {
            self.fanout.finish_turn(); // The turn in progress may still deliver a change.
        }
        let mut state = self.state.lock();
        state.update_info(presence, info);
        self.entry.mark_dirty(&mut state);
    }

    /// Removes a member, and its connection from the presence of the room.
    pub(super) fn leave(&self, key: usize, presence: &PresenceKey) {
        self.fanout.leave(key);
        let now = self.services.now();
        let mut state = self.state.lock();
        state.leave(presence, now);
        self.entry.mark_dirty(&mut state);
        self.list_if_unused(&mut state);
    }

    /// Queues pending presence changes for the members that receive them, and returns whether changes remain.
    pub fn publish_presence(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        let retention = &self.services.retention;
        let limits = DiffLimits { users: retention.presence_max.max(1), bytes: retention.presence_bytes };
        let (diff, remaining) = state.presence_diff(now, limits);
        if !diff.is_empty() {
            let diff = PresenceDiff { room: self.name.clone(), joined: diff.joined, left: diff.left };
            self.fanout.publish(Content::Presence(Arc::new(diff)), Recipients::Watchers, now);
        }
        remaining
    }

    /// Ends the room if it has no members and has not been used for as long as messages and keys are kept. Returns
    /// whether it has ended.
    pub fn end_if_idle(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        state.expire(now, &self.services);
        let idle = self.fanout.len() == 0 && state.is_idle(now, &self.services);
        if idle {
            self.end(&mut state, RoomEnd::Idle);
        } else {
            self.entry.update(&mut state);
        }
        idle
    }

    /// Ends the room if it is as unused as `listing` says. Otherwise it is listed again, unless it has members. Returns
    /// whether it has ended.
    pub fn end_if_unused(&self, listing: &Listing, reason: RoomEnd) -> bool {
        let mut state = self.state.lock();
        state.listed = None;
        let unused = !state.is_closed() && self.fanout.len() == 0;
        if unused && state.last_used == listing.used && state.content() == listing.content {
            self.end(&mut state, reason);
            return true;
        }
        self.list_if_unused(&mut state);
        false
    }

    /// Lists the room again among those without members, after it was taken from the list.
    pub fn relist(&self) {
        let mut state = self.state.lock();
        state.listed = None;
        self.list_if_unused(&mut state);
    }

    /// Removes the oldest messages until `bytes` are free, or the room is no longer one of the largest.
    pub fn trim(&self, bytes: usize) {
        let mut state = self.state.lock();
        state.trim(bytes, &self.services);
        self.entry.update(&mut state);
    }

    fn end(&self, state: &mut RoomInner, reason: RoomEnd) {
        state.close(&self.services);
        self.entry.remove(state);
        self.services.metrics.remove_room(reason);
    }
}

impl<P> Room<P> {
    /// Returns the identifier of the room.
    pub fn id(&self) -> RoomId {
        self.entry.id
    }

    /// Returns the memory that a message will take, in bytes.
    pub fn retained_cost(&self, message: &NewMessage) -> usize {
        RoomInner::retained_cost(message, &self.name, &self.services.retention)
    }

    /// Returns the number of members, without locking the room.
    #[cfg(test)]
    pub(super) fn member_count(&self) -> usize {
        self.fanout.len()
    }

    /// Waits until nothing is delivered any more to members that have left.
    pub(super) fn finish_turn(&self) {
        self.fanout.finish_turn();
    }

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
        let mut state = self.state.lock();
        let page = state.history(before, limit, self.services.now(), &self.services);
        self.entry.update(&mut state);
        page
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
        let mut state = self.state.lock();
        state.expire(now, &self.services);
        self.entry.update(&mut state);
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

    /// Lists the room among the unused rooms if it has no members.
    fn list_if_unused(&self, state: &mut RoomInner) {
        if self.fanout.len() == 0 {
            self.entry.list_as_unused(state);
        }
    }
}

#[cfg(test)]
mod tests;
