//! Backplane of a single node that keeps its rooms on a disk.

use std::fmt;
use std::sync::Arc;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName};

use super::replica::DurableReplica;
use crate::backplane::answer::Answer;
use crate::backplane::journal::Journal;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::RoomRejection;
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::Signal;
use crate::backplane::{Backplane, FollowAnswer, HistoryAnswer, PublishAnswer};
use crate::config::Durability;

/// Backplane of a single node. The memory of the rooms is the index, and a journal keeps what they keep.
#[derive(Clone)]
pub struct DiskBackplane {
    journal: Arc<dyn Journal>,
    durability: Durability,
}

impl DiskBackplane {
    /// Creates a backplane whose rooms were restored from the journal.
    pub fn new(journal: Arc<dyn Journal>, durability: Durability) -> Self {
        Self { journal, durability }
    }
}

impl<R: DurableReplica> Backplane<R> for DiskBackplane {
    fn name(&self) -> &'static str {
        "disk"
    }

    fn is_available(&self) -> bool {
        self.journal.is_available()
    }

    fn keeps_histories_here(&self) -> bool {
        true
    }

    fn journal(&self) -> Option<Arc<dyn Journal>> {
        Some(Arc::clone(&self.journal))
    }

    fn promises(&self) -> Vec<(&'static str, &'static str)> {
        let data = if self.journal.is_available() { "writable" } else { "unavailable" };
        vec![("durability", self.durability.name()), ("data", data)]
    }

    fn publish(
        &self,
        room: &Arc<R>,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<PublishAnswer, RoomRejection> {
        match self.durability {
            Durability::Commit => room.publish_when_durable(message, recipients, reserved, &*self.journal),
            Durability::Relaxed => room.publish_at_once(message, recipients, reserved, &*self.journal),
        }
    }

    fn follow(&self, _room: &Arc<R>, _since: Option<&Position>) -> FollowAnswer {
        Answer::ready(Ok(Vec::new()))
    }

    fn history(&self, _name: &RoomName, room: Option<&Arc<R>>, before: Option<Offset>, limit: usize) -> HistoryAnswer {
        Answer::ready(Ok(room.map(|room| room.page(before, limit))))
    }

    fn signal(&self, _signal: Signal) -> bool {
        true
    }

    fn set_presence(&self, _room: &Arc<R>, _entries: Vec<PresenceEntry>) {}
}

impl fmt::Debug for DiskBackplane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskBackplane").field("durability", &self.durability).finish_non_exhaustive()
    }
}

impl fmt::Debug for dyn Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("is_available", &self.is_available()).finish_non_exhaustive()
    }
}
