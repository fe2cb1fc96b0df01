//! A room: what happens under its lock.

use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use yodel_protocol::{Offset, Position, RoomName};

use super::index_entry::IndexEntry;
use super::join::{JoinReply, JoinRequest};
use super::room_closed::RoomClosed;
use super::state::RoomInner;
use super::stats::RoomStats;
use crate::backplane::history::HistoryPage;
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::recipients::MemberKey;
use crate::environment::Timestamp;
use crate::hub::creator::RoomAccount;
use crate::hub::fanout::Fanout;
use crate::hub::payload::Payload;
use crate::hub::presence::PresenceKey;
use crate::hub::room_id::RoomId;
use crate::hub::room_indexes::RoomIndexes;
use crate::hub::services::HubServices;
use crate::hub::subscriber::Subscriber;

/// Room of a hub.
#[derive(Debug)]
pub struct Room<P> {
    /// Name of the room.
    pub name: RoomName,
    pub(super) entry: IndexEntry<Self>,
    pub(super) fanout: Arc<Fanout<P>>,
    pub(super) state: Mutex<RoomInner>,
    pub(super) services: Arc<HubServices>,
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

    /// Adds a member, and returns its key and the reply to its join. With `reserve_reply`, the subscriber
    /// reserves the place of the reply, so that messages published after the join are delivered after it. The
    /// member `replaced` leaves under the same lock. `fetched` has messages of the backplane that the room does not keep.
    ///
    /// # Errors
    /// Returns an error if the room is closed, or is not current.
    pub(in crate::hub) fn join(
        &self,
        subscriber: Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        fetched: &[Arc<Message>],
        reserve_reply: bool,
        replaced: Option<(MemberKey, &PresenceKey)>,
    ) -> Result<(MemberKey, JoinReply), RoomClosed> {
        let now = self.services.now();
        let mut state = self.state.lock();
        if !state.touch(now, &self.services) || !state.is_current() {
            return Err(RoomClosed);
        }
        let reply = state.join(request, fetched, replaced.map(|(_, presence)| presence), now, &self.services.retention);
        self.update(&mut state);
        self.entry.mark_dirty(&mut state);
        if let Some((key, _)) = replaced {
            self.fanout.leave(key);
            // Nothing that precedes the reply may be delivered after it.
            self.fanout.finish_turn();
        }
        Ok((self.fanout.enter(subscriber, request.watches, reserve_reply), reply))
    }

    /// Removes a member, and its connection from the presence of the room.
    pub(in crate::hub) fn leave(&self, key: MemberKey, presence: &PresenceKey) {
        self.fanout.leave(key);
        let now = self.services.now();
        let mut state = self.state.lock();
        state.leave(presence, now);
        self.entry.mark_dirty(&mut state);
        self.list_if_unused(&mut state);
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
    pub(in crate::hub) fn member_count(&self) -> usize {
        self.fanout.len()
    }

    /// Waits until nothing is delivered any more to members that have left.
    pub(in crate::hub) fn finish_turn(&self) {
        self.fanout.finish_turn();
    }

    /// Adds a member without presence, and returns its key.
    pub(in crate::hub) fn subscribe(&self, subscriber: Arc<dyn Subscriber<P>>) -> MemberKey {
        self.fanout.enter(subscriber, false, false)
    }

    /// Removes a member without presence.
    pub(in crate::hub) fn unsubscribe(&self, key: MemberKey) {
        self.fanout.leave(key);
    }

    /// Returns the position of the room, and the latest messages before the offset `before`, or the latest of
    /// all; at most `limit`.
    pub fn history(&self, before: Option<Offset>, limit: usize) -> (Position, HistoryPage) {
        let mut state = self.state.lock();
        let page = state.history(before, limit, self.services.now(), &self.services);
        self.update(&mut state);
        page
    }

    /// Returns the statistics of the room.
    pub fn stats(&self) -> RoomStats {
        self.state.lock().stats()
    }

    /// Removes expired messages and idempotency keys.
    pub fn expire(&self, now: Timestamp) {
        let mut state = self.state.lock();
        state.expire(now, &self.services);
        self.update(&mut state);
    }

    /// Updates what others know of the room, after its history or keys have changed. Under the lock of the room.
    pub(super) fn update(&self, state: &mut RoomInner) {
        self.entry.update(state);
        #[cfg(feature = "disk")]
        self.report_kept(state);
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
    pub(super) fn list_if_unused(&self, state: &mut RoomInner) {
        if self.is_unused(state) {
            self.entry.list_as_unused(state);
        }
    }

    /// Returns whether the room has neither members nor messages that are being published.
    pub(super) fn is_unused(&self, state: &RoomInner) -> bool {
        self.fanout.len() == 0 && !is_publishing(state)
    }
}

/// Returns whether messages wait for the journal.
#[cfg(feature = "disk")]
fn is_publishing(state: &RoomInner) -> bool {
    state.has_prepared()
}

/// Returns false: without a journal, nothing waits.
#[cfg(not(feature = "disk"))]
fn is_publishing(_state: &RoomInner) -> bool {
    false
}

#[cfg(test)]
mod tests;
