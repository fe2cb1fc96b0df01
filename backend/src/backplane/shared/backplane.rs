//! The shared backplane as its callers use it.

use std::sync::Arc;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName, UserId};

use super::background::RoomTask;
use super::listings::Listing;
use super::publish_health::PublishHealth;
use super::replica::FollowingReplica;
use super::store::{Range, Store};
use super::{SharedBackplane, presence_entry};
use crate::backplane::Backplane;
use crate::backplane::answer::Answer;
use crate::backplane::history::HistoryPage;
use crate::backplane::listing::{RoomPage, RoomSummary, RoomUsers, UserConnection};
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::Signal;
use crate::backplane::unavailable::Unavailable;

impl<R: FollowingReplica, S: Store> Backplane<R> for SharedBackplane<R, S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn is_available(&self) -> bool {
        self.store.is_available() && self.health.iter().all(PublishHealth::is_available)
    }

    fn keeps_histories_here(&self) -> bool {
        false
    }

    fn publish(
        &self,
        room: &Arc<R>,
        message: NewMessage,
        recipients: Recipients,
        _reserved: bool,
    ) -> Result<Answer<PublishOutcome, PublishError>, RoomRejection> {
        let name = room.name();
        let queue = &self.queues[usize::from(self.store.partition(name)) % self.queues.len()];
        let order = message.order.clone();
        Ok(queue.push(self.store_message(name, message, recipients), order, &self.config, &self.metrics))
    }

    fn follow(&self, room: &Arc<R>, since: Option<&Position>) -> Answer<Vec<Arc<Message>>, Unavailable> {
        self.follow_room(room, since.cloned())
    }

    fn history(
        &self,
        name: &RoomName,
        room: Option<&Arc<R>>,
        before: Option<Offset>,
        limit: usize,
    ) -> Answer<Option<(Position, HistoryPage)>, Unavailable> {
        let (answer, later) = Answer::later();
        let (name, exists, range) = (name.clone(), room.is_some(), Range::Before(before, limit));
        self.start(RoomTask::ReadHistory { name, exists, range, answer });
        later
    }

    fn rooms(&self, after: Option<&RoomName>, limit: usize) -> Option<Answer<RoomPage, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Rooms(after.cloned(), limit, answer)));
        Some(later)
    }

    fn room(&self, name: &RoomName) -> Option<Answer<Option<RoomSummary>, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Room(name.clone(), answer)));
        Some(later)
    }

    fn users(&self, room: &RoomName, limit: usize) -> Option<Answer<RoomUsers, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Users(room.clone(), limit, answer)));
        Some(later)
    }

    fn connections(&self, user: &UserId) -> Option<Answer<Vec<UserConnection>, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Connections(user.clone(), answer)));
        Some(later)
    }

    fn connections_changed(&self, user: &UserId) {
        self.connections_changed(user);
    }

    fn signal(&self, signal: Signal) -> bool {
        self.queue_signal(signal)
    }

    fn set_presence(&self, room: &Arc<R>, entries: Vec<PresenceEntry>) {
        self.send_presence(room.name(), entries.iter().map(presence_entry::encode_entry));
    }
}
