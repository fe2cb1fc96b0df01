//! What a program can learn about rooms. Looking at a room does not make one.

use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, RoomName};

use super::server_handle::Handle;
use crate::encode::Push;
use crate::hub::Room;
use crate::hub::history::Page;

/// A room, in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomInfo {
    /// Its name.
    #[schema(value_type = String, example = "chat")]
    pub room: RoomName,
    /// The life of its history.
    #[schema(value_type = String, example = "k3f9")]
    pub epoch: Epoch,
    /// The place of the last message; 0 before the first.
    #[schema(value_type = u64)]
    pub offset: Offset,
    /// How many connections are in it.
    pub members: u64,
    /// How many messages are in its history.
    pub kept: usize,
}

/// Who is in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// Users, or connections that have none; one who just left is there for a moment.
    pub users: Vec<PresenceEntry>,
    /// Whether there are more than are told.
    pub more: bool,
}

impl Handle {
    /// Returns at most `limit` rooms in the order of their names, from the first whose name is greater
    /// than `after`, and whether there are more. An `after` that cannot be a room's name is ignored.
    ///
    /// ```no_run
    /// # fn example(handle: yodel_server::Handle) {
    /// let (rooms, more) = handle.rooms(None, 100);
    /// for room in rooms {
    ///     println!("{}: {} members", room.room, room.members);
    /// }
    /// # }
    /// ```
    pub fn rooms(&self, after: Option<&str>, limit: usize) -> (Vec<RoomInfo>, bool) {
        let after = after.and_then(|after| RoomName::new(after).ok());
        let (rooms, more) = self.hub.rooms_after(after.as_ref(), limit);
        (rooms.iter().map(|room| RoomInfo::of(room)).collect(), more)
    }

    /// Returns a room and who is in it; `None` when there is no room of this name. Looking a room up does
    /// not create it.
    pub fn room(&self, room: &str) -> Option<(RoomInfo, People)> {
        let room = self.hub.find_room(&RoomName::new(room).ok()?)?;
        let present = room.presence();
        Some((RoomInfo::of(&room), People { users: present.users, more: present.more }))
    }

    /// The latest messages of a room before a place, or of all: at most so many.
    pub(crate) fn history(&self, name: &RoomName, before: Option<Offset>, most: usize) -> Option<(RoomInfo, Page)> {
        let room = self.hub.find_room(name)?;
        let (_, page) = room.history(before, most);
        Some((RoomInfo::of(&room), page))
    }
}

impl RoomInfo {
    fn of(room: &Room<Push>) -> Self {
        let figures = room.figures();
        let (epoch, offset) = (figures.position.epoch, figures.position.offset);
        Self { room: room.name.clone(), epoch, offset, members: figures.clients, kept: figures.kept }
    }
}
