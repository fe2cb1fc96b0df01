//! The rooms that are heard, and what is asked about them.

use super::Store;
use crate::platform::browser::Keep;
use yodel_client::{Event, MessageId, session::LOBBY};
use yodel_protocol::{RoomName, Verb};

/// Where the rooms are stored that are heard.
pub(super) const ROOMS: &str = "yodel.rooms";
/// Names of questions of the page's own begin here, behind those of all rows.
pub(super) const ASKED: u64 = 1 << 52;

impl Store {
    /// Hears a room, now and on every connection of this visit.
    pub fn join(self, room: RoomName) {
        self.remember_room(&room, true);
        self.act(Event::Join(room));
    }

    /// Hears a room no longer.
    pub fn leave(self, room: RoomName) {
        self.remember_room(&room, false);
        self.act(Event::Leave(room));
    }

    /// The rooms that are heard, or will be.
    pub fn rooms(self) -> Vec<RoomName> {
        self.rooms.get_value()
    }

    /// Asks the server for something that is no message; [`Effect::Reply`] to this name is the answer.
    pub fn ask(self, verb: Verb) -> MessageId {
        self.asked.update_value(|asked| *asked += 1);
        let id = MessageId(self.asked.get_value());
        self.request(id, verb);
        id
    }

    /// Asks the server for something; [`Effect::Reply`] is the answer.
    pub fn request(self, id: MessageId, verb: Verb) {
        self.act(Event::Request { id, verb });
    }

    /// The lobby is not stored: it is heard by itself where there is one.
    pub(super) fn remember_room(self, room: &RoomName, heard: bool) {
        self.rooms.update_value(|rooms| {
            if heard && !rooms.contains(room) {
                rooms.push(room.clone());
            }
            rooms.retain(|known| heard || known != room);
            let chosen: Vec<_> = rooms.iter().filter(|room| room.as_str() != LOBBY).collect();
            Keep::Visit.save(ROOMS, &chosen);
        });
    }
}
