//! Memory of the histories of all rooms.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::room_map::RoomMap;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::RoomRejection;
use crate::backplane::recipients::Recipients;
use crate::backplane::{Backplane, PublishAnswer};
use crate::hub::metrics::RoomEnd;
use crate::hub::payload::Payload;
use crate::hub::reservation::Reservation;
use crate::hub::room::Room;
use crate::hub::room_id::RoomId;
use crate::hub::unused_rooms::{Listing, UnusedRooms};

impl<P: Payload> RoomMap<P> {
    /// Publishes a message into a room. If the memory for histories is exhausted, older messages of the largest rooms
    /// are removed, then those of this room, then rooms without members, the least recently used one first.
    ///
    /// # Errors
    /// As for [`Backplane::publish`].
    pub fn publish_in(
        &self,
        room: &Arc<Room<P>>,
        mut message: NewMessage,
        recipients: Recipients,
        backplane: &dyn Backplane<Room<P>>,
    ) -> Result<PublishAnswer, RoomRejection> {
        if !backplane.keeps_histories_here() {
            return backplane.publish(room, message, recipients, false);
        }
        #[cfg(feature = "disk")]
        if self.disk_is_full.load(Ordering::Relaxed) {
            return Err(RoomRejection::NoMemory(message));
        }
        loop {
            let reservation = self.reserve_memory(room.retained_cost(&message));
            match backplane.publish(room, message, recipients, reservation.is_some()) {
                Err(RoomRejection::NoMemory(returned)) => message = returned,
                result => return result,
            }
            if !self.end_unused(RoomEnd::Memory, Some(room.id()), UnusedRooms::take_for_memory) {
                return Err(RoomRejection::NoMemory(message));
            }
        }
    }

    /// Reserves memory for a message; `None` if every room has only its newest message and key.
    fn reserve_memory(&self, bytes: usize) -> Option<Reservation<'_>> {
        let services = &*self.services;
        if bytes == 0 {
            return Some(Reservation { services, bytes }); // Needs nothing, even above the limit.
        }
        while !services.metrics.try_retain(bytes, services.retention.total_bytes) {
            self.indexes.largest.largest()?.trim(bytes);
        }
        Some(Reservation { services, bytes })
    }

    /// Ends the next room of an index, except `spared`. Returns false if there is none.
    pub(super) fn end_unused(
        &self,
        reason: RoomEnd,
        spared: Option<RoomId>,
        take: impl Fn(&UnusedRooms<Room<P>>) -> Option<(Arc<Room<P>>, Listing)>,
    ) -> bool {
        let (mut aside, mut ended) = (None, false);
        while !ended {
            let Some((room, listing)) = take(&self.indexes.unused) else { break };
            if Some(room.id()) == spared {
                aside = Some(room);
                continue;
            }
            ended = self.by_name.with(&room.name, |rooms| {
                let ends = room.end_if_unused(&listing, reason);
                if ends {
                    rooms.remove(&room.name);
                    self.count.fetch_sub(1, Ordering::Relaxed);
                }
                ends
            });
        }
        if let Some(room) = aside {
            room.relist();
        }
        ended
    }
}
