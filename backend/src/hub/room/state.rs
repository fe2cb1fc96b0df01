//! State of a room that changes under its lock.

use std::sync::Arc;

use yodel_protocol::{Epoch, IdempotencyKey, Offset, Position, RoomName};

use super::join::{JoinReply, JoinRequest};
use super::stats::RoomStats;
use crate::config::RetentionConfig;
use crate::hub::environment::{Timestamp, random_epoch};
use crate::hub::history::{History, Page};
use crate::hub::idempotency::{self, IdempotencyKeys};
use crate::hub::message::{Message, NewMessage};
use crate::hub::presence::{Diff, Presence, PresenceKey, PresenceSnapshot};
use crate::hub::services::Services;

/// Position, history, idempotency keys and presence of a room.
#[derive(Debug)]
pub struct State {
    epoch: Epoch,
    offset: Offset,
    history: History,
    keys: IdempotencyKeys,
    presence: Presence,
    last_used: Timestamp,
    /// Whether the room was removed from the hub: handles to it have to look it up again.
    closed: bool,
    /// Whether the room is in the list of rooms with presence changes to send.
    dirty: bool,
}

impl State {
    /// Creates the state of an empty room.
    pub fn new(services: &Services) -> Self {
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

    /// Records a use of the room and removes what is expired; returns false if the room is closed.
    pub fn touch(&mut self, now: Timestamp, services: &Services) -> bool {
        if !self.closed {
            self.last_used = now;
            self.expire(now, services);
        }
        !self.closed
    }

    /// Returns the position of the message with this idempotency key.
    pub fn find_key(&self, key: &IdempotencyKey) -> Option<Position> {
        self.keys.find(key).map(|offset| self.position_at(offset))
    }

    /// Appends a message at the next offset.
    pub fn append(
        &mut self,
        message: NewMessage,
        room: &RoomName,
        now: Timestamp,
        unix_ms: u64,
        services: &Services,
    ) -> (Arc<Message>, Position) {
        let before = self.cost();
        self.offset = self.offset.next();
        if let Some(key) = message.key.clone() {
            self.keys.insert(key, self.offset, now);
        }
        let position = self.position_at(self.offset);
        let message = Arc::new(Message::new(room.clone(), Some(position.clone()), message, unix_ms));
        self.history.push(Arc::clone(&message), now);
        self.trim(before, services);
        (message, position)
    }

    /// Adds a connection to the presence, and returns the reply to its join. The connection
    /// that it replaces leaves.
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
        self.presence.enter(request.who, request.info);
        JoinReply {
            position: self.position_at(self.offset),
            recovered: missed.is_some(),
            messages: missed.unwrap_or_default(),
            present: request.watches.then(|| self.presence.snapshot(retention.presence_max, Some(request.who))),
        }
    }

    /// Removes a connection from the presence.
    pub fn leave(&mut self, presence: &PresenceKey, now: Timestamp) {
        self.last_used = now;
        self.presence.leave(presence, now);
    }

    /// Returns true if presence changes are pending and the room was not marked as dirty before.
    pub fn mark_dirty(&mut self) -> bool {
        self.presence.is_changing() && !std::mem::replace(&mut self.dirty, true)
    }

    /// Takes at most `limit` presence changes of each kind; returns also whether some remain.
    pub fn presence_diff(&mut self, now: Timestamp, limit: usize) -> (Diff, bool) {
        let diff = self.presence.diff(now, limit);
        self.dirty = self.presence.is_changing();
        (diff, self.dirty)
    }

    /// Closes the room if it has no members and keeps nothing of use; returns whether it is closed.
    pub fn close_if_idle(&mut self, now: Timestamp, members: usize, services: &Services) -> bool {
        self.expire(now, services);
        let kept_for = services.retention.history.age.max(idempotency::KEY_TTL);
        let idle = now.since(self.last_used) >= kept_for && self.presence.is_empty() && members == 0;
        if idle {
            self.closed = true;
            services.metrics.remove_room();
            services.metrics.change_kept(self.cost(), 0);
        }
        idle
    }

    /// Removes expired messages and idempotency keys.
    pub fn expire(&mut self, now: Timestamp, services: &Services) {
        let before = self.cost();
        self.history.expire(now);
        self.keys.expire(now);
        services.metrics.change_kept(before, self.cost());
    }

    /// Returns the position, and at most `limit` messages before an offset.
    pub fn history(
        &mut self,
        before: Option<Offset>,
        limit: usize,
        now: Timestamp,
        services: &Services,
    ) -> (Position, Page) {
        self.expire(now, services);
        (self.position_at(self.offset), self.history.before(before, limit))
    }

    /// Returns at most `limit` users in the room.
    pub fn presence(&mut self, limit: usize) -> PresenceSnapshot {
        self.presence.snapshot(limit, None)
    }

    /// Returns the numbers of members and kept messages, and the position.
    pub fn stats(&self) -> RoomStats {
        RoomStats {
            clients: self.presence.clients(),
            users: self.presence.users(),
            position: self.position_at(self.offset),
            kept: self.history.len(),
        }
    }

    fn position_at(&self, offset: Offset) -> Position {
        Position { epoch: self.epoch.clone(), offset }
    }

    fn cost(&self) -> usize {
        self.history.bytes() + self.keys.len() * idempotency::COST
    }

    /// Returns all messages after a position, or `None` if not all are kept.
    fn missed(&self, since: Option<&Position>, limit: usize) -> Option<Vec<Arc<Message>>> {
        let since = since.filter(|since| since.epoch == self.epoch)?;
        self.history.since(since.offset, self.offset, limit)
    }

    /// Removes the oldest entries while all rooms together exceed their limit and this one its share:
    /// messages first, since an idempotency key is what makes it safe to send again.
    fn trim(&mut self, before: usize, services: &Services) {
        let (retention, metrics) = (&services.retention, &services.metrics);
        let others = metrics.kept().saturating_sub(before);
        let share = retention.total_bytes / metrics.rooms().max(1);
        while self.cost() > share && others + self.cost() > retention.total_bytes {
            if self.history.len() > 0 {
                self.history.forget_oldest();
            } else {
                self.keys.forget_oldest();
            }
        }
        metrics.change_kept(before, self.cost());
    }
}
