//! Backplane in the memory of this process.

use std::sync::Arc;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName};

use super::Backplane;
use super::answer::Answer;
use super::history::HistoryPage;
use super::message::{Message, NewMessage};
use super::publish::{PublishError, PublishOutcome, RoomRejection};
use super::recipients::Recipients;
use super::replica::Replica;
use super::signal::Signal;
use super::unavailable::Unavailable;

/// Backplane of a single node. Each room keeps its own history, and everything is answered at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryBackplane;

impl<R: Replica> Backplane<R> for MemoryBackplane {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn is_available(&self) -> bool {
        true
    }

    fn keeps_histories_here(&self) -> bool {
        true
    }

    fn publish(
        &self,
        room: &Arc<R>,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<Answer<PublishOutcome, PublishError>, RoomRejection> {
        room.publish(message, recipients, reserved).map(|outcome| Answer::ready(Ok(outcome)))
    }

    fn follow(&self, _room: &Arc<R>, _since: Option<&Position>) -> Answer<Vec<Arc<Message>>, Unavailable> {
        Answer::ready(Ok(Vec::new()))
    }

    fn history(
        &self,
        _name: &RoomName,
        room: Option<&Arc<R>>,
        before: Option<Offset>,
        limit: usize,
    ) -> Answer<Option<(Position, HistoryPage)>, Unavailable> {
        Answer::ready(Ok(room.map(|room| room.page(before, limit))))
    }

    fn signal(&self, _signal: Signal) {}

    fn set_presence(&self, _room: &Arc<R>, _entries: Vec<PresenceEntry>) {}
}
