//! Lookup of rooms, which never creates a room. With several nodes, rooms are those of all nodes.

use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::error::HandleError;
use super::server_handle::Handle;
use crate::backplane::history::HistoryPage;
use crate::backplane::listing::{RoomPage, RoomSummary};

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
    /// Number of connections in the room, on all nodes.
    pub members: u64,
    /// Number of messages in the history.
    pub kept: usize,
}

/// The presence of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPresence {
    /// Present users and anonymous clients. If the server is the only node, a user remains for ten seconds after the last
    /// connection closed.
    pub users: Vec<PresenceEntry>,
    /// True if there are more users than the list contains.
    pub more: bool,
}

impl Handle {
    /// Returns at most `limit` rooms in the order of their names, starting after the name `after`, and whether
    /// there are more. An `after` that is not a valid room name is ignored.
    ///
    /// With several nodes this is a snapshot of the rooms of all of them: a change on another node is visible about a
    /// second later. Dropping the future abandons the listing.
    ///
    /// # Errors
    /// Returns an error if the message store of several nodes does not answer within five seconds.
    ///
    /// ```no_run
    /// # async fn example(handle: yodel_server::Handle) -> Result<(), yodel_server::HandleError> {
    /// let (rooms, more) = handle.rooms(None, 100).await?;
    /// for room in rooms {
    ///     println!("{}: {} members", room.room, room.members);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rooms(&self, after: Option<&str>, limit: usize) -> Result<(Vec<RoomInfo>, bool), HandleError> {
        let after = after.and_then(|after| RoomName::new(after).ok());
        let RoomPage { rooms, more } = self.hub.list_rooms(after.as_ref(), limit).await?;
        Ok((rooms.into_iter().map(RoomInfo::from).collect(), more))
    }

    /// Returns a room and its presence; `None` if the room does not exist. With several nodes a snapshot, as
    /// [`rooms`](Self::rooms).
    ///
    /// # Errors
    /// As for [`rooms`](Self::rooms).
    ///
    /// ```no_run
    /// # async fn example(handle: yodel_server::Handle) -> Result<(), yodel_server::HandleError> {
    /// use yodel_server::PresenceEntry;
    ///
    /// fn name(present: &PresenceEntry) -> &str {
    ///     present.user.as_ref().map_or("anonymous", |user| user.as_str())
    /// }
    ///
    /// if let Some((room, presence)) = handle.room("chat").await? {
    ///     println!("{}: {:?}", room.room, presence.users.iter().map(name).collect::<Vec<_>>());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn room(&self, room: &str) -> Result<Option<(RoomInfo, RoomPresence)>, HandleError> {
        let Ok(name) = RoomName::new(room) else { return Ok(None) };
        let Some(room) = self.hub.describe_room(&name).await? else { return Ok(None) };
        let present = self.hub.list_users(&name).await?;
        let info = RoomInfo { members: present.clients, ..RoomInfo::from(room) };
        Ok(Some((info, RoomPresence { users: present.users, more: present.more })))
    }

    /// Returns the position of a room and at most `limit` of its latest messages, or of the messages before the offset `before`;
    /// `None` if the room does not exist.
    ///
    /// # Errors
    /// Returns an error if the message store cannot be reached.
    pub(crate) async fn history(
        &self,
        name: &RoomName,
        before: Option<Offset>,
        limit: usize,
    ) -> Result<Option<(Position, HistoryPage)>, HandleError> {
        Ok(self.hub.history(name, before, limit).await?)
    }
}

impl From<RoomSummary> for RoomInfo {
    fn from(room: RoomSummary) -> Self {
        let (epoch, offset) = (room.position.epoch, room.position.offset);
        Self { room: room.name, epoch, offset, members: room.members, kept: room.messages }
    }
}
