//! State of a followed room.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;
use yodel_protocol::Position;

use super::follow_progress::FollowProgress;
use crate::backplane::message::Message;
use crate::backplane::unavailable::Unavailable;

/// Follow that is not answered yet.
#[derive(Debug)]
pub(super) struct FollowWaiter {
    /// Position of the joining member; `None` if it is new.
    pub since: Option<Position>,
    /// Sender of the answer. Dropping it answers that the store is unavailable.
    pub answer: oneshot::Sender<Result<Vec<Arc<Message>>, Unavailable>>,
}

/// State of a followed room, under its lock.
#[derive(Debug)]
pub(super) struct FollowState {
    /// Phase: the room starts, is followed, or has ended.
    pub phase: FollowPhase,
    /// True if a catch-up task is running.
    pub catching_up: bool,
    /// Time of the last follow.
    pub used: Instant,
    /// Time at which the position in the store was kept for another lifetime.
    pub kept: Option<Instant>,
    /// Time of the last synchronization of the presence.
    pub synchronized: Option<Instant>,
}

/// Phase of a followed room.
#[derive(Debug)]
pub(super) enum FollowPhase {
    /// The first position is not known yet.
    Starting {
        /// Follows in the order of their arrival.
        waiters: Vec<FollowWaiter>,
        /// Position of the latest message that was received.
        received: Option<Position>,
    },
    /// The replica gets the messages of the store.
    Following(FollowProgress),
    /// No longer followed.
    Ended,
}

impl FollowState {
    /// Creates the state of a room that begins to be followed, with the follow that caused it.
    pub fn new(first: FollowWaiter) -> Self {
        let phase = FollowPhase::Starting { waiters: vec![first], received: None };
        Self { phase, catching_up: false, used: Instant::now(), kept: None, synchronized: None }
    }

    /// Returns the progress of a room that is followed.
    pub fn following(&mut self) -> Option<&mut FollowProgress> {
        if let FollowPhase::Following(progress) = &mut self.phase { Some(progress) } else { None }
    }

    /// Returns true if a catch-up task has to be started.
    pub fn claim_catch_up(&mut self) -> bool {
        let behind = self.following().is_some_and(|progress| progress.is_behind());
        behind && !std::mem::replace(&mut self.catching_up, true)
    }
}
