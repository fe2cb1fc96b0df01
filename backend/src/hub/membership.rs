//! Memberships and subscriptions of a room, which end when they are dropped.

use std::sync::Arc;

use yodel_protocol::Json;

use super::payload::Payload;
use super::presence::PresenceKey;
use super::room::{JoinReply, JoinRequest, Room, RoomClosed};
use super::subscriber::Subscriber;
use crate::backplane::message::Message;
use crate::backplane::recipients::{MemberKey, Recipients};

/// Membership of a connection in a room, with presence. Dropping it leaves the room.
#[derive(Debug)]
pub struct Membership<P: Payload> {
    /// Room of the membership.
    pub room: Arc<Room<P>>,
    key: MemberKey,
    presence: PresenceKey,
    /// True if dropping this leaves the room; false after another membership has replaced it.
    active: bool,
}

impl<P: Payload> Membership<P> {
    /// Joins a room. With `reserve_reply`, the subscriber reserves the place of the reply, so that messages
    /// published after the join are delivered after it. A `previous` membership of the same connection is
    /// replaced atomically, so that the connection is never counted twice and receives nothing twice. `fetched` has
    /// messages of the backplane that the room does not keep.
    ///
    /// # Errors
    /// Returns an error if the room is closed, or is not current; `previous` stays.
    pub fn join(
        room: &Arc<Room<P>>,
        subscriber: Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        fetched: &[Arc<Message>],
        reserve_reply: bool,
        previous: &mut Option<Self>,
    ) -> Result<(Self, JoinReply), RoomClosed> {
        let same_room = previous.as_ref().filter(|previous| Arc::ptr_eq(&previous.room, room));
        let replaced = same_room.map(|previous| (previous.key, &previous.presence));
        let (key, reply) = room.join(subscriber, request, fetched, reserve_reply, replaced)?;
        if let Some(mut previous) = previous.take() {
            previous.active = !Arc::ptr_eq(&previous.room, room);
        }
        let membership = Self { room: Arc::clone(room), key, presence: request.presence_key.clone(), active: true };
        Ok((membership, reply))
    }

    /// Leaves the room, and waits until nothing is delivered any more. A reply that is sent afterwards is the last that
    /// the client receives from this membership.
    pub fn leave(self) {
        let room = Arc::clone(&self.room);
        drop(self);
        room.finish_turn();
    }

    /// Applies a renewed identity of the same user: replaces the info that others see, and ends the presence changes
    /// unless the user may watch them. They begin only with a join, whose reply has the complete list.
    pub fn renew(&self, info: Option<&Json>, may_watch: bool) {
        self.room.renew(self.key, &self.presence, info, may_watch);
    }

    /// Returns the recipients of a message to all other members.
    pub fn others(&self) -> Recipients {
        Recipients::AllBut(self.key)
    }
}

impl<P: Payload> Drop for Membership<P> {
    fn drop(&mut self) {
        if self.active {
            self.room.leave(self.key, &self.presence);
        }
    }
}

/// Subscription to the contents of a room, without presence. Dropping it unsubscribes.
#[derive(Debug)]
pub struct Subscription<P: Payload> {
    room: Arc<Room<P>>,
    key: MemberKey,
}

impl<P: Payload> Subscription<P> {
    /// Subscribes to a room.
    pub fn new(room: &Arc<Room<P>>, subscriber: Arc<dyn Subscriber<P>>) -> Self {
        Self { key: room.subscribe(subscriber), room: Arc::clone(room) }
    }
}

impl<P: Payload> Drop for Subscription<P> {
    fn drop(&mut self) {
        self.room.unsubscribe(self.key);
    }
}

#[cfg(test)]
mod tests;
