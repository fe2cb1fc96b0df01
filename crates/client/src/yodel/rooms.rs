//! The joined rooms. Each message is delivered once and in order, and every loss is reported.
//!
//! | content | file |
//! |---|---|
//! | one room: its position, messages that arrived out of order, its change to another epoch | `room` |

mod room;

use yodel_protocol::frame::RoomRequest;
use yodel_protocol::{Id, RoomName, Verb};

pub(crate) use room::Room;
pub use room::{GAP_TIMEOUT_MS, MAX_HELD_MESSAGES};

use crate::{Effect, Effects};

/// All rooms that are joined, or will be when there is a connection.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    rooms: Vec<Room>,
    /// Frames whose replies change no room: `leave` frames with their room, and joins of rooms that were left since.
    leaving: Vec<(Id, Option<RoomName>)>,
}

impl Rooms {
    /// Adds a room that the caller joins; returns whether it is new.
    pub(crate) fn add(&mut self, name: RoomName) -> bool {
        if let Some(room) = self.get(&name) {
            room.is_automatic = false;
            return false;
        }
        self.rooms.push(Room::new(name));
        true
    }

    /// Adds the lobby of the server, unless it was added before.
    pub(crate) fn add_lobby(&mut self, name: RoomName) {
        if self.get(&name).is_none() {
            let mut lobby = Room::new(name);
            lobby.is_automatic = true;
            self.rooms.push(lobby);
        }
    }

    /// Removes the lobby; returns whether it was there without a join of the caller.
    pub(crate) fn forget_lobby(&mut self, name: &RoomName) -> bool {
        let is_automatic = self.get(name).is_some_and(|room| room.is_automatic);
        if is_automatic {
            self.forget(name);
        }
        is_automatic
    }

    /// Removes a room; returns the frame that leaves it, if the server may have the client in the room.
    pub(crate) fn remove(&mut self, name: &RoomName, frame: Id) -> Option<Verb> {
        let index = self.rooms.iter().position(|room| room.name == *name)?;
        let room = self.rooms.remove(index);
        let is_known = room.joining.is_some() || room.is_joined;
        self.leaving.extend(room.joining.map(|join| (join, None)));
        is_known.then(|| {
            self.leaving.push((frame, Some(room.name.clone())));
            Verb::Leave(RoomRequest { room: room.name })
        })
    }

    /// Removes a room that the client could not join.
    pub(crate) fn forget(&mut self, name: &RoomName) {
        self.rooms.retain(|room| room.name != *name);
    }

    /// Returns the room with this name.
    pub(crate) fn get(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.name == *name)
    }

    /// Returns the room whose join was sent in this frame.
    pub(crate) fn joining(&mut self, frame: Id) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.joining == Some(frame))
    }

    /// Handles the reply to a frame about a room that was left; returns whether the frame was one.
    pub(crate) fn left(&mut self, frame: Id, effects: &mut Effects) -> bool {
        let Some(index) = self.leaving.iter().position(|(leaving, _)| *leaving == frame) else { return false };
        let (_, room) = self.leaving.remove(index);
        effects.extend(room.map(|room| Effect::Left { room, error: None }));
        true
    }

    /// Returns a room whose join is due.
    pub(crate) fn next_join(&mut self, now_ms: u64) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.join_ms.is_some_and(|at_ms| at_ms <= now_ms))
    }

    /// Returns when the next join is due.
    pub(crate) fn join_ms(&self) -> Option<u64> {
        self.rooms.iter().filter_map(|room| room.join_ms).min()
    }

    /// Handles a new connection, on which all rooms must be joined again.
    pub(crate) fn connected(&mut self, now_ms: u64) {
        self.leaving.clear();
        for room in &mut self.rooms {
            room.is_joined = false;
            room.join_at(now_ms);
        }
    }

    /// Discards the positions, which are meaningless on another server.
    pub(crate) fn forget_positions(&mut self) {
        for room in &mut self.rooms {
            let is_automatic = room.is_automatic;
            *room = Room::new(room.name.clone());
            room.is_automatic = is_automatic;
        }
    }
}
