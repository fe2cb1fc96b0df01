//! The entry of a room in the indexes of its hub.

use std::sync::{Arc, Weak};

use super::state::RoomInner;
use crate::hub::creator::RoomAccount;
use crate::hub::room_id::RoomId;
use crate::hub::room_indexes::RoomIndexes;
use crate::hub::unused_rooms::Listing;

/// Entry of a room in the indexes of its hub. Its methods are called under the lock of the room.
#[derive(Debug)]
pub struct IndexEntry<R> {
    /// Identifier of the room.
    pub id: RoomId,
    /// Account to which the room is charged; `None` for a built-in room, which never ends.
    account: Option<RoomAccount>,
    room: Weak<R>,
    indexes: Arc<RoomIndexes<R>>,
}

impl<R> IndexEntry<R> {
    /// Creates the entry of a new room, and charges the room to an account.
    pub fn new(room: &Weak<R>, account: Option<RoomAccount>, indexes: Arc<RoomIndexes<R>>) -> Self {
        if let Some(account) = &account {
            indexes.unused.charge(account);
        }
        Self { id: indexes.next_id(), account, room: Weak::clone(room), indexes }
    }

    /// Lists the room, which has no members, among the unused rooms, unless it is listed, closed or built in.
    pub fn list_as_unused(&self, state: &mut RoomInner) {
        if state.listed.is_none() && !state.is_closed() {
            self.list(state);
        }
    }

    /// Moves the room within the indexes after its history or keys have changed.
    pub fn update(&self, state: &mut RoomInner) {
        let class = state.current_size_class();
        let before = std::mem::replace(&mut state.size_class, class);
        if before != class {
            self.indexes.largest.update(self.id, &self.room, before, class);
        }
        if state.listed.is_some_and(|content| content != state.content()) && !state.is_closed() {
            self.list(state);
        }
    }

    /// Removes the room, which has ended, from the indexes, and gives back its charge.
    pub fn remove(&self, state: &mut RoomInner) {
        self.update(state);
        self.indexes.unused.unlist(self.id);
        if let Some(account) = &self.account {
            self.indexes.unused.refund(account);
        }
    }

    /// Adds the room to those with presence changes to send, unless it is one of them.
    pub fn mark_dirty(&self, state: &mut RoomInner) {
        if state.mark_dirty()
            && let Some(room) = self.room.upgrade()
        {
            self.indexes.dirty.push(room);
        }
    }

    fn list(&self, state: &mut RoomInner) {
        let Some(account) = &self.account else { return };
        let content = state.content();
        state.listed = Some(content);
        self.indexes.unused.list(&self.room, account, Listing { id: self.id, content, used: state.last_used });
    }
}
