//! Mutable state of a room, under its lock.

use std::sync::Arc;

use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::join::{JoinReply, JoinRequest};
use super::published::KeyConflict;
use super::stats::RoomStats;
use crate::config::RetentionConfig;
use crate::hub::environment::{Timestamp, random_epoch};
use crate::hub::history::{History, HistoryPage};
use crate::hub::idempotency::{self, IdempotencyKeys, KeyLookup};
use crate::hub::message::{Message, NewMessage};
use crate::hub::presence::{Presence, PresenceChanges, PresenceKey, PresenceSnapshot};
use crate::hub::services::HubServices;

/// Position, history, idempotency keys and presence of a room.
#[derive(Debug)]
pub struct RoomInner {
    epoch: Epoch,
    offset: Offset,
    history: History,
    keys: IdempotencyKeys,
    presence: Presence,
    last_used: Timestamp,
    /// True if the room was removed from the hub.
    closed: bool,
    /// True if the room is in the list of rooms with presence changes to send.
    dirty: bool,
}

impl RoomInner {
    /// Creates the state of an empty room.
    pub fn new(services: &HubServices) -> Self {
        Self {
            epoch: random_epoch(&*services.environment.random),
            offset: Offset(0),
            history: History::new(services.retention.history),
            keys: IdempotencyKeys::default(),
            presence: Presence::default(),
            last_used: services.now(),
            closed: false,
            dirty: false,
        }
    }

    /// Records a use of the room, and removes expired messages and keys. Returns false if the room is closed.
    pub fn touch(&mut self, now: Timestamp, services: &HubServices) -> bool {
        if !self.closed {
            self.last_used = now;
            self.expire(now, services);
        }
        !self.closed
    }

    /// Returns the position of a message that was published before with the same idempotency key; `None` if it is new.
    ///
    /// # Errors
    /// Returns an error if another message was published with the key.
    pub fn find_published(&self, message: &NewMessage) -> Result<Option<Position>, KeyConflict> {
        match self.keys.find(message) {
            KeyLookup::Unknown => Ok(None),
            KeyLookup::Published(offset) => Ok(Some(self.position_at(offset))),
            KeyLookup::Conflict => Err(KeyConflict),
        }
    }

    /// Appends a message at the next offset.
    pub fn append(
        &mut self,
        message: NewMessage,
        room: &RoomName,
        now: Timestamp,
        unix_ms: u64,
        services: &HubServices,
    ) -> (Arc<Message>, Position) {
        let before = self.cost();
        self.offset = self.offset.next();
        self.keys.insert(&message, self.offset, now);
        let position = self.position_at(self.offset);
        let message = Arc::new(Message::new(room.clone(), Some(position.clone()), message, unix_ms));
        self.history.push(Arc::clone(&message), now);
        self.trim(before, services);
        (message, position)
    }

    /// Adds a connection to the presence, and returns the reply to its join. The connection `replaced` leaves.
    pub fn join(
        &mut self,
        request: &JoinRequest<'_>,
        replaced: Option<&PresenceKey>,
        now: Timestamp,
        retention: &RetentionConfig,
    ) -> JoinReply {
        let missed = self.missed(request.since, retention.recover_max);
        if let Some(replaced) = replaced {
            self.presence.leave(replaced, now);
        }
        self.presence.enter(request.presence_key, request.info);
        JoinReply {
            position: self.position_at(self.offset),
            recovered: missed.is_some(),
            messages: missed.unwrap_or_default(),
            present: request
                .watches
                .then(|| self.presence.snapshot(retention.presence_max, Some(request.presence_key))),
        }
    }

    /// Removes a connection from the presence.
    pub fn leave(&mut self, presence: &PresenceKey, now: Timestamp) {
        self.last_used = now;
        self.presence.leave(presence, now);
    }

    /// Returns true if presence changes are pending and the room was not marked as dirty before.
    pub fn mark_dirty(&mut self) -> bool {
        self.presence.has_pending_changes() && !std::mem::replace(&mut self.dirty, true)
    }

    /// Takes at most `limit` presence changes of each kind, and returns them and whether changes remain.
    pub fn presence_diff(&mut self, now: Timestamp, limit: usize) -> (PresenceChanges, bool) {
        let diff = self.presence.diff(now, limit);
        self.dirty = self.presence.has_pending_changes();
        (diff, self.dirty)
    }

    /// Closes the room if it has no members and has not been used for as long as messages and keys are kept.
    /// Returns whether it is closed.
    pub fn close_if_idle(&mut self, now: Timestamp, members: usize, services: &HubServices) -> bool {
        self.expire(now, services);
        let kept_for = services.retention.history.age.max(idempotency::KEY_TTL);
        let idle = now.since(self.last_used) >= kept_for && self.presence.is_empty() && members == 0;
        if idle {
            self.closed = true;
            services.metrics.remove_room();
            services.metrics.replace_retained(self.cost(), 0);
        }
        idle
    }

    /// Removes expired messages and idempotency keys.
    pub fn expire(&mut self, now: Timestamp, services: &HubServices) {
        let before = self.cost();
        self.history.expire(now);
        self.keys.expire(now);
        services.metrics.replace_retained(before, self.cost());
    }

    /// Returns the position, and the latest messages before the offset `before`, or the latest of all; at most
    /// `limit`.
    pub fn history(
        &mut self,
        before: Option<Offset>,
        limit: usize,
        now: Timestamp,
        services: &HubServices,
    ) -> (Position, HistoryPage) {
        self.expire(now, services);
        (self.position_at(self.offset), self.history.before(before, limit))
    }

    /// Returns at most `limit` users in the room.
    pub fn presence(&mut self, limit: usize) -> PresenceSnapshot {
        self.presence.snapshot(limit, None)
    }

    /// Returns the statistics of the room.
    pub fn stats(&self) -> RoomStats {
        RoomStats {
            clients: self.presence.clients(),
            users: self.presence.users(),
            position: self.position_at(self.offset),
            retained_messages: self.history.len(),
        }
    }

    fn position_at(&self, offset: Offset) -> Position {
        Position { epoch: self.epoch.clone(), offset }
    }

    fn cost(&self) -> usize {
        self.history.bytes() + self.keys.len() * idempotency::COST
    }

    /// Returns all messages after a position; `None` if the history does not have all of them, or they are more
    /// than `limit`.
    fn missed(&self, since: Option<&Position>, limit: usize) -> Option<Vec<Arc<Message>>> {
        let since = since.filter(|since| since.epoch == self.epoch)?;
        self.history.since(since.offset, self.offset, limit)
    }

    /// Removes the oldest entries while all rooms together exceed their limit and this room its share. Messages
    /// go first, because only idempotency keys make it safe to repeat a publish.
    fn trim(&mut self, before: usize, services: &HubServices) {
        let (retention, metrics) = (&services.retention, &services.metrics);
        let others = metrics.retained_bytes().saturating_sub(before);
        let share = retention.total_bytes / metrics.rooms().max(1);
        while self.cost() > share && others + self.cost() > retention.total_bytes {
            if self.history.len() > 0 {
                self.history.remove_oldest();
            } else {
                self.keys.remove_oldest();
            }
        }
        metrics.replace_retained(before, self.cost());
    }
}
