//! The rooms that are heard, and how far: each message once, in its order, and every loss is seen.
//!
//! | idea | file |
//! |---|---|
//! | one room: its position, and what came too early | `room` |

mod room;

use yodel_protocol::frame::RoomRequest;
use yodel_protocol::{Id, RoomName, Verb};

pub(crate) use room::Room;
pub use room::{HELD_MESSAGES, HOLE_MS};

use crate::{Effect, Effects};

/// All rooms that are heard, or shall be when there is a connection.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    rooms: Vec<Room>,
    /// Frames whose answers change nothing any more: joins of rooms that were left since, and what left them.
    leaving: Vec<(Id, Option<RoomName>)>,
}

impl Rooms {
    /// Adds a room; whether it is a new one.
    pub(crate) fn add(&mut self, name: RoomName) -> bool {
        let new = self.get(&name).is_none();
        if new {
            self.rooms.push(Room::new(name));
        }
        new
    }

    /// Takes a room out; the frame that tells the server, if it knows of it.
    pub(crate) fn remove(&mut self, name: &RoomName, frame: Id) -> Option<Verb> {
        let index = self.rooms.iter().position(|room| room.name == *name)?;
        let room = self.rooms.remove(index);
        let is_known = room.joining.is_some() || room.here;
        self.leaving.extend(room.joining.map(|join| (join, None)));
        is_known.then(|| {
            self.leaving.push((frame, Some(room.name.clone())));
            Verb::Leave(RoomRequest { room: room.name })
        })
    }

    /// Takes a room out that the server does not have this client in.
    pub(crate) fn forget(&mut self, name: &RoomName) {
        self.rooms.retain(|room| room.name != *name);
    }

    /// A room by its name.
    pub(crate) fn get(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.name == *name)
    }

    /// The room whose join this frame is.
    pub(crate) fn joining(&mut self, frame: Id) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.joining == Some(frame))
    }

    /// Whether this frame is about a room that was left, and has its answer now.
    pub(crate) fn left(&mut self, frame: Id, effects: &mut Effects) -> bool {
        let Some(index) = self.leaving.iter().position(|(leaving, _)| *leaving == frame) else { return false };
        let (_, room) = self.leaving.remove(index);
        effects.extend(room.map(|room| Effect::Left { room, why: None }));
        true
    }

    /// The next room that is to be joined.
    pub(crate) fn next_join(&mut self, now_ms: u64) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.join_ms.is_some_and(|at_ms| at_ms <= now_ms))
    }

    /// When the next one is due.
    pub(crate) fn join_ms(&self) -> Option<u64> {
        self.rooms.iter().filter_map(|room| room.join_ms).min()
    }

    /// There is a new connection: all rooms are joined anew.
    pub(crate) fn connected(&mut self, now_ms: u64) {
        self.leaving.clear();
        for room in &mut self.rooms {
            room.here = false;
            room.join_at(now_ms);
        }
    }

    /// It is another server: its rooms have nothing but the names in common.
    pub(crate) fn forget_positions(&mut self) {
        for room in &mut self.rooms {
            *room = Room::new(room.name.clone());
        }
    }
}
