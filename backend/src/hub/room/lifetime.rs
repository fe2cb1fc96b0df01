//! End of a room, and of its oldest messages.

use super::Room;
use super::state::RoomInner;
use crate::environment::Timestamp;
use crate::hub::metrics::RoomEnd;
use crate::hub::payload::Payload;
use crate::hub::unused_rooms::Listing;

impl<P: Payload> Room<P> {
    /// Ends the room if it has no members and has not been used for as long as messages and keys are kept. Returns
    /// whether it has ended.
    pub fn end_if_idle(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        state.expire(now, &self.services);
        let idle = self.is_unused(&state) && state.is_idle(now, &self.services);
        if idle {
            self.close(&mut state, RoomEnd::Idle);
        } else {
            self.update(&mut state);
        }
        idle
    }

    /// Ends the room if it is as unused as `listing` says. Otherwise it is listed again, unless it has members. Returns
    /// whether it has ended.
    pub fn end_if_unused(&self, listing: &Listing, reason: RoomEnd) -> bool {
        let mut state = self.state.lock();
        state.listed = None;
        let unused = !state.is_closed() && self.is_unused(&state);
        if unused && state.last_used == listing.used && state.content() == listing.content {
            self.close(&mut state, reason);
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
        self.update(&mut state);
    }

    fn close(&self, state: &mut RoomInner, reason: RoomEnd) {
        state.close(&self.services);
        #[cfg(feature = "disk")]
        self.end_in_journal();
        self.entry.remove(state);
        self.services.metrics.remove_room(reason);
    }
}
