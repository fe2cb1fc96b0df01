//! Lookup of rooms, which never creates a room.

use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, RoomName};

use super::server_handle::Handle;
use crate::encode::SharedPayload;
use crate::hub::Room;
use crate::hub::history::HistoryPage;

/// A room and its statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomInfo {
    /// Name of the room.
    #[schema(value_type = String, example = "chat")]
    pub room: RoomName,
    /// Identifier of its history; a new one after the room was reset.
    #[schema(value_type = String, example = "k3f9")]
    pub epoch: Epoch,
    /// Offset of the last message; 0 without messages.
    #[schema(value_type = u64)]
    pub offset: Offset,
    /// Number of connections in the room.
    pub members: u64,
    /// Number of messages in the history.
    pub kept: usize,
}

/// The presence of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPresence {
    /// Present users and anonymous clients. A user remains for ten seconds after the last connection closed.
    pub users: Vec<PresenceEntry>,
    /// True if there are more users than the list contains.
    pub more: bool,
}

impl Handle {
    /// Returns at most `limit` rooms in the order of their names, starting after the name `after`, and whether
    /// there are more. An `after` that is not a valid room name is ignored.
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

    /// Returns a room and its presence; `None` if the room does not exist.
    ///
    /// ```no_run
    /// # fn example(handle: yodel_server::Handle) {
    /// use yodel_server::PresenceEntry;
    ///
    /// fn name(present: &PresenceEntry) -> &str {
    ///     present.user.as_ref().map_or("anonymous", |user| user.as_str())
    /// }
    ///
    /// if let Some((room, presence)) = handle.room("chat") {
    ///     println!("{}: {:?}", room.room, presence.users.iter().map(name).collect::<Vec<_>>());
    /// }
    /// # }
    /// ```
    pub fn room(&self, room: &str) -> Option<(RoomInfo, RoomPresence)> {
        let room = self.hub.find_room(&RoomName::new(room).ok()?)?;
        let present = room.presence();
        Some((RoomInfo::of(&room), RoomPresence { users: present.users, more: present.more }))
    }

    /// Returns a room and at most `limit` of its latest messages, or of the messages before the offset `before`;
    /// `None` if the room does not exist.
    pub(crate) fn history(
        &self,
        name: &RoomName,
        before: Option<Offset>,
        limit: usize,
    ) -> Option<(RoomInfo, HistoryPage)> {
        let room = self.hub.find_room(name)?;
        let (_, page) = room.history(before, limit);
        Some((RoomInfo::of(&room), page))
    }
}

impl RoomInfo {
    fn of(room: &Room<SharedPayload>) -> Self {
        let stats = room.stats();
        let (epoch, offset) = (stats.position.epoch, stats.position.offset);
        Self { room: room.name.clone(), epoch, offset, members: stats.clients, kept: stats.retained_messages }
    }
}
