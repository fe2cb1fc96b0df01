//! The interface of a backplane.

use std::sync::Arc;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName, UserId};

use super::answer::Answer;
use super::history::HistoryPage;
#[cfg(feature = "disk")]
use super::journal::Journal;
use super::listing::{RoomPage, RoomSummary, RoomUsers, UserConnection};
use super::message::{Message, NewMessage};
use super::publish::{PublishError, PublishOutcome, RoomRejection};
use super::recipients::Recipients;
use super::signal::Signal;
use super::unavailable::Unavailable;

/// Answer to a publish.
pub type PublishAnswer = Answer<PublishOutcome, PublishError>;

/// Answer to [`Backplane::follow`].
pub type FollowAnswer = Answer<Vec<Arc<Message>>, Unavailable>;

/// Answer to [`Backplane::history`].
pub type HistoryAnswer = Answer<Option<(Position, HistoryPage)>, Unavailable>;

/// Keeper of the positions, histories and idempotency keys of rooms. `R` is the local side of a room, which has members.
///
/// Each operation begins at once, in the order of the calls, and is carried out even if its answer is dropped.
pub trait Backplane<R>: Send + Sync {
    /// Returns the name of the implementation.
    fn name(&self) -> &'static str;

    /// Returns whether messages can be published, as far as this node knows.
    fn is_available(&self) -> bool;

    /// Returns whether the histories of all rooms are in the memory of this process, so that its limit has to make space
    /// for each message.
    fn keeps_histories_here(&self) -> bool;

    /// Returns the journal in which the rooms record what they keep; `None` if they keep it only in memory.
    #[cfg(feature = "disk")]
    fn journal(&self) -> Option<Arc<dyn Journal>> {
        None
    }

    /// Returns the promise that is in force for an acknowledged message, as names and values.
    fn promises(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// Publishes a message into a room. Answers when the message is as safe as the backplane promises. `reserved` is true
    /// if the memory of the message is reserved.
    ///
    /// # Errors
    /// Returns an error if the local side of the room rejects the message at once.
    fn publish(
        &self,
        room: &Arc<R>,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<PublishAnswer, RoomRejection>;

    /// Makes the local side of a room current, so that it can be joined. Answers with those messages after `since` that
    /// the room itself does not have.
    fn follow(&self, room: &Arc<R>, since: Option<&Position>) -> FollowAnswer;

    /// Returns the position of a room, and the latest messages before the offset `before`, or the latest of all; at most
    /// `limit`. `room` is the local side, if there is one. `None` if the room does not exist.
    fn history(&self, name: &RoomName, room: Option<&Arc<R>>, before: Option<Offset>, limit: usize) -> HistoryAnswer;

    /// Returns at most `limit` rooms of all nodes after a name, sorted by name; `None` if this node has all rooms. A
    /// snapshot: changes of the last seconds may be missing.
    fn rooms(&self, _after: Option<&RoomName>, _limit: usize) -> Option<Answer<RoomPage, Unavailable>> {
        None
    }

    /// Returns a room of all nodes, if it exists, as [`rooms`](Self::rooms) does.
    fn room(&self, _name: &RoomName) -> Option<Answer<Option<RoomSummary>, Unavailable>> {
        None
    }

    /// Returns at most `limit` users of a room, of all nodes, as [`rooms`](Self::rooms) does. A room that does not exist
    /// has none.
    fn users(&self, _room: &RoomName, _limit: usize) -> Option<Answer<RoomUsers, Unavailable>> {
        None
    }

    /// Returns the connections of a user to all nodes, the oldest ones first, as [`rooms`](Self::rooms) does.
    fn connections(&self, _user: &UserId) -> Option<Answer<Vec<UserConnection>, Unavailable>> {
        None
    }

    /// Reports that the connections of a user to this node have changed.
    fn connections_changed(&self, _user: &UserId) {}

    /// Queues a signal for the other nodes, if there are any. Best effort. Returns false if it was dropped, because too
    /// many wait.
    fn signal(&self, signal: Signal) -> bool;

    /// Reports to the other nodes which users have connections to this one in a room. An entry with zero clients has left.
    fn set_presence(&self, room: &Arc<R>, entries: Vec<PresenceEntry>);
}
