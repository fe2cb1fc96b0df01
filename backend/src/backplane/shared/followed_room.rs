//! A room that this node follows.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::Instant;
use yodel_protocol::{Position, RoomName};

use super::follow_progress::{FollowProgress, ReplicaClosed, ReplicaSink};
use super::follow_state::{FollowPhase, FollowState, FollowWaiter};
use super::message_decoder::MessageDecoder;
use super::presence_sync::PresenceEvents;
use super::store::{Page, Partition};
use crate::backplane::shared::replica::FollowingReplica;

/// Room that this node follows: its replica gets every message of the store, in order and without gaps. Where messages
/// are lost, the replica begins at another position.
///
/// Locks its state while it calls the replica.
#[derive(Debug)]
pub(super) struct FollowedRoom<R> {
    /// Name of the room.
    pub name: RoomName,
    /// Partition of the room.
    pub partition: Partition,
    /// Local side of the room.
    pub replica: Arc<R>,
    /// Changes of the presence that arrive while it is read.
    pub presence: Mutex<PresenceEvents>,
    state: Mutex<FollowState>,
    /// Notified when the position changes, and at the end.
    moved: Notify,
}

/// Next step of a catch-up task.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CatchUpStep {
    /// Nothing: the room is current or no longer followed, and the task ends.
    Done,
    /// Wait until slow members have received their messages.
    Wait,
    /// Read the messages after this position.
    Read(Position),
}

impl<R: FollowingReplica> FollowedRoom<R> {
    /// Creates a room that begins to be followed, with the follow that caused it.
    pub fn new(replica: &Arc<R>, partition: Partition, first: FollowWaiter) -> Self {
        let (name, state) = (replica.name().clone(), Mutex::new(FollowState::new(first)));
        Self { name, partition, replica: Arc::clone(replica), presence: Mutex::default(), state, moved: Notify::new() }
    }

    /// Adds a follow while the room starts, and otherwise returns it.
    pub fn enter(&self, waiter: FollowWaiter) -> Option<FollowWaiter> {
        let mut state = self.state.lock();
        state.used = Instant::now();
        let FollowPhase::Starting { waiters, .. } = &mut state.phase else { return Some(waiter) };
        waiters.push(waiter);
        None
    }

    /// Returns the position of the first follow of a room that starts.
    pub fn first_since(&self) -> Option<Position> {
        let state = self.state.lock();
        let FollowPhase::Starting { waiters, .. } = &state.phase else { return None };
        waiters.first().and_then(|waiter| waiter.since.clone())
    }

    /// Begins to follow at a position, and returns the follows that wait, the first one first.
    ///
    /// # Errors
    /// Returns an error if the local side of the room is closed.
    pub fn begin(&self, position: &Position) -> Result<Vec<FollowWaiter>, ReplicaClosed> {
        let mut state = self.state.lock();
        let FollowPhase::Starting { waiters, received } = &mut state.phase else { return Ok(Vec::new()) };
        if !self.replica.begin(position.clone()) {
            return Err(ReplicaClosed);
        }
        let mut progress = FollowProgress::new(position.clone());
        if let Some(received) = received {
            progress.note(received);
        }
        let waiters = std::mem::take(waiters);
        state.phase = FollowPhase::Following(progress);
        Ok(waiters)
    }

    /// Ends the room, and returns the follows that wait.
    pub fn end(&self) -> Vec<FollowWaiter> {
        let phase = std::mem::replace(&mut self.state.lock().phase, FollowPhase::Ended);
        self.moved.notify_waiters();
        if let FollowPhase::Starting { waiters, .. } = phase { waiters } else { Vec::new() }
    }

    /// Ends the room if it was not joined for `unused_after` and has no members. Returns whether it has ended.
    pub fn end_unused(&self, unused_after: Duration) -> bool {
        let mut state = self.state.lock();
        let unused = state.following().is_some() && state.used.elapsed() >= unused_after;
        let ended = unused && self.replica.end();
        if ended {
            state.phase = FollowPhase::Ended;
        }
        ended
    }

    /// Returns whether nothing has to be read for a member that has missed the messages since a position: the replica
    /// keeps them, or the position is of another epoch, so that they cannot be recovered.
    pub fn has_since(&self, since: Option<&Position>) -> bool {
        let mut state = self.state.lock();
        let Some(progress) = state.following() else { return false };
        since.is_none_or(|since| since.epoch != progress.position().epoch || self.replica.has_since(since))
    }

    /// Returns true if messages may be missing and a catch-up task has to be started.
    pub fn claim_catch_up(&self) -> bool {
        self.state.lock().claim_catch_up()
    }

    /// Records that a position exists in the store. Returns true if a catch-up task has to be started.
    pub fn note(&self, position: &Position) -> bool {
        let mut state = self.state.lock();
        if let Some(progress) = state.following() {
            progress.note(position);
        }
        state.claim_catch_up()
    }

    /// Records that messages may be missing. Returns true if a catch-up task has to be started.
    pub fn doubt(&self) -> bool {
        let mut state = self.state.lock();
        if let Some(progress) = state.following() {
            progress.doubt();
        }
        state.claim_catch_up()
    }

    /// Receives a message. Returns true if a catch-up task has to be started.
    pub fn receive(&self, position: &Position, payload: &[u8], decoder: &MessageDecoder) -> bool {
        let mut state = self.state.lock();
        match &mut state.phase {
            FollowPhase::Starting { received, .. } => *received = Some(position.clone()),
            FollowPhase::Following(progress) => progress.receive(position, payload, &self.sink(decoder)),
            FollowPhase::Ended => {}
        }
        let catch_up = state.claim_catch_up();
        self.notify_moved(state);
        catch_up
    }

    /// Returns what the catch-up task does next. [`CatchUpStep::Done`] ends the task: another one may be started then.
    pub fn next_step(&self) -> CatchUpStep {
        let mut state = self.state.lock();
        let step = match state.following() {
            Some(progress) if progress.is_behind() && self.replica.is_full() => CatchUpStep::Wait,
            Some(progress) if progress.is_behind() => CatchUpStep::Read(progress.begin_read()),
            _ => CatchUpStep::Done,
        };
        state.catching_up = step != CatchUpStep::Done;
        step
    }

    /// Appends the messages of a page that was read after the position `requested`.
    ///
    /// # Errors
    /// Returns an error if the local side of the room is closed.
    pub fn apply(&self, requested: &Position, page: &Page, decoder: &MessageDecoder) -> Result<(), ReplicaClosed> {
        let mut state = self.state.lock();
        let applied = state.following().map_or(Ok(()), |progress| progress.apply(requested, page, &self.sink(decoder)));
        self.notify_moved(state);
        applied
    }

    /// Returns whether the room has yet to reach a position. A room that has ended or begun another epoch has not.
    pub fn is_before(&self, position: &Position) -> bool {
        self.state.lock().following().is_some_and(|progress| progress.is_before(position))
    }

    /// Returns whether a position in the store is ahead of the room, or of another epoch.
    pub fn differs_from(&self, position: &Position) -> bool {
        let mut state = self.state.lock();
        state
            .following()
            .is_some_and(|progress| progress.is_before(position) || progress.position().epoch != position.epoch)
    }

    /// Waits until the room has reached a position, or has ended or begun another epoch.
    pub async fn reach(&self, position: &Position) {
        loop {
            let moved = self.moved.notified();
            if !self.is_before(position) {
                return;
            }
            moved.await;
        }
    }

    /// Returns whether the position in the store has to be kept, because that was longer ago than `interval`.
    pub fn has_to_keep(&self, interval: Duration) -> bool {
        self.state.lock().kept.is_none_or(|kept| kept.elapsed() >= interval)
    }

    /// Records that the position in the store was kept at a time.
    pub fn set_kept(&self, time: Instant) {
        self.state.lock().kept = Some(time);
    }

    /// Returns whether the presence has to be synchronized, because that was longer ago than `interval`.
    pub fn has_to_synchronize(&self, interval: Duration) -> bool {
        self.state.lock().synchronized.is_none_or(|synchronized| synchronized.elapsed() >= interval)
    }

    /// Records when the presence was synchronized; `None` if it has to be.
    pub fn set_synchronized(&self, time: Option<Instant>) {
        self.state.lock().synchronized = time;
    }

    fn sink<'a>(&'a self, decoder: &'a MessageDecoder) -> ReplicaSink<'a, R> {
        ReplicaSink { room: &self.name, replica: &self.replica, decoder }
    }

    fn notify_moved(&self, state: MutexGuard<'_, FollowState>) {
        drop(state);
        self.moved.notify_waiters();
    }
}
