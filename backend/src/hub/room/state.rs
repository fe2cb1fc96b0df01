//! Mutable state of a room, under its lock.

use std::sync::Arc;

use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::join::{JoinReply, JoinRequest};
#[cfg(feature = "disk")]
use super::journaled::JournaledState;
use super::stats::RoomStats;
use crate::backplane::history::{History, HistoryPage};
use crate::backplane::message::{Message, MessageKey, NewMessage};
use crate::backplane::publish::RoomRejection;
use crate::config::RetentionConfig;
use crate::environment::{Timestamp, random_epoch};
use crate::hub::idempotency::{self, IdempotencyKeys, KeyLookup};
use crate::hub::largest_rooms::SizeClass;
use crate::hub::presence::{Presence, PresenceKey};
use crate::hub::services::HubServices;
use crate::hub::unused_rooms::RoomContent;

/// Position, history, idempotency keys and presence of a room.
#[derive(Debug)]
pub struct RoomInner {
    pub(super) epoch: Epoch,
    pub(super) offset: Offset,
    pub(super) history: History,
    pub(super) keys: IdempotencyKeys,
    pub(super) presence: Presence,
    /// Time of the last join, leave or publish.
    pub last_used: Timestamp,
    /// True if the room was removed from the hub.
    pub(super) closed: bool,
    /// True if the position is that of the backplane. Without it the room cannot be joined.
    pub(super) current: bool,
    /// Content with which the room is listed among the rooms without members; `None` if it is not listed.
    pub listed: Option<RoomContent>,
    /// Class in the index of rooms by size.
    pub size_class: SizeClass,
    /// True if the room is in the list of rooms with presence changes to send.
    pub(super) dirty: bool,
    /// State for the journal of the room; `None` without a journal.
    #[cfg(feature = "disk")]
    pub(super) journaled: Option<Box<JournaledState>>,
}

impl RoomInner {
    /// Creates the state of an empty room.
    pub fn new(services: &HubServices) -> Self {
        Self {
            epoch: random_epoch(&*services.environment.random),
            offset: Offset(0),
            history: History::new(services.retention.history),
            keys: IdempotencyKeys::default(),
            presence: if services.follows { Presence::shared() } else { Presence::default() },
            last_used: services.now(),
            closed: false,
            current: !services.follows,
            listed: None,
            size_class: SizeClass::default(),
            dirty: false,
            #[cfg(feature = "disk")]
            journaled: services.journal.is_some().then(Box::default),
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
    pub fn find_published(&self, message: &NewMessage) -> Result<Option<Position>, RoomRejection> {
        match self.keys.find(message) {
            KeyLookup::Unknown => Ok(None),
            KeyLookup::Published(offset) => Ok(Some(self.position_at(offset))),
            KeyLookup::Conflict => Err(RoomRejection::KeyConflict),
        }
    }

    /// Returns the message at an offset of this room, and its key. It is not appended.
    pub fn message_at(
        &self,
        offset: Offset,
        mut message: NewMessage,
        room: &RoomName,
        unix_ms: u64,
    ) -> (Arc<Message>, Option<MessageKey>) {
        let (position, key) = (self.position_at(offset), message.key.take());
        (Arc::new(Message::new(room.clone(), Some(position), message, unix_ms)), key)
    }

    /// Appends the message at the next offset. If its memory is not reserved, older messages and keys of this room make
    /// space for it.
    pub fn append(
        &mut self,
        message: &Arc<Message>,
        key: Option<MessageKey>,
        now: Timestamp,
        reserved: bool,
        services: &HubServices,
    ) {
        let (before, total) = (self.cost(), services.retention.total_bytes);
        let available = if reserved { total } else { total.saturating_sub(self.bytes_of_others(services)) };
        self.offset = self.offset.next();
        if let Some(key) = key {
            self.keys.insert(key, message.from.as_deref(), self.offset, now);
        }
        self.history.push(Arc::clone(message), now);
        while self.cost() > available && self.remove_oldest() {}
        // A limit below the size of one message keeps none.
        while self.cost() > total {
            if self.history.len() > 0 { self.history.remove_oldest() } else { self.keys.remove_oldest() }
        }
        services.metrics.replace_retained(before, self.cost());
    }

    /// Returns whether the position is that of the backplane, so that the room can be joined.
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// Adds a connection to the presence, and returns the reply to its join. The connection `replaced` leaves. `fetched`
    /// has messages of the backplane that the room does not keep.
    pub fn join(
        &mut self,
        request: &JoinRequest<'_>,
        fetched: &[Arc<Message>],
        replaced: Option<&PresenceKey>,
        now: Timestamp,
        retention: &RetentionConfig,
    ) -> JoinReply {
        let missed = self.missed(request.since, fetched, retention.recover_max);
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

    /// Returns true if presence changes are pending and the room was not marked as dirty before.
    pub fn mark_dirty(&mut self) -> bool {
        self.presence.pending_changes() > 0 && !std::mem::replace(&mut self.dirty, true)
    }

    /// Returns whether nobody is present, and the room has not been used for as long as messages and keys are kept.
    pub fn is_idle(&self, now: Timestamp, services: &HubServices) -> bool {
        let kept_for = services.retention.history.age.max(idempotency::KEY_TTL);
        now.since(self.last_used) >= kept_for && self.presence.is_empty()
    }

    /// Returns whether the room was removed from the hub.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Removes all messages and keys, and rejects further uses.
    pub fn close(&mut self, services: &HubServices) {
        services.metrics.replace_retained(self.cost(), 0);
        self.history.clear();
        self.keys.clear();
        self.closed = true;
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

    /// Returns the statistics of the room.
    pub fn stats(&self) -> RoomStats {
        RoomStats {
            clients: self.presence.clients(),
            users: self.presence.users(),
            position: self.position_at(self.offset),
            retained_messages: self.history.len(),
            pending_presence: self.presence.pending_changes(),
        }
    }

    pub(super) fn position_at(&self, offset: Offset) -> Position {
        Position { epoch: self.epoch.clone(), offset }
    }
}
